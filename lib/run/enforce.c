/* SPDX-License-Identifier: MIT */
#include "run/enforce.h"

#include "base/rules.h"

#include <fnmatch.h>

void bb_enforce_init(struct bb_enforce *e, const struct bb_plan *plan)
{
    *e = (struct bb_enforce){0};
    bb_arena_init(&e->arena);
    const struct bb_graph_conf *conf = plan->from->conf;
    e->on = bb_str_eqz(conf->get(conf->self, plan->from->mcs.p[0], BB_STR("BB_SETSCENE_ENFORCE")), "1");
    if (!e->on)
        return;
    bb_str list = bb_rules_variable(plan->ctx->level, BB_STR("BB_SETSCENE_ENFORCE_IGNORE_TASKS"));
    bb_str rest = conf->get(conf->self, plan->from->mcs.p[0], list), word;
    while (rest.p && bb_str_word(&rest, &word)) {
        if (!bb_str_starts(word, BB_STR("%:"))) {
            bb_vec_push(&e->allowed, bb_arena_str(&e->arena, word));
            continue;
        }
        for (size_t i = 0; i < plan->from->runlist.n; i++)
            bb_vec_push(&e->allowed,
                        bb_arena_cat(&e->arena, plan->from->runlist.p[i].target, bb_str_from(word, 1)));
    }
}

void bb_enforce_release(struct bb_enforce *e)
{
    bb_vec_release(&e->allowed);
    bb_arena_release(&e->arena);
}

bool bb_enforce_allows(const struct bb_enforce *e, const struct bb_plan *plan, bb_tid t)
{
    if (!e->on)
        return true;
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_buf_addf(&name, "%.*s:%.*s", BB_STRF(bb_plan_recipe(plan, t)->pn), BB_STRF(bb_plan_name(plan, t)));
    for (size_t i = 0; i < e->allowed.n; i++)
        if (fnmatch(e->allowed.p[i].p, name.p, 0) == 0)
            return true;
    return false;
}
