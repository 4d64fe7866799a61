/* SPDX-License-Identifier: MIT */
#include "run/sched_priv.h"

static const char *outcome_text(enum bb_outcome o)
{
#define X(name, text) text,
    static const char *const texts[] = {BB_OUTCOMES(X)};
#undef X
    return texts[o];
}

/* Events. */

static void tell(struct bb_sched *s, struct bb_sched_event e)
{
    e.stats = &s->stats;
    if (s->o.event)
        s->o.event(s->o.event_self, &e);
}

/* Tasks only seem to run: -n, and --why, which looks at what would. */
static bool is_dry(const struct bb_sched *s)
{
    return s->plan->options->dry_run || s->plan->options->why;
}

/* Nothing more is started. */
static void stop(struct bb_sched *s)
{
    if (s->stopping)
        return;
    s->stopping = true;
    if (s->stats.active + s->stats.scene_active)
        tell(s, (struct bb_sched_event){.what = BB_SCHED_EXITING, .t = BB_NO_TASK});
}

/* The heap. */

static bool before(const struct bb_sched *s, bb_tid a, bb_tid b)
{
    return s->rank[a] < s->rank[b];
}

static void heap_push(struct bb_sched *s, bb_tid t)
{
    s->t[t].listed = true;
    size_t i = s->nheap++;
    for (; i && before(s, t, s->heap[(i - 1) / 2]); i = (i - 1) / 2)
        s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = t;
}

static bb_tid heap_pop(struct bb_sched *s)
{
    bb_tid top = s->heap[0], last = s->heap[--s->nheap];
    size_t i = 0;
    for (size_t c; (c = 2 * i + 1) < s->nheap; i = c) {
        if (c + 1 < s->nheap && before(s, s->heap[c + 1], s->heap[c]))
            c++;
        if (!before(s, s->heap[c], last))
            break;
        s->heap[i] = s->heap[c];
    }
    s->heap[i] = last;
    return top;
}

/* Counters. */

static void less_to_wait_for(struct bb_sched *s, bb_tid t)
{
    if (--s->t[t].waits || s->t[t].listed)
        return;
    s->t[t].listed = true;
    bb_vec_push(&s->ready, t);
}

static void complete(struct bb_sched *s, bb_tid t, enum bb_outcome outcome)
{
    s->t[t].outcome = outcome;
    s->stats.completed++;
    const struct bb_tids *up = &s->plan->tasks[t].revdeps;
    for (size_t i = 0; i < up->n; i++)
        less_to_wait_for(s, up->p[i]);
    if (bb_setscene_completed(&s->scene, t) < 0)
        s->err = -BB_EREPORTED;
}

static void skip(struct bb_sched *s, bb_tid t, enum bb_outcome outcome)
{
    s->stats.skipped++;
    tell(s, (struct bb_sched_event){.what = BB_SCHED_SKIPPED, .t = t, .outcome = outcome});
    complete(s, t, outcome);
}

/* What depends on a failed task is out of reach, and so on upwards. */
static void fail_above(struct bb_sched *s, bb_tid failed)
{
    struct {
        bb_tid *p;
        size_t n, cap;
    } stack = {0};
    bb_vec_push(&stack, failed);
    while (stack.n) {
        const struct bb_tids *up = &s->plan->tasks[bb_vec_pop(&stack)].revdeps;
        for (size_t i = 0; i < up->n; i++) {
            struct run_task *x = &s->t[up->p[i]];
            if (x->failed_deps++)
                continue;
            x->outcome = BB_OUT_DEPENDENCY;
            x->because = failed;
            bb_vec_push(&stack, up->p[i]);
        }
    }
    bb_vec_release(&stack);
}

/* The end of an ordinary task: counted, told, and passed on to those that wait for it. */
static void conclude(struct bb_sched *s, bb_tid t, int status, enum bb_outcome outcome)
{
    s->stats.active--;
    s->t[t].name->running--;
    if (status == 0)
        complete(s, t, outcome);
    else
        s->t[t].outcome = BB_OUT_FAILED;
    s->stats.failed += status != 0;
    tell(
        s,
        (struct bb_sched_event){
            .what = BB_SCHED_ENDED, .t = t, .ok = status == 0, .status = status, .outcome = s->t[t].outcome});
    if (status)
        fail_above(s, t);
    if (status && !s->plan->options->keep_going)
        stop(s);
}

/* BB_SETSCENE_ENFORCE does not let it run. */
static void refuse(struct bb_sched *s, bb_tid t)
{
    const struct bb_recipe *r = bb_plan_recipe(s->plan, t);
    BB_CLEAN_BUF struct bb_buf missing = BB_BUF_INIT;
    for (size_t k = 0; k < s->scene.nscenes; k++) {
        if (s->scene.t[s->scene.scenes[k]].state != BB_SCENE_NOT_COVERED)
            continue;
        bb_buf_addz(&missing, missing.len ? ", " : "");
        bb_plan_pnid(s->plan, s->scene.scenes[k], &missing);
    }
    bb_error(s->ctx,
             "Task %.*s.%.*s attempted to execute unexpectedly%s\n"
             "This is usually due to missing setscene tasks. Those missing in this build were: %s",
             BB_STRF(r->pn), BB_STRF(bb_plan_name(s->plan, t)),
             s->plan->tasks[t].setscene ? " and should have been setscened" : "", missing.p);
    s->t[t].outcome = BB_OUT_FAILED;
    s->stats.failed++;
    tell(s, (struct bb_sched_event){.what = BB_SCHED_REFUSED, .t = t, .outcome = BB_OUT_FAILED});
    fail_above(s, t);
    if (!s->plan->options->keep_going)
        stop(s);
}

/* Ends. */

static int stamp(struct bb_sched *s, bb_tid t, bool setscene)
{
    const struct bb_plan_task *task = &s->plan->tasks[t];
    const struct bb_recipe_task *which = setscene ? task->setscene : task->task;
    if (is_dry(s) || (s->enforce.on && !setscene) || which->flags[BB_TF_NOSTAMP].p)
        return 0;
    return s->runner->make_stamp(s->runner->self, t, setscene);
}

static void end_scene(struct bb_sched *s, bb_tid t, int status)
{
    s->stats.scene_active--;
    if (status == 0)
        status = stamp(s, t, true);
    tell(s, (struct bb_sched_event){
                .what = BB_SCHED_ENDED, .t = t, .setscene = true, .ok = status == 0, .status = status});
    bb_setscene_finished(&s->scene, t, status == 0);
    if (status == 0 || bb_enforce_allows(&s->enforce, s->plan, t))
        return;
    s->refused = true;
    bb_error(s->ctx, "Task %.*s.%.*s_setscene failed", BB_STRF(bb_plan_recipe(s->plan, t)->pn),
             BB_STRF(bb_plan_name(s->plan, t)));
    stop(s);
}

void bb_sched_finished(struct bb_sched *s, bb_tid t, bool setscene, int status)
{
    if (s->t[t].group)
        s->t[t].group->running = BB_NO_TASK;
    if (setscene)
        end_scene(s, t, status);
    else
        conclude(s, t, status ? status : stamp(s, t, false), BB_OUT_RAN);
}

/* Starting. */

static void unpark(struct bb_sched *s)
{
    for (size_t i = 0; i < s->parked.n; i++)
        bb_vec_push(&s->ready, s->parked.p[i]);
    s->parked.n = 0;
}

static bool slot_free(const struct bb_sched *s)
{
    return s->stats.active + s->stats.scene_active < s->o.threads;
}

static bool stamp_busy(void *self, bb_tid t)
{
    const struct bb_sched *s = self;
    return s->t[t].group && s->t[t].group->running != BB_NO_TASK;
}

/* Hands a task to the runner. A dry run ends it at once. */
static void start(struct bb_sched *s, bb_tid t, bool setscene)
{
    if (s->t[t].group)
        s->t[t].group->running = t;
    bool dry = is_dry(s) || (s->enforce.on && !setscene);
    int err = dry ? 0 : s->runner->start(s->runner->self, t, setscene);
    if (err || dry)
        bb_sched_finished(s, t, setscene, err ? 1 : 0); /* a code of ours is no status, and was reported */
}

static void start_scene(struct bb_sched *s, bb_tid t)
{
    const struct bb_sched_stats *st = &s->stats;
    size_t index = st->scene_covered + st->scene_not_covered + st->scene_active + 1;
    s->stats.scene_active++;
    tell(s, (struct bb_sched_event){
                .what = BB_SCHED_STARTED, .t = t, .setscene = true, .index = index, .of = st->scene_total});
    start(s, t, true);
}

/* `outcome` RUNNING, or NOEXEC: there is nothing to run and the task is stamped where it stands. */
static void start_task(struct bb_sched *s, bb_tid t, enum bb_outcome outcome)
{
    size_t index = s->stats.completed + s->stats.active + s->stats.failed + 1;
    s->t[t].outcome = outcome;
    s->stats.active++;
    s->t[t].name->running++;
    tell(s, (struct bb_sched_event){
                .what = BB_SCHED_STARTED, .t = t, .outcome = outcome, .index = index, .of = s->stats.total});
    if (outcome == BB_OUT_NOEXEC)
        conclude(s, t, stamp(s, t, false), BB_OUT_NOEXEC);
    else
        start(s, t, false);
}

/* A task that waits for nothing more: done without running, or put among those to start. */
static void look_at(struct bb_sched *s, bb_tid t)
{
    s->t[t].listed = s->t[t].stale = false;
    if (s->t[t].waits)
        return;
    if (s->scene.t[t].need == 0)
        skip(s, t, BB_OUT_COVERED);
    else if (s->runner->current(s->runner->self, t))
        skip(s, t, BB_OUT_CURRENT);
    else if (s->plan->tasks[t].task->flags[BB_TF_NOEXEC].p)
        start_task(s, t, BB_OUT_NOEXEC);
    else if (!bb_enforce_allows(&s->enforce, s->plan, t))
        refuse(s, t);
    else
        heap_push(s, t);
}

static void look_at_ready(struct bb_sched *s)
{
    while (s->ready.n && !s->stopping && !s->plan->options->setscene_only)
        look_at(s, bb_vec_pop(&s->ready));
}

/* The next task to start, or BB_NO_TASK; those whose hash has changed since they got into the heap are looked at again. */
static bb_tid next_to_start(struct bb_sched *s)
{
    while (s->nheap && !s->stopping) {
        bb_tid t = heap_pop(s);
        if (!s->t[t].stale && !s->t[t].waits)
            return t;
        look_at(s, t);
        look_at_ready(s);
    }
    return BB_NO_TASK;
}

/* What seems to run only needs nothing. */
static bool is_admitted(struct bb_sched *s, bb_tid t)
{
    const struct bb_runner *r = s->runner;
    bool dry = is_dry(s) || s->enforce.on;
    return dry || !r->admit || r->admit(r->self, t, s->stats.active + s->stats.scene_active == 0);
}

static bool must_wait(struct bb_sched *s, bb_tid t)
{
    const struct name *n = s->t[t].name;
    return (n->limit && n->running >= n->limit) || stamp_busy(s, t) || !is_admitted(s, t);
}

/* Starts what can be started now; false when there was nothing to do. */
static bool start_some(struct bb_sched *s)
{
    bool any = false;
    int r = s->stopping || s->err ? 0 : bb_rehash_process(s);
    if (r < 0)
        s->err = r;
    unpark(s);
    look_at_ready(s);
    while (!s->stopping && !s->err && slot_free(s)) {
        bb_tid t = bb_setscene_next(&s->scene, stamp_busy);
        look_at_ready(s);
        if (t != BB_NO_TASK) {
            start_scene(s, t);
        } else if (!s->plan->options->setscene_only && (t = next_to_start(s)) != BB_NO_TASK) {
            if (must_wait(s, t)) {
                bb_vec_push(&s->parked, t);
                continue;
            }
            s->t[t].listed = false;
            start_task(s, t, BB_OUT_RUNNING);
        } else {
            break;
        }
        any = true;
        look_at_ready(s);
    }
    return any;
}

/* What setscene asks and tells. */

static enum bb_scene_stamp ask_stamp(void *self, bb_tid t)
{
    const struct bb_runner *r = ((struct bb_sched *)self)->runner;
    return r->scene_stamp(r->self, t);
}

static int ask_available(void *self, const bb_tid *tids, size_t n, size_t current, bool summary, bool *ret)
{
    const struct bb_runner *r = ((struct bb_sched *)self)->runner;
    return r->available(r->self, tids, n, current, summary, ret);
}

static bool ask_depvalid(void *self, bb_tid t, const struct bb_tids *above)
{
    const struct bb_runner *r = ((struct bb_sched *)self)->runner;
    return r->depvalid && r->depvalid(r->self, t, above);
}

static void ask_make_stamp(void *self, bb_tid t)
{
    stamp(self, t, true);
}

static void told_decided(void *self, bb_tid t)
{
    struct bb_sched *s = self;
    s->stats.scene_covered = s->scene.ncovered;
    s->stats.scene_not_covered = s->scene.nnot_covered;
    if (bb_setscene_done(&s->scene) && !s->scenes_told) {
        s->scenes_told = true;
        tell(s, (struct bb_sched_event){.what = BB_SCHED_SCENES, .t = BB_NO_TASK});
    }
}

static void told_released(void *self, bb_tid t)
{
    struct bb_sched *s = self;
    if (s->scene.t[t].need == 0)
        s->t[t].because = s->scene.t[t].owners.n ? s->scene.t[t].owners.p[0] : t;
    less_to_wait_for(s, t);
}

/* Its fate is open again. */
static void told_held(void *self, bb_tid t)
{
    struct bb_sched *s = self;
    s->t[t].waits++;
    s->t[t].stale = true;
}

static enum bb_progress ask_progress(void *self, bb_tid t)
{
    switch (((struct bb_sched *)self)->t[t].outcome) {
    case BB_OUT_PENDING:
    case BB_OUT_DEPENDENCY:
    case BB_OUT_STOPPED:
        return BB_TASK_WAITS;
    case BB_OUT_RUNNING:
    case BB_OUT_FAILED:
        return BB_TASK_RUNS;
    default:
        return BB_TASK_DONE;
    }
}

/* Life. */

static void init_tasks(struct bb_sched *s)
{
    struct bb_map names = {0}, groups = {0};
    for (bb_tid t = 0; t < s->plan->n; t++) {
        const struct bb_plan_task *task = &s->plan->tasks[t];
        struct run_task *x = &s->t[t];
        x->waits = (uint32_t)task->deps.n + 1;
        x->because = BB_NO_TASK;
        void **name = bb_map_slot(&names, task->task->name);
        if (!*name) {
            struct name *n = *name = bb_arena_new(&s->arena, struct name);
            n->limit = s->runner->limit ? s->runner->limit(s->runner->self, task->task->name) : 0;
        }
        x->name = *name;
        bb_str stamp_base = task->entry->recipe->stamp;
        if (stamp_base.len == 0)
            continue;
        bb_str key = bb_arena_fmt(&s->arena, "%.*s.%.*s", BB_STRF(stamp_base), BB_STRF(task->task->name));
        void **group = bb_map_slot(&groups, key);
        if (!*group) {
            struct stamp_group *g = *group = bb_arena_new(&s->arena, struct stamp_group);
            g->running = BB_NO_TASK;
        }
        x->group = *group;
    }
    bb_map_release(&names);
    bb_map_release(&groups);
}

struct bb_sched *bb_sched_new(struct bb_ctx *ctx, const struct bb_plan *plan, const struct bb_runner *runner,
                              const struct bb_sched_opts *o)
{
    struct bb_sched *s = bb_calloc(1, sizeof(*s));
    *s = (struct bb_sched){.ctx = ctx, .plan = plan, .runner = runner, .o = *o};
    s->o.threads = o->threads ? o->threads : 1;
    bb_arena_init(&s->arena);
    s->t = bb_arena_array(&s->arena, struct run_task, plan->n);
    s->rank = bb_arena_array(&s->arena, uint32_t, plan->n);
    s->heap = bb_arena_array(&s->arena, bb_tid, plan->n);
    s->stats.total = plan->n;
    init_tasks(s);
    bb_enforce_init(&s->enforce, plan);
    bb_order_make(plan, o->order, s->rank);
    s->scene_ops = (struct bb_setscene_ops){.self = s,
                                            .stamp = ask_stamp,
                                            .available = ask_available,
                                            .depvalid = ask_depvalid,
                                            .make_stamp = ask_make_stamp,
                                            .decided = told_decided,
                                            .released = told_released,
                                            .held = told_held,
                                            .progress = ask_progress};
    s->err = bb_setscene_init(&s->scene, plan, &s->scene_ops);
    s->stats.scene_total = s->scene.nscenes;
    return s;
}

void bb_sched_free(struct bb_sched *s)
{
    if (!s)
        return;
    bb_setscene_release(&s->scene);
    bb_enforce_release(&s->enforce);
    bb_vec_release(&s->ready);
    bb_vec_release(&s->parked);
    bb_vec_release(&s->changed);
    bb_vec_release(&s->pending);
    bb_arena_release(&s->arena);
    free(s);
}

static size_t running(const struct bb_sched *s)
{
    return s->stats.active + s->stats.scene_active;
}

int bb_sched_run(struct bb_sched *s)
{
    if (!s->err)
        s->err = bb_setscene_start(&s->scene);
    while (!s->err || running(s)) {
        bool any = start_some(s);
        if (running(s)) {
            int err = s->runner->wait(s->runner->self);
            if (err < 0 && !s->err) {
                s->err = err;
                bb_sched_stop(s, true);
            }
        } else if (s->stopping || s->err || (!any && !bb_setscene_unblock(&s->scene))) {
            break;
        }
    }
    for (bb_tid t = 0; t < s->plan->n; t++)
        if (s->t[t].outcome == BB_OUT_PENDING && !s->plan->options->setscene_only)
            s->t[t].outcome = BB_OUT_STOPPED;
    if (s->err)
        return s->err;
    if (s->interrupted)
        return -BB_ECANCELLED;
    return s->stats.failed || s->refused ? -BB_EREPORTED : 0;
}

void bb_sched_stop(struct bb_sched *s, bool now)
{
    s->interrupted = true;
    stop(s);
    if (now && !s->killed) {
        s->killed = true;
        s->runner->kill(s->runner->self);
    }
}

const struct bb_sched_stats *bb_sched_stats(const struct bb_sched *s)
{
    return &s->stats;
}

enum bb_outcome bb_sched_outcome(const struct bb_sched *s, bb_tid t)
{
    return s->t[t].outcome;
}

void bb_sched_summary(const struct bb_sched *s, struct bb_buf *out)
{
    const struct bb_sched_stats *st = &s->stats;
    bb_buf_addf(out, "Tasks Summary: Attempted %zu tasks of which %zu didn't need to be rerun and ",
                st->completed + st->failed, st->skipped);
    if (st->failed)
        bb_buf_addf(out, "%zu failed.", st->failed);
    else
        bb_buf_addz(out, "all succeeded.");
}

/* The first task that made this one necessary: an owner that could not be restored, or a task that waits for
 * it. */
static bb_tid needed_for(const struct bb_sched *s, bb_tid t)
{
    const struct bb_scene_task *x = &s->scene.t[t];
    for (size_t i = 0; i < x->owners.n; i++)
        if (s->scene.t[x->owners.p[i]].state == BB_SCENE_NOT_COVERED)
            return x->owners.p[i];
    return s->plan->tasks[t].revdeps.n ? s->plan->tasks[t].revdeps.p[0] : BB_NO_TASK;
}

void bb_sched_why(const struct bb_sched *s, bb_tid t, struct bb_buf *out)
{
    const struct run_task *x = &s->t[t];
    const struct bb_scene_task *scene = &s->scene.t[t];
    bb_buf_addz(out, is_dry(s) && x->outcome == BB_OUT_RAN ? "would run" : outcome_text(x->outcome));
    switch (x->outcome) {
    case BB_OUT_COVERED:
        bb_buf_addz(out, ": ");
        if (scene->state == BB_SCENE_NONE)
            bb_plan_pnid(s->plan, x->because, out);
        else
            bb_buf_addz(out, bb_setscene_why_text(scene->why));
        break;
    case BB_OUT_DEPENDENCY:
        bb_buf_addz(out, ": ");
        bb_plan_pnid(s->plan, x->because, out);
        break;
    case BB_OUT_RAN:
    case BB_OUT_FAILED:
    case BB_OUT_NOEXEC:
        if (scene->state != BB_SCENE_NONE)
            bb_buf_addf(out, ": %s", bb_setscene_why_text(scene->why));
        if (s->plan->tasks[t].target) {
            bb_buf_addz(out, ", asked for");
        } else if (needed_for(s, t) != BB_NO_TASK) {
            bb_buf_addz(out, ", needed for ");
            bb_plan_pnid(s->plan, needed_for(s, t), out);
        }
        break;
    default:
        break;
    }
}
