/* SPDX-License-Identifier: MIT */
#include "build/printdiff.h"

#include "build/hashcheck.h"
#include "build/siginfo.h"

#include <stdlib.h>

struct diff {
    struct bb_plan *plan;
    struct bb_stamps stamps;
    struct bb_setscene scene;
    bool *valid;    /* by task: shared state or a stamp has it */
    bool *seen;     /* by task: looked at on the way down from the targets */
    bool *searched; /* by task: its roots are known */
    bool *root;     /* by task: the answer */
};

static bool is_noexec(const struct bb_plan *plan, bb_tid t)
{
    return plan->tasks[t].task->flags[BB_TF_NOEXEC].p;
}

/* What only setscene tasks without work wait for is not missed. */
static bool only_for_empty_scenes(const struct bb_plan *plan, bb_tid t)
{
    const struct bb_tids *up = &plan->tasks[t].revdeps;
    for (size_t i = 0; i < up->n; i++)
        if (!plan->tasks[up->p[i]].setscene || !is_noexec(plan, up->p[i]))
            return false;
    return up->n > 0;
}

static int find_valid(struct diff *f, struct bb_cooker *c)
{
    struct bb_plan *plan = f->plan;
    bb_tid *tids = bb_calloc(plan->n + 1, sizeof(*tids));
    bool *found = bb_calloc(plan->n + 1, sizeof(*found));
    struct bb_hashcheck check;
    size_t n = 0;
    for (bb_tid t = 0; t < plan->n; t++)
        if (!is_noexec(plan, t))
            tids[n++] = t;
    int r = bb_hashcheck_init(&check, c, plan);
    check.siginfo = true;
    if (r == 0)
        r = bb_hashcheck_available(&check, tids, n, 0, false, found);
    for (size_t i = 0; r == 0 && i < n; i++)
        f->valid[tids[i]] =
            found[i] || bb_stamps_current(&f->stamps, tids[i], false) || only_for_empty_scenes(plan, tids[i]);
    bb_hashcheck_release(&check);
    free(tids);
    free(found);
    return r;
}

/* Downwards from a task that is missing to those below which nothing is. */
static void find_roots(struct diff *f, bb_tid t)
{
    const struct bb_tids *deps = &f->plan->tasks[t].deps;
    bool below = false;
    if (f->searched[t])
        return;
    f->searched[t] = true;
    for (size_t i = 0; i < deps->n; i++)
        if (!f->valid[deps->p[i]]) {
            below = true;
            find_roots(f, deps->p[i]);
        }
    f->root[t] = !below && !is_noexec(f->plan, t);
}

/* Downwards from a target as far as everything is there; below a scene task only other scene tasks matter. */
static void walk(struct diff *f, bb_tid t)
{
    const struct bb_plan_task *pt = &f->plan->tasks[t];
    if (f->seen[t])
        return;
    f->seen[t] = true;
    if (!f->valid[t] && !is_noexec(f->plan, t)) {
        find_roots(f, t);
        return;
    }
    const struct bb_tids *below = pt->setscene ? &f->scene.t[t].below : &pt->deps;
    for (size_t i = 0; i < below->n; i++)
        walk(f, below->p[i]);
}

static void list(struct bb_ctx *ctx, const struct bb_plan *plan, const bb_tid *tids, size_t n)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    for (size_t i = 0; i < n; i++) {
        bb_buf_addc(&text, '\n');
        bb_plan_tid(plan, tids[i], &text);
    }
    bb_plain(ctx,
             "The differences between the current build and any cached tasks start at the following tasks:%s",
             text.p);
}

static bool *flags(size_t n)
{
    return bb_calloc(n + 1, sizeof(bool));
}

int bb_printdiff_find(struct bb_cooker *c, struct bb_plan *plan, bb_tid **ret, size_t *ret_n)
{
    static const struct bb_setscene_ops unused;
    struct diff f = {.plan = plan,
                     .valid = flags(plan->n),
                     .seen = flags(plan->n),
                     .searched = flags(plan->n),
                     .root = flags(plan->n)};
    BB_VEC(bb_tid) roots = {0};
    bb_stamps_init(&f.stamps, plan);
    int r = bb_setscene_init(&f.scene, plan, &unused);
    if (r == 0)
        r = find_valid(&f, c);
    for (bb_tid t = 0; r == 0 && t < plan->n; t++)
        if (plan->tasks[t].target)
            walk(&f, t);
    for (bb_tid t = 0; r == 0 && t < plan->n; t++)
        if (f.root[t])
            bb_vec_push(&roots, t);
    bb_setscene_release(&f.scene);
    bb_stamps_release(&f.stamps);
    free(f.valid);
    free(f.seen);
    free(f.searched);
    free(f.root);
    if (r == 0 && roots.n)
        list(c->ctx, plan, roots.p, roots.n);
    *ret = roots.p;
    *ret_n = roots.n;
    return r;
}

/* The newest data of another hash; what is beside stamps goes before what is in shared state. */
static const struct bb_siginfo *newest_other(const struct bb_siginfos *found, bb_str hash)
{
    const struct bb_siginfo *best = NULL;
    for (size_t i = 0; i < found->n; i++) {
        const struct bb_siginfo *s = &found->p[i];
        if (!bb_str_eq(s->hash, hash) && (!best || best->sstate || !s->sstate))
            best = s;
    }
    return best;
}

static int explain(struct bb_cooker *c, const struct bb_plan *plan, bb_tid t, struct bb_arena *a)
{
    const struct bb_recipe *recipe = bb_plan_recipe(plan, t);
    bb_str hash = plan->tasks[t].unihash, task = bb_plan_name(plan, t);
    struct bb_store *d = bb_mc_of(recipe)->d;
    struct bb_siginfos found = {0};
    struct bb_strvec paragraphs = {0};
    const struct bb_siginfo *mine = NULL;
    int r = bb_siginfo_find(c, d, recipe->pn, task, NULL, a, &found);
    for (size_t i = 0; r == 0 && i < found.n; i++)
        if (bb_str_eq(found.p[i].hash, hash))
            mine = &found.p[i];
    const struct bb_siginfo *other = newest_other(&found, hash);
    if (r < 0 || !other)
        return r;
    if (!mine)
        return bb_error(c->ctx, "no signature data was found for hash %.*s of %.*s:%.*s", BB_STRF(hash),
                        BB_STRF(recipe->pn), BB_STRF(task));
    r = bb_siginfo_compare(c, d, other->path, mine->path, false, a, &paragraphs);
    if (r == 0) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        bb_vec_each(&paragraphs, p)
            bb_buf_addf(&text, "%s%.*s", text.len ? "\n  " : "", BB_STRF(*p));
        bb_plain(c->ctx,
                 "\nTask %.*s:%.*s couldn't be used from the cache because:\n"
                 "  We need hash %.*s, most recent matching task was %.*s\n"
                 "  %s",
                 BB_STRF(recipe->pn), BB_STRF(task), BB_STRF(hash), BB_STRF(other->hash), text.p);
    }
    bb_vec_release(&paragraphs);
    return r;
}

int bb_printdiff_explain(struct bb_cooker *c, const struct bb_plan *plan, const bb_tid *tids, size_t n)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct bb_arena a;
        bb_arena_init(&a);
        r = explain(c, plan, tids[i], &a);
        bb_arena_release(&a);
    }
    return r;
}
