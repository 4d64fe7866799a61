/* SPDX-License-Identifier: MIT */
#include "graph/targetlist.h"

#include "graph/mcgraph.h"

/* Adds "mc:NAME:" in front, unless the configuration is the base one. */
static bb_str with_mc(struct bb_taskdatas *all, bb_str mc, bb_str rest)
{
    return mc.len ? bb_arena_fmt(&all->arena, "mc:%.*s:%.*s", BB_STRF(mc), BB_STRF(rest)) : rest;
}

/* Splits "mc:NAME:rest"; false when it is a plain target. */
bool bb_targetlist_split(bb_str t, bb_str *ret_mc, bb_str *ret_rest)
{
    size_t colon = bb_str_chr(t, ':', 3);
    if (!bb_str_starts(t, BB_STR("mc:")) || colon == BB_NPOS)
        return false;
    *ret_mc = bb_str_sub(t, 3, colon);
    *ret_rest = bb_str_from(t, colon + 1);
    return true;
}

static bb_str before(bb_str s, char c)
{
    size_t at = bb_str_chr(s, c, 0);
    return at == BB_NPOS ? s : bb_str_sub(s, 0, at);
}

typedef void all_targets(const struct bb_providers *p, bb_str task, struct bb_strvec *ret);

static void add_collective(struct bb_taskdatas *all, all_targets *which, bb_str task, struct bb_strvec *ret)
{
    struct bb_strvec names = {0};
    bb_vec_each(&all->mcs, mc) {
        names.n = 0;
        which(&(*mc)->providers, task, &names);
        bb_vec_each(&names, it)
            bb_vec_push(ret, with_mc(all, (*mc)->name, *it));
    }
    bb_vec_release(&names);
}

/* world, universe, the old "multiconfig:" prefix; a target in ASSUME_PROVIDED is ignored later, with a warning. */
static void expand_collective(struct bb_taskdatas *all, const bb_str *targets, size_t n, bb_str task,
                              struct bb_strvec *ret)
{
    bool world = false, universe = false;
    for (size_t i = 0; i < n; i++) {
        bb_str t = targets[i], old = BB_STR("multiconfig:");
        if (bb_strvec_has(&all->mcs.p[0]->providers.assumed, t))
            bb_warn(all->ctx, "Explicit target \"%.*s\" is in ASSUME_PROVIDED, ignoring", BB_STRF(t));
        if (bb_str_eqz(t, "world"))
            world = true;
        else if (bb_str_eqz(t, "universe"))
            universe = true;
        else if (bb_str_starts(t, old))
            bb_vec_push(ret, bb_arena_cat(&all->arena, BB_STR("mc:"), bb_str_from(t, old.len)));
        else
            bb_vec_push(ret, t);
    }
    if (world)
        add_collective(all, bb_providers_world, task, ret);
    if (universe)
        add_collective(all, bb_providers_universe, task, ret);
}

/*
 * "mc:*:x" stands for x in every multiconfig, and for plain x when nothing but mc: targets were given
 * (BitBake: cooker.buildTaskData; a second mc: target beside the wildcard is refused).
 */
static int expand_wildcard(struct bb_taskdatas *all, struct bb_strvec *targets, struct bb_strvec *ret)
{
    bool wildcard = false, plain = false;
    bb_str implicit = {0}, mc, rest;
    bb_vec_each(targets, it) {
        if (!bb_targetlist_split(*it, &mc, &rest)) {
            plain = true;
            bb_vec_push(ret, *it);
            continue;
        }
        if (wildcard)
            return bb_error(all->ctx, "multiconfig conflict");
        if (!bb_str_eqz(mc, "*")) {
            bb_vec_push(ret, *it);
            continue;
        }
        wildcard = true;
        bb_vec_each(&all->mcs, one) {
            bb_str name = (*one)->name;
            if (name.len)
                bb_vec_push(ret, with_mc(all, name, rest));
            else
                implicit = before(rest, ':');
        }
    }
    if (!plain && implicit.len)
        bb_vec_push(ret, implicit);
    return 0;
}

int bb_targetlist_expand(struct bb_taskdatas *all, const bb_str *targets, size_t n, bb_str task,
                         struct bb_strvec *ret)
{
    struct bb_strvec words = {0};
    expand_collective(all, targets, n, task, &words);
    int err = expand_wildcard(all, &words, ret);
    bb_vec_release(&words);
    return err;
}
