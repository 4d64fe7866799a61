/* SPDX-License-Identifier: MIT */
#include "build/execute.h"

#include "build/admit.h"
#include "build/deptree.h"
#include "build/hashcheck.h"
#include "build/queueevents.h"
#include "build/worker.h"
#include "os/loop.h"
#include "run/sched.h"
#include "run/stamps.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct exec {
    struct bb_cooker *c;
    struct bb_plan *plan;
    struct bb_hashes *hashes;
    struct bb_recorder *recorder;
    const struct bb_build_ui *ui;
    struct bb_stamps stamps;
    struct bb_hashcheck check;
    struct bb_loop *loop;
    struct bb_watch *tick, *beat;
    int64_t period; /* between heartbeats, in ns; 0: none */
    int failed;     /* a handler of the metadata, or a disk is full */
    struct bb_sched *sched;
    struct bb_worker *worker;
    struct bb_admit admit;
    bool refused; /* a task that could start must not yet */
    unsigned interrupts;
    bool told_executing;
    size_t ended; /* tasks whose end was told: what `wait` waits for */
};

/* No further task is started: a handler failed, or the disk monitor wants it so. */
static void give_up(struct exec *x, int r, bool now)
{
    if (x->failed)
        return;
    x->failed = r;
    bb_sched_stop(x->sched, now);
}

/* BitBake says so once shared state has been asked (whose metadata prints a summary) and before the first task. */
static void tell_executing(struct exec *x)
{
    int r = x->plan->options->why || x->told_executing ? 0 : bb_queueevents_stale(x->c, x->plan, &x->stamps);
    if (r < 0)
        give_up(x, r, false);
    if (!x->plan->options->why && !x->told_executing)
        bb_note(x->c->ctx, "Executing Tasks");
    x->told_executing = true;
}

/* -- the runner: what the scheduler asks for -- */

static void task_ended(void *self, bb_tid t, bool setscene, int status, bb_str unihash)
{
    struct exec *x = self;
    x->ended++;
    if (unihash.len && status == 0 && !setscene)
        bb_sched_unihash(x->sched, t, unihash);
    bb_sched_finished(x->sched, t, setscene, status);
}

static int start(void *self, bb_tid t, bool setscene)
{
    struct exec *x = self;
    return bb_worker_start(x->worker, t, setscene);
}

static bool admit(void *self, bb_tid t, bool alone)
{
    struct exec *x = self;
    if (bb_admit_task(&x->admit, t, alone))
        return true;
    x->refused = true;
    return false;
}

/* How long a task that was refused waits at most until it is asked about again. */
enum { LOOK_AGAIN_MS = 100 };

static int wait_for_end(void *self)
{
    struct exec *x = self;
    size_t before = x->ended;
    unsigned interrupts = x->interrupts;
    bool once = x->refused;
    x->refused = false;
    while (x->ended == before && x->interrupts == interrupts) {
        int r = bb_loop_turn(x->loop, once ? LOOK_AGAIN_MS : -1);
        if (r < 0 || once)
            return r < 0 ? r : 0;
    }
    return 0;
}

static void kill_all(void *self)
{
    struct exec *x = self;
    bb_worker_kill(x->worker);
}

static bool current(void *self, bb_tid t)
{
    struct exec *x = self;
    return bb_stamps_current(&x->stamps, t, true);
}

static enum bb_scene_stamp scene_stamp(void *self, bb_tid t)
{
    struct exec *x = self;
    return bb_stamps_scene(&x->stamps, t);
}

static int available(void *self, const bb_tid *tids, size_t n, size_t ncurrent, bool summary, bool *ret)
{
    struct exec *x = self;
    int r = bb_hashcheck_available(&x->check, tids, n, ncurrent, summary, ret);
    if (summary)
        tell_executing(x);
    return r;
}

static bool depvalid(void *self, bb_tid t, const struct bb_tids *above)
{
    struct exec *x = self;
    return bb_hashcheck_superfluous(&x->check, t, above);
}

static int make_stamp(void *self, bb_tid t, bool setscene)
{
    struct exec *x = self;
    int r = bb_stamps_make(&x->stamps, t, setscene);
    if (r < 0)
        return bb_error(x->c->ctx, "the stamp %.*s was not made: %s",
                        BB_STRF(bb_stamps_path(&x->stamps, t, setscene)), bb_strerror(r));
    bool wanted = x->plan->hashed && !setscene && !x->plan->tasks[t].task->flags[BB_TF_NOEXEC].p;
    if (!wanted)
        return 0;
    r = bb_hashes_write_sigdata(x->hashes, t, NULL);
    bb_recorder_ran(x->recorder, bb_plan_recipe(x->plan, t));
    return r;
}

/* do_x[number_threads], from the configuration: how many of the tasks of one name may run at once. */
static unsigned limit(void *self, bb_str task)
{
    struct exec *x = self;
    bb_str text;
    int64_t n;
    if (bb_store_flag_str(bb_cooker_data(x->c), bb_sym_get(task), BB_SYM("number_threads"), &text) < 0 ||
        !text.p || !bb_str_to_int(bb_str_trim(text), &n) || n < 1)
        return 0;
    return (unsigned)n;
}

/* -- what it asks for when a result turns out to be equal to another's -- */

static int set_unihash(void *self, bb_tid t, bb_str unihash)
{
    struct exec *x = self;
    struct bb_plan_task *pt = &x->plan->tasks[t];
    pt->unihash = bb_arena_str(&x->hashes->arena, unihash);
    bb_stamps_rehashed(&x->stamps, t);
    return bb_hashes_set_unihash(x->hashes, t, unihash);
}

static int hash_again(void *self, const bb_tid *tids, size_t n, struct bb_newhash *ret)
{
    struct exec *x = self;
    bb_str *hashes = bb_calloc(n, sizeof(*hashes)), *unihashes = bb_calloc(n, sizeof(*unihashes));
    int r = bb_hashes_again(x->hashes, tids, n, hashes, unihashes);
    for (size_t i = 0; r == 0 && i < n; i++)
        ret[i] = (struct bb_newhash){hashes[i], unihashes[i]};
    free(hashes);
    free(unihashes);
    return r;
}

static void set_hashes(void *self, bb_tid t, const struct bb_newhash *h)
{
    struct exec *x = self;
    x->plan->tasks[t].hash = h->hash;
    x->plan->tasks[t].unihash = h->unihash;
    bb_stamps_rehashed(&x->stamps, t);
}

static int keep_unihash(void *self, bb_tid t, const struct bb_newhash *h)
{
    struct exec *x = self;
    return bb_hashes_report_equiv(x->hashes, t, h->hash, h->unihash);
}

static bb_str known_unihash(void *self, bb_tid t)
{
    return ((struct exec *)self)->hashes->known[t];
}

static const struct bb_rehash_ops rehash_ops = {.set_unihash = set_unihash,
                                                .hash = hash_again,
                                                .set = set_hashes,
                                                .keep = keep_unihash,
                                                .known = known_unihash};

/* -- what the user sees -- */

static struct bb_ui_task describe(struct exec *x, const struct bb_sched_event *e, struct bb_arena *a)
{
    const struct bb_recipe *r = bb_plan_recipe(x->plan, e->t);
    BB_CLEAN_BUF struct bb_buf tid = BB_BUF_INIT, title = BB_BUF_INIT;
    bb_plan_tid(x->plan, e->t, &tid);
    bb_recipe_title(&title, r);
    struct bb_ui_task t = {
        .id = e->t * 2 + e->setscene, .setscene = e->setscene, .index = e->index, .total = e->of};
    bb_str name = bb_plan_name(x->plan, e->t);
    const char *suffix = e->setscene ? "_setscene" : "";
    t.tid = bb_arena_fmt(a, "%s%s", tid.p, suffix);
    t.task = bb_arena_fmt(a, "%.*s%s", BB_STRF(name), suffix);
    t.recipe = bb_arena_str(a, bb_buf_str(&title));
    return t;
}

/* BitBake's lines about a task that failed; why it did has been told and the log's tail shown by the worker. */
static void tell_failure(struct exec *x, const struct bb_ui_task *t, int status)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    if (x->interrupts && status < 0) {
        bb_note(x->c->ctx, "Task (%.*s) was stopped", BB_STRF(t->tid));
        return;
    }
    /* BitBake: what ran the task ends with 1 whatever the function's status was. */
    status = status < 0 ? 128 - status : 1;
    bb_buf_addf(&text, "%s (%.*s) failed with exit code '%d'%s", t->setscene ? "Setscene task" : "Task",
                BB_STRF(t->tid), status, t->setscene ? " - real task will be run instead" : "");
    bb_report(x->c->ctx, &(struct bb_diag){.severity = t->setscene ? BB_WARN : BB_ERROR,
                                           .text = bb_buf_str(&text),
                                           .uncounted = !t->setscene});
}

static void tell_refusal(struct exec *x, bb_tid t)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_addz(&text, "Task (");
    bb_plan_tid(x->plan, t, &text);
    bb_buf_addz(&text, ") failed with exit code '" BB_REFUSED_STATUS "'");
    bb_report(x->c->ctx,
              &(struct bb_diag){.severity = BB_ERROR, .text = bb_buf_str(&text), .uncounted = true});
}

static void on_event(void *self, const struct bb_sched_event *e)
{
    struct exec *x = self;
    const struct bb_build_ui *ui = x->ui;
    int r = bb_queueevents_tell(x->c, x->plan, e);
    if (r < 0)
        give_up(x, r, false);
    if (e->what == BB_SCHED_STARTED)
        tell_executing(x);
    if (e->what == BB_SCHED_ENDED && !e->setscene)
        bb_admit_ended(&x->admit, e->t, e->ok);
    if (e->what == BB_SCHED_EXITING && e->stats->active + e->stats->scene_active)
        bb_note(x->c->ctx, "Waiting for %zu running tasks to finish",
                e->stats->active + e->stats->scene_active);
    if (e->what == BB_SCHED_SKIPPED && ui->skipped)
        ui->skipped(ui->self);
    if (e->what == BB_SCHED_REFUSED)
        tell_refusal(x, e->t);
    if (e->what != BB_SCHED_STARTED && e->what != BB_SCHED_ENDED)
        return;
    struct bb_arena a;
    bb_arena_init(&a);
    struct bb_ui_task t = describe(x, e, &a);
    t.noexec = e->outcome == BB_OUT_NOEXEC;
    t.dry = x->plan->options->dry_run;
    if (e->what == BB_SCHED_STARTED && ui->started)
        ui->started(ui->self, &t);
    if (e->what == BB_SCHED_ENDED && ui->ended)
        ui->ended(ui->self, &t, e->ok);
    if (e->what == BB_SCHED_ENDED && !e->ok)
        tell_failure(x, &t, e->status);
    bb_arena_release(&a);
}

/* -- signals and time -- */

static void on_interrupt(void *self, int sig)
{
    struct exec *x = self;
    bool now = x->interrupts++ > 0 || sig == SIGTERM;
    bb_plain(x->c->ctx,
             sig == SIGTERM      ? "Terminated: stopping the running tasks"
             : x->interrupts > 2 ? "Third keyboard interrupt: killing the running tasks"
             : now               ? "Second keyboard interrupt: stopping the running tasks"
                   : "Keyboard interrupt: finishing the running tasks, interrupt again to stop them");
    bb_sched_stop(x->sched, now);
}

static void on_tick(void *self)
{
    struct exec *x = self;
    bb_admit_look(&x->admit, x->worker);
    if (x->ui->tick)
        x->ui->tick(x->ui->self);
    x->tick = bb_loop_timer(x->loop, 1000000000, on_tick, x);
}

/* BitBake: the first comes as soon as tasks run. */
static void on_beat(void *self)
{
    struct exec *x = self;
    enum bb_disk_action action;
    x->beat = bb_loop_timer(x->loop, x->period, on_beat, x);
    int r = bb_queueevents_beat(x->c, &action);
    if (r < 0 || action != BB_DISK_GO_ON)
        give_up(x, r < 0 ? r : -BB_EREPORTED, action == BB_DISK_HALT);
}

static int scheduler_order(struct bb_cooker *c, enum bb_order *ret)
{
    bb_str name;
    BB_CLEAN_BUF struct bb_buf known = BB_BUF_INIT;
    int r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_SCHEDULER"), &name);
    *ret = BB_ORDER_SPEED;
    if (r < 0 || !name.len)
        return r;
    *ret = bb_order_parse(name, &known);
    if (*ret == BB_ORDER_COUNT)
        return bb_error(c->ctx, "Invalid scheduler '%.*s'.  Available schedulers: %s", BB_STRF(name),
                        known.p);
    return 0;
}

static void print_why(struct exec *x)
{
    BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;
    for (bb_tid t = 0; t < x->plan->n; t++) {
        bb_buf_clear(&line);
        bb_plan_pnid(x->plan, t, &line);
        bb_buf_addz(&line, ": ");
        bb_sched_why(x->sched, t, &line);
        bb_plain(x->c->ctx, "%s", line.p);
    }
}

static bool has_setscene(const struct bb_plan *plan)
{
    for (bb_tid t = 0; t < plan->n; t++)
        if (plan->tasks[t].setscene)
            return true;
    return false;
}

/* Runs the scheduler with signals and time connected, then sums up. */
static int schedule(struct exec *x)
{
    BB_CLEAN_BUF struct bb_buf summary = BB_BUF_INIT;
    struct bb_watch *sigint = bb_loop_signal(x->loop, SIGINT, on_interrupt, x);
    struct bb_watch *sigterm = bb_loop_signal(x->loop, SIGTERM, on_interrupt, x);
    on_tick(x);
    x->period = x->plan->options->why ? 0 : bb_queueevents_period(x->c);
    if (x->period)
        x->beat = bb_loop_timer(x->loop, 1, on_beat, x);
    if (!x->plan->options->why && !has_setscene(x->plan))
        bb_note(x->c->ctx, "No setscene tasks");
    int r = bb_sched_run(x->sched);
    tell_executing(x);
    bb_loop_remove(x->loop, x->tick);
    bb_loop_remove(x->loop, x->beat);
    if (x->failed)
        r = x->failed;
    bb_loop_remove(x->loop, sigint);
    bb_loop_remove(x->loop, sigterm);
    if (x->plan->options->why) {
        print_why(x);
        return r;
    }
    bb_sched_summary(x->sched, &summary);
    bb_note(x->c->ctx, "%s", summary.p);
    bb_worker_summary(x->worker);
    return r;
}

int bb_execute_plan(struct bb_cooker *c, struct bb_plan *plan, struct bb_hashes *hashes,
                    struct bb_recorder *recorder, const struct bb_build_ui *ui, struct bb_execute_end *ret)
{
    struct exec x = {
        .c = c, .plan = plan, .hashes = hashes, .recorder = recorder, .ui = ui, .loop = bb_loop_new()};
    const struct bb_runner runner = {.self = &x,
                                     .start = start,
                                     .wait = wait_for_end,
                                     .kill = kill_all,
                                     .current = current,
                                     .scene_stamp = scene_stamp,
                                     .available = available,
                                     .depvalid = depvalid,
                                     .make_stamp = make_stamp,
                                     .admit = admit,
                                     .limit = limit,
                                     .rehash = hashes->equiv ? &rehash_ops : NULL};
    struct bb_sched_opts so = {.threads = bb_cooker_threads(c, "BB_NUMBER_THREADS"),
                               .event = plan->options->why ? NULL : on_event,
                               .event_self = &x};
    bb_stamps_init(&x.stamps, plan);
    int r = bb_hashcheck_init(&x.check, c, plan);
    if (r == 0 && !plan->options->why)
        r = bb_deptree_tell(c, plan);
    if (r == 0)
        r = scheduler_order(c, &so.order);
    int admitted = bb_admit_init(&x.admit, c, plan);
    r = r < 0 ? r : admitted;
    if (r == 0) {
        x.worker =
            bb_worker_new(c, hashes, x.loop, &(struct bb_worker_opts){.ended = task_ended, .self = &x});
        x.sched = bb_sched_new(c->ctx, plan, &runner, &so);
        if (ui->planned)
            ui->planned(ui->self, plan->n);
        r = schedule(&x);
        bb_recorder_outcomes(recorder, x.sched);
        *ret = (struct bb_execute_end){bb_sched_stats(x.sched)->failed, x.interrupts > 2 ? 2 : x.interrupts};
        bb_sched_free(x.sched);
        bb_worker_free(x.worker);
    }
    bb_admit_release(&x.admit);
    bb_hashcheck_release(&x.check);
    bb_stamps_release(&x.stamps);
    bb_loop_free(x.loop);
    return r;
}
