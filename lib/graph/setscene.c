/* SPDX-License-Identifier: MIT */
#include "graph/setscene.h"

const char *bb_setscene_why_text(enum bb_scene_why why)
{
#define X(name, text) text,
    static const char *const texts[] = {BB_SCENE_WHYS(X)};
#undef X
    return texts[why];
}

static void enqueue(struct bb_setscene *s, bb_tid t)
{
    if (s->t[t].queued || s->t[t].hard_wait || s->t[t].state != BB_SCENE_UNDECIDED)
        return;
    s->t[t].queued = true;
    bb_vec_push(&s->queue, t);
}

static void release_one(struct bb_setscene *s, bb_tid t)
{
    if (--s->t[t].hold == 0)
        s->ops->released(s->ops->self, t);
}

static bool all_decided(const struct bb_setscene *s, const struct bb_tids *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (s->t[l->p[i]].state == BB_SCENE_UNDECIDED || s->t[l->p[i]].state == BB_SCENE_RUNNING)
            return false;
    return true;
}

static void undefer(struct bb_setscene *s, bb_tid t)
{
    s->ndeferred -= s->t[t].deferred != BB_NO_TASK;
    s->t[t].deferred = BB_NO_TASK;
}

static void decide(struct bb_setscene *s, bb_tid t, bool covered, enum bb_scene_why why);

/* Without `t` the scene tasks that need it cannot be restored, unless they are current already. */
static void fail_needed_by(struct bb_setscene *s, bb_tid t)
{
    const struct bb_tids *l = &s->t[t].needed_by;
    for (size_t i = 0; i < l->n; i++) {
        bb_tid up = l->p[i];
        if (s->t[up].state != BB_SCENE_UNDECIDED || s->plan->tasks[up].task->flags[BB_TF_NOEXEC].p ||
            s->ops->stamp(s->ops->self, up) != BB_STAMP_OLD)
            continue;
        decide(s, up, false, BB_WHY_HARD_DEPENDENCY);
    }
}

/* The end of a scene task's story: counters below it, and whoever waited for it, go on. */
static void decide(struct bb_setscene *s, bb_tid t, bool covered, enum bb_scene_why why)
{
    struct bb_scene_task *x = &s->t[t];
    if (x->state == BB_SCENE_RUNNING)
        s->running--;
    x->state = covered ? BB_SCENE_COVERED : BB_SCENE_NOT_COVERED;
    x->why = why;
    undefer(s, t);
    s->undecided--;
    if (covered)
        s->ncovered++;
    else
        s->nnot_covered++;
    s->ops->decided(s->ops->self, t);
    if (!covered) {
        x->need++;
        for (size_t i = 0; i < x->covers.n; i++)
            s->t[x->covers.p[i]].need++;
        fail_needed_by(s, t);
    }
    for (size_t i = 0; i < x->below.n; i++) {
        struct bb_scene_task *b = &s->t[x->below.p[i]];
        b->above_not_covered += !covered;
        if (--b->above_undecided == 0)
            enqueue(s, x->below.p[i]);
    }
    for (size_t i = 0; i < x->needed_by.n; i++) {
        struct bb_scene_task *up = &s->t[x->needed_by.p[i]];
        if (up->hard_wait && all_decided(s, &up->hard)) {
            up->hard_wait = false;
            enqueue(s, x->needed_by.p[i]);
        }
    }
    release_one(s, t);
    for (size_t i = 0; i < x->covers.n; i++)
        if (s->t[x->covers.p[i]].hold) /* what had been started when `t` was reopened is not held by it */
            release_one(s, x->covers.p[i]);
}

int bb_setscene_init(struct bb_setscene *s, const struct bb_plan *plan, const struct bb_setscene_ops *ops)
{
    *s = (struct bb_setscene){.plan = plan, .ops = ops};
    bb_arena_init(&s->arena);
    return bb_scenegraph_build(s);
}

void bb_setscene_release(struct bb_setscene *s)
{
    bb_vec_release(&s->queue);
    bb_map_release(&s->first);
    bb_arena_release(&s->arena);
}

/* Looks at stamps first; true when that decided it. */
static bool decide_by_stamp(struct bb_setscene *s, bb_tid t)
{
    if (s->plan->tasks[t].task->flags[BB_TF_NOEXEC].p) {
        if (s->ops->make_stamp)
            s->ops->make_stamp(s->ops->self, t);
        decide(s, t, true, BB_WHY_NOEXEC);
        return true;
    }
    if (s->ops->stamp(s->ops->self, t) == BB_STAMP_OLD)
        return false;
    decide(s, t, true, BB_WHY_STAMP);
    return true;
}

/* Asks for those of `tids` that are still undecided. */
static int ask_available(struct bb_setscene *s, const bb_tid *tids, size_t n, size_t current, bool summary)
{
    bb_tid *ask = bb_malloc((n + 1) * sizeof(*ask));
    bool *found = bb_calloc(n + 1, sizeof(*found));
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (s->t[tids[i]].state == BB_SCENE_UNDECIDED)
            ask[m++] = tids[i];
    int err = m ? s->ops->available(s->ops->self, ask, m, current, summary, found) : 0;
    for (size_t i = 0; i < m && !err; i++)
        s->t[ask[i]].available = found[i];
    free(ask);
    free(found);
    return err;
}

int bb_setscene_start(struct bb_setscene *s)
{
    for (bb_tid t = 0; t < s->plan->n; t++)
        if (s->t[t].hold == 0)
            s->ops->released(s->ops->self, t);
    size_t current = 0;
    for (size_t k = 0; k < s->nscenes; k++) {
        bb_tid t = s->scenes[k];
        if (s->t[t].state == BB_SCENE_UNDECIDED && decide_by_stamp(s, t))
            current += s->t[t].why == BB_WHY_STAMP;
    }
    int err = ask_available(s, s->scenes, s->nscenes, current, true);
    for (size_t k = 0; k < s->nscenes; k++)
        if (s->t[s->scenes[k]].above_undecided == 0)
            enqueue(s, s->scenes[k]);
    return err;
}

/* Nobody needs it: everything above is restored, and metadata says that this is not needed beside those. */
static bool not_needed(const struct bb_setscene *s, bb_tid t)
{
    const struct bb_scene_task *x = &s->t[t];
    return !x->unskippable && !x->hard_needed && !s->plan->tasks[t].target && x->owners.n &&
           x->above_undecided == 0 && x->above_not_covered == 0 && s->ops->depvalid &&
           s->ops->depvalid(s->ops->self, t, &x->owners);
}

/* Has what the twin itself depends on decided first, at once and whether or not that is needed otherwise. */
static void wait_for_hard(struct bb_setscene *s, bb_tid t)
{
    struct bb_scene_task *x = &s->t[t];
    x->hard_wait = true;
    for (size_t i = 0; i < x->hard.n; i++) {
        s->t[x->hard.p[i]].hard_needed = true;
        enqueue(s, x->hard.p[i]);
    }
}

/* Decides a task that can be decided without running it. */
static bool settle(struct bb_setscene *s, bb_tid t)
{
    const struct bb_scene_task *x = &s->t[t];
    if (!x->available) {
        decide(s, t, false, BB_WHY_UNAVAILABLE);
        return true;
    }
    enum bb_scene_stamp stamp = s->ops->stamp(s->ops->self, t);
    if (stamp == BB_STAMP_REAL)
        decide(s, t, false, BB_WHY_REAL_CURRENT);
    else if (s->plan->options->force && s->plan->tasks[t].target)
        decide(s, t, false, BB_WHY_FORCED);
    else if (stamp == BB_STAMP_SETSCENE)
        decide(s, t, true, BB_WHY_STAMP);
    else if (s->plan->options->skip_setscene)
        decide(s, t, false, BB_WHY_SKIPPED);
    return x->state != BB_SCENE_UNDECIDED;
}

/* Drops the part of the queue that has been handed out. */
static void compact(struct bb_setscene *s)
{
    memmove(s->queue.p, s->queue.p + s->head, (s->queue.n - s->head) * sizeof(*s->queue.p));
    s->queue.n -= s->head;
    s->head = 0;
}

bb_tid bb_setscene_next(struct bb_setscene *s, bool (*busy)(void *self, bb_tid t))
{
    /* What must wait goes to the end of the queue; `idle` of those in a row means that there is nothing to do. */
    for (size_t idle = 0; s->head < s->queue.n && idle < s->queue.n - s->head;) {
        bb_tid t = s->queue.p[s->head++];
        struct bb_scene_task *x = &s->t[t];
        x->queued = false;
        if (x->state != BB_SCENE_UNDECIDED)
            continue;
        if (x->deferred != BB_NO_TASK || (busy && busy(s->ops->self, t))) {
            enqueue(s, t);
            idle++;
            continue;
        }
        idle = 0;
        if (not_needed(s, t)) {
            decide(s, t, true, BB_WHY_NOT_NEEDED);
        } else if (!all_decided(s, &x->hard)) {
            wait_for_hard(s, t);
        } else if (!settle(s, t)) {
            x->state = BB_SCENE_RUNNING;
            s->running++;
            return t;
        }
        if (s->head > 64 && s->head > s->queue.n / 2)
            compact(s);
    }
    if (s->head)
        compact(s);
    return BB_NO_TASK;
}

void bb_setscene_finished(struct bb_setscene *s, bb_tid t, bool ok)
{
    decide(s, t, ok, ok ? BB_WHY_RESTORED : BB_WHY_FAILED);
}

int bb_setscene_completed(struct bb_setscene *s, bb_tid t)
{
    bb_tid next = BB_NO_TASK;
    for (size_t k = 0; s->ndeferred && k < s->nscenes; k++) {
        struct bb_scene_task *x = &s->t[s->scenes[k]];
        if (x->deferred != t)
            continue;
        /* One at a time: the others wait for this one, so that they do not race to make the same object. */
        if (next != BB_NO_TASK)
            x->deferred = next;
        else
            undefer(s, next = s->scenes[k]);
    }
    if (next == BB_NO_TASK || s->t[next].state != BB_SCENE_UNDECIDED || decide_by_stamp(s, next))
        return 0;
    return ask_available(s, &next, 1, 0, false);
}

static void hold_one(struct bb_setscene *s, bb_tid t)
{
    if (s->t[t].hold++ == 0)
        s->ops->held(s->ops->self, t);
}

/* Takes back the decision that `t` is not covered. */
static void take_back(struct bb_setscene *s, bb_tid t)
{
    struct bb_scene_task *x = &s->t[t];
    x->state = BB_SCENE_UNDECIDED;
    x->why = BB_WHY_UNKNOWN;
    s->undecided++;
    s->nnot_covered--;
    x->need--;
    hold_one(s, t);
    for (size_t i = 0; i < x->covers.n; i++) {
        bb_tid c = x->covers.p[i];
        if (s->ops->progress(s->ops->self, c) != BB_TASK_WAITS)
            continue;
        s->t[c].need--;
        hold_one(s, c);
    }
    for (size_t i = 0; i < x->below.n; i++) {
        struct bb_scene_task *b = &s->t[x->below.p[i]];
        b->above_not_covered--;
        b->above_undecided++;
    }
}

/* Another task of the plan makes the object that this one would be now: it waits for that. */
static void defer(struct bb_setscene *s, bb_tid t)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_scenegraph_key(s->plan, t, &key);
    void *first = bb_map_get(&s->first, bb_buf_str(&key));
    bb_tid by = first ? (bb_tid)((uintptr_t)first - 1) : t;
    undefer(s, t);
    if (by == t || s->ops->progress(s->ops->self, by) == BB_TASK_DONE)
        return;
    s->t[t].deferred = by;
    s->ndeferred++;
    bb_buf_addz(&text, "Deferring ");
    bb_plan_tid(s->plan, t, &text);
    bb_buf_addz(&text, " after ");
    bb_plan_tid(s->plan, by, &text);
    bb_note(s->plan->ctx, "%s", text.p);
}

static bool lacks_hard(const struct bb_setscene *s, bb_tid t)
{
    const struct bb_tids *hard = &s->t[t].hard;
    for (size_t i = 0; i < hard->n; i++)
        if (s->t[hard->p[i]].state == BB_SCENE_NOT_COVERED)
            return true;
    return false;
}

/* BitBake: process_possible_migrations */
int bb_setscene_reopen(struct bb_setscene *s, const bb_tid *tids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        s->t[tids[i]].available = false;
        if (s->t[tids[i]].state == BB_SCENE_NOT_COVERED)
            take_back(s, tids[i]);
    }
    for (size_t i = 0; i < n; i++)
        defer(s, tids[i]);
    for (size_t i = 0; i < n; i++)
        if (s->t[tids[i]].state == BB_SCENE_UNDECIDED)
            decide_by_stamp(s, tids[i]);
    int err = ask_available(s, tids, n, 0, false);
    for (size_t i = 0; i < n; i++) {
        if (s->t[tids[i]].state != BB_SCENE_UNDECIDED)
            continue;
        if (lacks_hard(s, tids[i]))
            decide(s, tids[i], false, BB_WHY_HARD_DEPENDENCY);
        else if (s->t[tids[i]].above_undecided == 0)
            enqueue(s, tids[i]);
    }
    return err;
}

bool bb_setscene_unblock(struct bb_setscene *s)
{
    if (s->undecided == 0)
        return false;
    for (size_t k = 0; k < s->nscenes; k++) {
        struct bb_scene_task *x = &s->t[s->scenes[k]];
        if (x->state == BB_SCENE_UNDECIDED && x->deferred != BB_NO_TASK) {
            bb_warn(s->plan->ctx, "Runqueue deadlocked on deferred tasks, forcing task %.*s:%.*s",
                    BB_STRF(bb_plan_recipe(s->plan, s->scenes[k])->fn),
                    BB_STRF(bb_plan_name(s->plan, s->scenes[k])));
            undefer(s, s->scenes[k]);
            return true;
        }
    }
    for (size_t k = 0; k < s->nscenes; k++)
        if (s->t[s->scenes[k]].state == BB_SCENE_UNDECIDED)
            decide(s, s->scenes[k], false, BB_WHY_HARD_DEPENDENCY);
    return true;
}
