/* SPDX-License-Identifier: MIT */
#include "build/hashcheck.h"

#include "base/jsonw.h"
#include "ext/json.h"
#include "py/py.h"

int bb_hashcheck_init(struct bb_hashcheck *h, struct bb_cooker *c, const struct bb_plan *plan)
{
    *h = (struct bb_hashcheck){.cooker = c, .plan = plan};
    int r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_HASHCHECK_FUNCTION"), &h->check);
    return r < 0 ? r : bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_SETSCENE_DEPVALID"), &h->depvalid);
}

void bb_hashcheck_release(struct bb_hashcheck *h)
{
    bb_map_release(&h->notneeded);
}

static bb_str tid_text(struct bb_hashcheck *h, bb_tid t, struct bb_buf *b)
{
    bb_buf_clear(b);
    bb_plan_tid(h->plan, t, b);
    return bb_buf_str(b);
}

enum field { HASH, HASHFN, UNIHASH };

/* "name": {tid: value, ...} */
static void put_map(struct bb_hashcheck *h, struct bb_jsonw *w, const char *name, const bb_tid *tids,
                    size_t n, enum field field)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_jsonw_key(w, bb_str_z(name));
    bb_jsonw_object(w);
    for (size_t i = 0; i < n; i++) {
        const struct bb_plan_task *t = &h->plan->tasks[tids[i]];
        bb_jsonw_key(w, tid_text(h, tids[i], &b));
        bb_jsonw_str(w, field == HASH      ? t->hash
                        : field == UNIHASH ? t->unihash
                                           : t->entry->recipe->hashfilename);
    }
    bb_jsonw_end(w);
}

static int call(struct bb_hashcheck *h, bb_str expr, const struct bb_buf *locals, struct bb_json **ret)
{
    const struct bb_pyhook *hook = h->cooker->hook;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    int r = bb_py_eval_json(bb_cooker_data(h->cooker), expr, bb_buf_str(locals), &out);
    if (r == -BB_EPYTHON)
        return hook->error_report(hook->self, (struct bb_loc){0}, "asking metadata about shared state");
    return r < 0 ? r : bb_json_parse(bb_buf_str(&out), ret, NULL);
}

int bb_hashcheck_available(struct bb_hashcheck *h, const bb_tid *tids, size_t n, size_t current, bool summary,
                           bool *ret)
{
    BB_CLEAN_BUF struct bb_buf locals = BB_BUF_INIT, expr = BB_BUF_INIT, b = BB_BUF_INIT;
    struct bb_jsonw w;
    struct bb_json *found;
    for (size_t i = 0; i < n; i++)
        ret[i] = false;
    if (!h->check.len)
        return 0;
    bb_jsonw_init(&w, &locals, 0);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("sq_data"));
    bb_jsonw_object(&w);
    put_map(h, &w, "hash", tids, n, HASH);
    put_map(h, &w, "hashfn", tids, n, HASHFN);
    put_map(h, &w, "unihash", tids, n, UNIHASH);
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
    bb_buf_addf(&expr, "sorted(%.*s(sq_data, d, siginfo=%s, currentcount=%zu, summary=%s))",
                BB_STRF(h->check), h->siginfo ? "True" : "False", current, summary ? "True" : "False");
    int r = call(h, bb_buf_str(&expr), &locals, &found);
    if (r < 0)
        return r;
    struct bb_map set = {0};
    for (size_t i = 0; i < bb_json_len(found); i++)
        bb_map_put(&set, bb_json_str(bb_json_at(found, i)), NULL);
    for (size_t i = 0; i < n; i++)
        ret[i] = bb_map_has(&set, tid_text(h, tids[i], &b));
    bb_map_release(&set);
    bb_json_free(found);
    return 0;
}

static void put_dependee(struct bb_hashcheck *h, struct bb_jsonw *w, bb_tid t)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    const struct bb_recipe *r = bb_plan_recipe(h->plan, t);
    bb_jsonw_key(w, tid_text(h, t, &b));
    bb_jsonw_array(w);
    bb_jsonw_str(w, r->pn);
    bb_jsonw_str(w, bb_plan_name(h->plan, t));
    bb_jsonw_str(w, r->fn);
    bb_jsonw_end(w);
}

bool bb_hashcheck_superfluous(struct bb_hashcheck *h, bb_tid t, const struct bb_tids *above)
{
    BB_CLEAN_BUF struct bb_buf locals = BB_BUF_INIT, expr = BB_BUF_INIT, tid = BB_BUF_INIT;
    struct bb_jsonw w;
    struct bb_json *answer;
    if (!h->depvalid.len)
        return false;
    bb_jsonw_init(&w, &locals, 0);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("task"));
    bb_jsonw_str(&w, tid_text(h, t, &tid));
    bb_jsonw_key(&w, BB_STR("taskdata"));
    bb_jsonw_object(&w);
    put_dependee(h, &w, t);
    for (size_t i = 0; i < above->n; i++)
        put_dependee(h, &w, above->p[i]);
    bb_jsonw_end(&w);
    bb_jsonw_key(&w, BB_STR("notneeded"));
    bb_jsonw_array(&w);
    bb_map_each(&h->notneeded, it)
        bb_jsonw_str(&w, it->key);
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
    bb_buf_addf(&expr, "bool(%.*s(task, taskdata, set(notneeded), d))", BB_STRF(h->depvalid));
    if (call(h, bb_buf_str(&expr), &locals, &answer) < 0)
        return false;
    bool superfluous = bb_json_bool(answer);
    bb_json_free(answer);
    if (superfluous)
        bb_map_put(&h->notneeded, bb_arena_str(&h->cooker->arena, bb_buf_str(&tid)), NULL);
    return superfluous;
}
