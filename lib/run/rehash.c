/* SPDX-License-Identifier: MIT */
/*
 * What follows when a task turns out to have made what another one made: tasks above it are hashed again, and scene tasks
 * whose hash is another one now are decided again as far as it is not too late for them (BitBake: process_possible_migrations).
 */
#include "run/sched_priv.h"

#include <stdlib.h>

static void set_unihash(struct bb_sched *s, bb_tid t, bb_str unihash)
{
    int r = s->runner->rehash->set_unihash(s->runner->self, t, unihash);
    if (r < 0)
        s->err = r;
    bb_vec_push(&s->changed, t);
}

void bb_sched_unihash(struct bb_sched *s, bb_tid t, bb_str unihash)
{
    if (!s->runner->rehash || bb_str_eq(s->plan->tasks[t].unihash, unihash))
        return;
    set_unihash(s, t, unihash);
    /* What waits for this task to make the same object has the same hash as this one. */
    for (size_t k = 0; k < s->scene.nscenes; k++)
        if (bb_setscene_is_deferred(&s->scene, s->scene.scenes[k], t))
            set_unihash(s, s->scene.scenes[k], unihash);
}

/* Where the tasks above changed ones stand. */
struct above {
    struct bb_sched *s;
    uint32_t *waiting; /* for how many of those before it that are above, too; 1 more: it is above */
    bool *dirty;       /* something it depends on has another unihash */
    bb_tid *queue;
    size_t n;
    bb_tid *wave; /* tasks that are hashed together */
    struct bb_newhash *hashes;
    size_t nwave;
};

/* Counts what is above the changed tasks; queue has it in any order. */
static void collect(struct above *a)
{
    const struct bb_plan_task *tasks = a->s->plan->tasks;
    bb_vec_each(&a->s->changed, t) {
        const struct bb_tids *up = &tasks[*t].revdeps;
        for (size_t i = 0; i < up->n; i++) {
            a->dirty[up->p[i]] = true;
            if (!a->waiting[up->p[i]]++)
                a->queue[a->n++] = up->p[i];
        }
    }
    for (size_t i = 0; i < a->n; i++)
        a->waiting[a->queue[i]] = 1;
    for (size_t i = 0; i < a->n; i++) {
        const struct bb_tids *up = &tasks[a->queue[i]].revdeps;
        for (size_t k = 0; k < up->n; k++) {
            if (!a->waiting[up->p[k]])
                a->waiting[a->queue[a->n++] = up->p[k]] = 1;
            a->waiting[up->p[k]]++;
        }
    }
}

static bool is_restored(const struct bb_sched *s, bb_tid t)
{
    enum bb_scene_state state = s->scene.t[t].state;
    return state == BB_SCENE_COVERED || state == BB_SCENE_RUNNING;
}

static void await_look(struct bb_sched *s, bb_tid t)
{
    bb_vec_each(&s->pending, p)
        if (*p == t)
            return;
    bb_vec_push(&s->pending, t);
}

/* A task's new hashes: kept, or, where its result is there under the old ones, told to the server. */
static int apply(struct bb_sched *s, bb_tid t, const struct bb_newhash *h)
{
    const struct bb_rehash_ops *ops = s->runner->rehash;
    const struct bb_plan_task *task = &s->plan->tasks[t];
    bool other = !bb_str_eq(task->unihash, h->unihash);
    bool restored = is_restored(s, t);
    int r = 0;
    if (other && restored)
        r = ops->keep(s->runner->self, t, h);
    else if (!restored)
        ops->set(s->runner->self, t, h);
    if (other && !restored && task->setscene)
        await_look(s, t);
    s->t[t].stale = true;
    return r;
}

/* Hashes the wave and passes on what has changed. */
static int hash_wave(struct above *a)
{
    struct bb_sched *s = a->s;
    const struct bb_rehash_ops *ops = s->runner->rehash;
    bb_str *before = bb_calloc(a->nwave + 1, sizeof(*before));
    for (size_t i = 0; i < a->nwave; i++)
        before[i] = ops->known(s->runner->self, a->wave[i]);
    int r = a->nwave ? ops->hash(s->runner->self, a->wave, a->nwave, a->hashes) : 0;
    for (size_t i = 0; r == 0 && i < a->nwave; i++) {
        r = apply(s, a->wave[i], &a->hashes[i]);
        const struct bb_tids *up = &s->plan->tasks[a->wave[i]].revdeps;
        bool other = !bb_str_eq(before[i], ops->known(s->runner->self, a->wave[i]));
        for (size_t k = 0; other && k < up->n; k++)
            a->dirty[up->p[k]] = true;
    }
    free(before);
    return r;
}

/* Tasks above the changed ones, each after all that it depends on. */
static int hash_above(struct above *a)
{
    const struct bb_plan_task *tasks = a->s->plan->tasks;
    bb_tid *order = bb_calloc(a->n + 1, sizeof(*order));
    size_t n = 0;
    int r = 0;
    for (size_t i = 0; i < a->n; i++)
        if (a->waiting[a->queue[i]] == 1)
            order[n++] = a->queue[i];
    for (size_t done = 0, end = n; r == 0 && done < end; done = end, end = n) {
        a->nwave = 0;
        for (size_t i = done; i < end; i++)
            if (a->dirty[order[i]])
                a->wave[a->nwave++] = order[i];
        r = hash_wave(a);
        for (size_t i = done; i < end; i++) {
            const struct bb_tids *up = &tasks[order[i]].revdeps;
            for (size_t k = 0; k < up->n; k++)
                if (--a->waiting[up->p[k]] == 1)
                    order[n++] = up->p[k];
        }
    }
    free(order);
    return r;
}

static int rehash(struct bb_sched *s)
{
    size_t n = s->plan->n + 1;
    struct above a = {.s = s,
                      .waiting = bb_calloc(n, sizeof(*a.waiting)),
                      .dirty = bb_calloc(n, sizeof(*a.dirty)),
                      .queue = bb_calloc(n, sizeof(*a.queue)),
                      .wave = bb_calloc(n, sizeof(*a.wave)),
                      .hashes = bb_calloc(n, sizeof(*a.hashes))};
    collect(&a);
    int r = hash_above(&a);
    s->changed.n = 0;
    free(a.waiting);
    free(a.dirty);
    free(a.queue);
    free(a.wave);
    free(a.hashes);
    return r;
}

/* Something that the scene task would cover runs: it can only be decided anew when that has ended. */
static bool covers_running(const struct bb_sched *s, bb_tid t)
{
    const struct bb_tids *covers = &s->scene.t[t].covers;
    for (size_t i = 0; i < covers->n; i++)
        if (s->t[covers->p[i]].outcome == BB_OUT_RUNNING || s->t[covers->p[i]].outcome == BB_OUT_FAILED)
            return true;
    return false;
}

static int look_again(struct bb_sched *s)
{
    bb_tid *now = bb_calloc(s->pending.n + 1, sizeof(*now));
    size_t n = 0, later = 0;
    for (size_t i = 0; i < s->pending.n; i++) {
        bb_tid t = s->pending.p[i];
        enum bb_outcome o = s->t[t].outcome;
        if (is_restored(s, t) || (o != BB_OUT_PENDING && o != BB_OUT_DEPENDENCY))
            continue; /* too late */
        if (covers_running(s, t))
            s->pending.p[later++] = t;
        else
            now[n++] = t;
    }
    s->pending.n = later;
    if (n)
        s->scenes_told = false;
    int r = n ? bb_setscene_reopen(&s->scene, now, n) : 0;
    s->stats.scene_covered = s->scene.ncovered;
    s->stats.scene_not_covered = s->scene.nnot_covered;
    free(now);
    return r;
}

int bb_rehash_process(struct bb_sched *s)
{
    int r = s->changed.n ? rehash(s) : 0;
    return r < 0 || !s->pending.n ? r : look_again(s);
}
