/* SPDX-License-Identifier: MIT */
/* The scheduler against a runner that runs nothing: tasks end when the test says so, in random order. */
#include "run/sched.h"
#include "support/recipes.h"
#include "support/unit.h"
#include <errno.h>
#include <time.h>

enum { MOST = 4096 };

struct sim {
    struct rc_world w;
    struct bb_sched *s;
    struct bb_runner runner;
    struct bb_sched_opts o;
    uint32_t random;
    struct {
        bb_tid t;
        bool setscene;
    } live[64];
    size_t nlive, most;
    int runs[MOST], scene_runs[MOST], stamped[MOST];
    bool current[MOST], available[MOST], scene_current[MOST];
    unsigned fail_percent, limit;
    unsigned refuse_percent; /* of questions whether a task may start beside others */
    int stop_after;          /* number of ends, then Ctrl-C; -1 never */
    bool stop_now;
    int killed;
    struct bb_buf log; /* "+a:do_x" started, "-a:do_x" ended, "=a:do_x" skipped; '*' marks scene tasks */
};

static struct sim sim;

static uint32_t rnd(uint32_t below)
{
    sim.random = sim.random * 1664525u + 1013904223u;
    return (sim.random >> 8) % below;
}

static bool done(bb_tid t)
{
    enum bb_outcome o = bb_sched_outcome(sim.s, t);
    return o == BB_OUT_COVERED || o == BB_OUT_CURRENT || o == BB_OUT_NOEXEC || o == BB_OUT_RAN;
}

static int sim_start(void *self, bb_tid t, bool setscene)
{
    const struct bb_plan_task *task = &sim.w.plan.tasks[t];
    for (size_t i = 0; !setscene && i < task->deps.n; i++)
        ck_assert(done(task->deps.p[i]));
    size_t same = 0;
    for (size_t i = 0; i < sim.nlive; i++) {
        const struct bb_plan_task *other = &sim.w.plan.tasks[sim.live[i].t];
        bool name = bb_str_eq(other->task->name, task->task->name);
        ck_assert(!(name && bb_str_eq(other->entry->recipe->stamp, task->entry->recipe->stamp)));
        same += name && !sim.live[i].setscene;
    }
    ck_assert(setscene || !sim.limit || same < sim.limit);
    if (!setscene && bb_str_eqz(task->task->name, "do_nostart"))
        return -ENOENT;
    sim.live[sim.nlive].t = t;
    sim.live[sim.nlive++].setscene = setscene;
    ck_assert_uint_le(sim.nlive, sim.o.threads);
    if (sim.nlive > sim.most)
        sim.most = sim.nlive;
    (setscene ? sim.scene_runs : sim.runs)[t]++;
    return 0;
}

static bool sim_admit(void *self, bb_tid t, bool alone)
{
    ck_assert_int_eq(alone, sim.nlive == 0);
    return alone || rnd(100) >= sim.refuse_percent;
}

static int sim_wait(void *self)
{
    if (sim.refuse_percent && rnd(2))
        return 0; /* a little while has passed */
    if (sim.stop_after-- == 0)
        bb_sched_stop(sim.s, sim.stop_now);
    ck_assert_uint_gt(sim.nlive, 0);
    size_t i = rnd((uint32_t)sim.nlive);
    bb_tid t = sim.live[i].t;
    bool setscene = sim.live[i].setscene;
    sim.live[i] = sim.live[--sim.nlive];
    bool named = bb_str_eqz(bb_plan_name(&sim.w.plan, t), "do_fail");
    bb_sched_finished(sim.s, t, setscene, sim.killed ? -15 : named || rnd(100) < sim.fail_percent);
    return 0;
}

static void sim_kill(void *self)
{
    sim.killed++;
}

static bool sim_current(void *self, bb_tid t)
{
    return sim.current[t];
}

static enum bb_scene_stamp sim_scene_stamp(void *self, bb_tid t)
{
    return sim.current[t] ? BB_STAMP_REAL : sim.scene_current[t] ? BB_STAMP_SETSCENE : BB_STAMP_OLD;
}

static int sim_available(void *self, const bb_tid *tids, size_t n, size_t current, bool summary, bool *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = sim.available[tids[i]];
    return 0;
}

static bool sim_depvalid(void *self, bb_tid t, const struct bb_tids *above)
{
    ck_assert_uint_gt(above->n, 0);
    return !bb_str_eqz(bb_plan_name(&sim.w.plan, t), "do_always");
}

static int sim_stamp(void *self, bb_tid t, bool setscene)
{
    sim.stamped[t]++;
    return bb_str_eqz(bb_plan_name(&sim.w.plan, t), "do_fulldisk") ? -ENOSPC : 0;
}

static unsigned sim_limit(void *self, bb_str task)
{
    return sim.limit;
}

static void sim_event(void *self, const struct bb_sched_event *e)
{
    static const char marks[] = "+-=";
    if (e->what > BB_SCHED_SKIPPED)
        return;
    bb_buf_addf(&sim.log, "%s%c%s", sim.log.len ? " " : "",
                e->what == BB_SCHED_ENDED && !e->ok ? '!' : marks[e->what], e->setscene ? "*" : "");
    bb_plan_pnid(&sim.w.plan, e->t, &sim.log);
}

static void sim_init(unsigned threads)
{
    memset(&sim, 0, sizeof(sim));
    rc_init(&sim.w);
    bb_buf_init(&sim.log);
    sim.random = 1;
    sim.stop_after = -1;
    sim.runner = (struct bb_runner){.start = sim_start,
                                    .wait = sim_wait,
                                    .admit = sim_admit,
                                    .kill = sim_kill,
                                    .current = sim_current,
                                    .scene_stamp = sim_scene_stamp,
                                    .available = sim_available,
                                    .depvalid = sim_depvalid,
                                    .make_stamp = sim_stamp,
                                    .limit = sim_limit};
    sim.o = (struct bb_sched_opts){.threads = threads, .order = BB_ORDER_SPEED, .event = sim_event};
}

static int sim_run(void)
{
    sim.s = bb_sched_new(&sim.w.ctx, &sim.w.plan, &sim.runner, &sim.o);
    return bb_sched_run(sim.s);
}

static void sim_release(void)
{
    bb_sched_free(sim.s);
    rc_release(&sim.w);
    bb_buf_release(&sim.log);
}

#define LOG(text)        ck_assert_str_eq(sim.log.p, text)
#define OUTCOME(task, o) ck_assert_int_eq(bb_sched_outcome(sim.s, rc_tid(&sim.w, task)), BB_OUT_##o)

static const char *summary(void)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_sched_summary(sim.s, &b);
    return bb_arena_strz(&sim.w.arena, bb_buf_str(&b));
}

static const char *why(const char *task)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_sched_why(sim.s, rc_tid(&sim.w, task), &b);
    return bb_arena_strz(&sim.w.arena, bb_buf_str(&b));
}

START_TEST(chain)
{
    sim_init(1);
    rc_add(&sim.w,
           "pn a\ntask do_a\ntask do_b do_a\n[noexec] 1\ntask do_c do_b\n[nostamp] 1\ntask do_build do_c");
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    sim.current[rc_tid(&sim.w, "a:do_a")] = true;
    ck_assert_int_eq(sim_run(), 0);
    LOG("=a:do_a +a:do_b -a:do_b +a:do_c -a:do_c +a:do_build -a:do_build");
    OUTCOME("a:do_a", CURRENT);
    OUTCOME("a:do_b", NOEXEC);
    OUTCOME("a:do_c", RAN);
    ck_assert_int_eq(sim.stamped[rc_tid(&sim.w, "a:do_a")], 0);
    ck_assert_int_eq(sim.stamped[rc_tid(&sim.w, "a:do_b")], 1);
    ck_assert_int_eq(sim.stamped[rc_tid(&sim.w, "a:do_c")], 0);
    ck_assert_int_eq(sim.stamped[rc_tid(&sim.w, "a:do_build")], 1);
    ck_assert_str_eq(
        summary(), "Tasks Summary: Attempted 4 tasks of which 1 didn't need to be rerun and all succeeded.");
    ck_assert_str_eq(why("a:do_a"), "stamp is current");
    ck_assert_str_eq(why("a:do_c"), "ran, needed for a:do_build");
    ck_assert_str_eq(why("a:do_build"), "ran, asked for");
    sim_release();
}
END_TEST

START_TEST(failure)
{
    static const char *const recipe =
        "pn a\ntask do_fail\ntask do_b do_fail\ntask do_c do_b\ntask do_d\ntask do_e do_d\n"
        "task do_build do_c do_e";
    sim_init(1);
    rc_add(&sim.w, recipe);
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    ck_assert_int_eq(sim_run(), -BB_EREPORTED);
    LOG("+a:do_fail !a:do_fail");
    OUTCOME("a:do_build", DEPENDENCY);
    OUTCOME("a:do_d", STOPPED);
    ck_assert_str_eq(why("a:do_c"), "a dependency failed: a:do_fail");
    ck_assert_str_eq(summary(),
                     "Tasks Summary: Attempted 1 tasks of which 0 didn't need to be rerun and 1 failed.");
    sim_release();
    sim_init(1);
    sim.w.options.keep_going = true;
    rc_add(&sim.w, recipe);
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    ck_assert_int_eq(sim_run(), -BB_EREPORTED);
    LOG("+a:do_fail !a:do_fail +a:do_d -a:do_d +a:do_e -a:do_e");
    OUTCOME("a:do_fail", FAILED);
    OUTCOME("a:do_b", DEPENDENCY);
    OUTCOME("a:do_e", RAN);
    sim_release();
    /* A task that cannot be started and one whose stamp cannot be made have failed, too. */
    sim_init(2);
    sim.w.options.keep_going = true;
    rc_add(&sim.w, "pn a\ntask do_nostart\ntask do_fulldisk\ntask do_build do_nostart do_fulldisk");
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    ck_assert_int_eq(sim_run(), -BB_EREPORTED);
    OUTCOME("a:do_nostart", FAILED);
    OUTCOME("a:do_fulldisk", FAILED);
    OUTCOME("a:do_build", DEPENDENCY);
    sim_release();
}
END_TEST

static const char *const scenes[] = {
    "pn a\ndepends b\ntask do_compile\n[deptask] do_stage\ntask do_stage do_compile\ntask do_stage_setscene\n"
    "task do_package do_stage\ntask do_package_setscene\ntask do_build do_package\n",
    "pn b\ntask do_compile\ntask do_stage do_compile\ntask do_stage_setscene\n",
};

static void add_scenes(const char *targets)
{
    for (size_t i = 0; i < 2; i++)
        rc_add(&sim.w, scenes[i]);
    ck_assert_int_eq(rc_plan(&sim.w, targets), 0);
    for (bb_tid t = 0; t < sim.w.plan.n; t++)
        sim.available[t] = true;
}

START_TEST(setscene)
{
    /* All can be had: only the topmost is restored. */
    sim_init(2);
    add_scenes("a");
    ck_assert_int_eq(sim_run(), 0);
    LOG("+*a:do_package -*a:do_package =b:do_compile =b:do_stage =a:do_compile =a:do_stage =a:do_package "
        "+a:do_build "
        "-a:do_build");
    ck_assert_str_eq(why("a:do_package"), "covered by shared state: restored from shared state");
    ck_assert_str_eq(why("a:do_stage"), "covered by shared state: nothing that is built needs it");
    ck_assert_str_eq(why("b:do_compile"), "covered by shared state: b:do_stage");
    ck_assert_uint_eq(bb_sched_stats(sim.s)->scene_covered, 3);
    sim_release();
    /* The package is not there: it is made from a restored stage; b is not looked at further than needed. */
    sim_init(2);
    add_scenes("a");
    sim.available[rc_tid(&sim.w, "a:do_package")] = false;
    ck_assert_int_eq(sim_run(), 0);
    OUTCOME("a:do_package", RAN);
    OUTCOME("a:do_stage", COVERED);
    OUTCOME("a:do_compile", COVERED);
    ck_assert_int_eq(sim.scene_runs[rc_tid(&sim.w, "a:do_stage")], 1);
    ck_assert_int_eq(sim.scene_runs[rc_tid(&sim.w, "b:do_stage")], 0);
    ck_assert_str_eq(why("a:do_package"), "ran: not in shared state, needed for a:do_build");
    sim_release();
    /* Restoring fails: no error, the task itself runs, and what it needs is restored. */
    sim_init(1);
    add_scenes("a");
    sim.available[rc_tid(&sim.w, "a:do_package")] = false;
    sim.fail_percent = 0;
    sim.available[rc_tid(&sim.w, "a:do_stage")] = false;
    ck_assert_int_eq(sim_run(), 0);
    OUTCOME("a:do_compile", RAN);
    OUTCOME("b:do_stage", COVERED);
    OUTCOME("b:do_compile", COVERED);
    ck_assert_str_eq(why("a:do_compile"), "ran, needed for a:do_stage");
    sim_release();
}
END_TEST

START_TEST(setscene_stamps)
{
    sim_init(2);
    add_scenes("a");
    sim.scene_current[rc_tid(&sim.w, "a:do_package")] = true;
    ck_assert_int_eq(sim_run(), 0);
    ck_assert_int_eq(sim.scene_runs[rc_tid(&sim.w, "a:do_package")], 0);
    ck_assert_str_eq(why("a:do_package"), "covered by shared state: stamp is current");
    sim_release();
    /* Everything is current: nothing is restored, nothing runs. */
    sim_init(2);
    add_scenes("a");
    memset(sim.current, 1, sizeof(sim.current));
    ck_assert_int_eq(sim_run(), 0);
    ck_assert_ptr_null(strchr(sim.log.p, '+'));
    ck_assert_str_eq(
        summary(), "Tasks Summary: Attempted 6 tasks of which 6 didn't need to be rerun and all succeeded.");
    sim_release();
    /* --skip-setscene restores nothing new. */
    sim_init(2);
    sim.w.options.skip_setscene = true;
    add_scenes("a");
    sim.scene_current[rc_tid(&sim.w, "b:do_stage")] = true;
    ck_assert_int_eq(sim_run(), 0);
    OUTCOME("b:do_stage", COVERED);
    OUTCOME("a:do_stage", RAN);
    ck_assert_str_eq(why("a:do_stage"), "ran: --skip-setscene, needed for a:do_package");
    sim_release();
    /* -f -c package: the target is not restored. */
    sim_init(2);
    sim.w.options.force = true;
    add_scenes("a:do_package");
    ck_assert_int_eq(sim_run(), 0);
    OUTCOME("a:do_package", RAN);
    OUTCOME("a:do_stage", COVERED);
    sim_release();
    /* --setscene-only */
    sim_init(2);
    sim.w.options.setscene_only = true;
    add_scenes("a");
    ck_assert_int_eq(sim_run(), 0);
    LOG("+*a:do_package -*a:do_package"); /* nothing else is looked at */
    sim_release();
}
END_TEST

START_TEST(hard_dependencies)
{
    static const char *const recipes[] = {"pn a\ntask do_x\n[depends] b:do_x\ntask do_x_setscene\n"
                                          "[depends] b:do_x_setscene\ntask do_build do_x\n",
                                          "pn b\ntask do_x\ntask do_x_setscene\n"};
    for (int fails = 0; fails < 2; fails++) {
        sim_init(4);
        for (size_t i = 0; i < 2; i++)
            rc_add(&sim.w, recipes[i]);
        ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
        sim.available[rc_tid(&sim.w, "a:do_x")] = true;
        sim.available[rc_tid(&sim.w, "b:do_x")] = !fails;
        ck_assert_int_eq(sim_run(), 0);
        if (fails)
            ck_assert_str_eq(why("a:do_x"),
                             "ran: something it needs could not be restored, needed for a:do_build");
        else
            LOG("+*b:do_x -*b:do_x =b:do_x +*a:do_x -*a:do_x =a:do_x +a:do_build -a:do_build");
        sim_release();
    }
    /* Two that wait for each other do not hang: neither is restored. */
    sim_init(4);
    rc_add(&sim.w,
           "pn a\ntask do_x\ntask do_x_setscene\n[depends] a:do_y_setscene\ntask do_y\ntask do_y_setscene\n"
           "[depends] a:do_x_setscene\ntask do_build do_x do_y");
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    memset(sim.available, 1, sizeof(sim.available));
    ck_assert_int_eq(sim_run(), 0);
    OUTCOME("a:do_x", RAN);
    OUTCOME("a:do_build", RAN);
    sim_release();
}
END_TEST

START_TEST(deferred)
{
    sim_init(4);
    rc_add(&sim.w, "pn a\nstamp /s/one\ntask do_x\ntask do_x_setscene\ntask do_build do_x\n[mcdepends] "
                   "mc::m:a:do_build");
    rc_add(&sim.w, "pn a\nmc m\nstamp /s/two\ntask do_x\ntask do_x_setscene\ntask do_build do_x");
    ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
    bb_tid first = rc_tid(&sim.w, "a:do_x"), second = rc_tid(&sim.w, "mc:m:a:do_x");
    sim.w.plan.tasks[first].unihash = sim.w.plan.tasks[second].unihash = BB_STR("same");
    /* Nothing is there at first. What the first one makes, the second one could restore; here it still is not
     * there. */
    ck_assert_int_eq(sim_run(), 0);
    ck_assert_int_eq(sim.runs[first], 1);
    ck_assert_int_eq(sim.runs[second], 1);
    const char *one = strstr(sim.log.p, "-a:do_x"), *two = strstr(sim.log.p, "+mc:m:a:do_x");
    ck_assert(one && two && one < two);
    sim_release();
}
END_TEST

START_TEST(interrupt)
{
    for (int now = 0; now < 2; now++) {
        sim_init(2);
        sim.stop_after = 1;
        sim.stop_now = now;
        rc_add(&sim.w, "pn a\ntask do_a\ntask do_b\ntask do_c\ntask do_d\ntask do_build do_a do_b do_c do_d");
        ck_assert_int_eq(rc_plan(&sim.w, "a"), 0);
        ck_assert_int_eq(sim_run(), -BB_ECANCELLED);
        const struct bb_sched_stats *st = bb_sched_stats(sim.s);
        ck_assert_uint_eq(st->active, 0);
        ck_assert_uint_eq(st->completed, now ? 1 : 3);
        ck_assert_uint_eq(st->failed, now ? 2 : 0);
        ck_assert_int_eq(sim.killed, now);
        OUTCOME("a:do_build", STOPPED + now * (BB_OUT_DEPENDENCY - BB_OUT_STOPPED));
        sim_release();
    }
}
END_TEST

START_TEST(limits)
{
    sim_init(8);
    sim.limit = 2;
    BB_CLEAN_BUF struct bb_buf top = BB_BUF_INIT, b = BB_BUF_INIT;
    bb_buf_addz(&top, "pn top\ntask do_build\n[depends]");
    for (int i = 0; i < 10; i++) {
        bb_buf_clear(&b);
        bb_buf_addf(&b, "pn r%d\nstamp /s/%d\ntask do_x\ntask do_y", i, i / 2);
        rc_add(&sim.w, b.p);
        bb_buf_addf(&top, " r%d:do_x r%d:do_y", i, i);
    }
    rc_add(&sim.w, top.p);
    ck_assert_int_eq(rc_plan(&sim.w, "top"), 0);
    ck_assert_int_eq(sim_run(), 0);
    ck_assert_uint_eq(sim.most, 4);
    sim_release();
}
END_TEST

START_TEST(dry_run)
{
    sim_init(2);
    sim.w.options.dry_run = true;
    add_scenes("a");
    ck_assert_int_eq(sim_run(), 0);
    OUTCOME("a:do_build", RAN);
    for (bb_tid t = 0; t < sim.w.plan.n; t++)
        ck_assert(!sim.runs[t] && !sim.scene_runs[t] && !sim.stamped[t]);
    sim_release();
}
END_TEST

START_TEST(enforced)
{
    for (int missing = 0; missing < 2; missing++) {
        sim_init(2);
        rc_conf(&sim.w, "BB_SETSCENE_ENFORCE", "1");
        rc_conf(&sim.w, "BB_SETSCENE_ENFORCE_IGNORE_TASKS", "%:do_build x:*");
        add_scenes("a");
        sim.available[rc_tid(&sim.w, "a:do_package")] = !missing;
        ck_assert_int_eq(sim_run(), missing ? -BB_EREPORTED : 0);
        OUTCOME("a:do_package", COVERED + missing * (BB_OUT_FAILED - BB_OUT_COVERED));
        ck_assert_int_eq(sim.runs[rc_tid(&sim.w, "a:do_build")], 0);
        ck_assert_int_eq(sim.stamped[rc_tid(&sim.w, "a:do_build")], 0);
        ck_assert_str_eq(
            sim.w.said.p,
            missing ? "error: Task a.do_package attempted to execute unexpectedly and should have been "
                      "setscened\nThis is usually due to missing setscene tasks. Those missing in this "
                      "build were: a:do_package\n"
                    : "");
        sim_release();
    }
    /* One that is there but cannot be restored. */
    sim_init(2);
    rc_conf(&sim.w, "BB_SETSCENE_ENFORCE", "1");
    add_scenes("a");
    sim.fail_percent = 100;
    ck_assert_int_eq(sim_run(), -BB_EREPORTED);
    ck_assert_str_eq(sim.w.said.p, "error: Task a.do_package_setscene failed\n");
    sim_release();
}
END_TEST

/* Random builds. What must hold at every start is checked in sim_start; here, what must hold at the end. */

static void random_recipes(int n)
{
    static const char *const tasks[] = {"do_a", "do_b", "do_c", "do_d", "do_build"};
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    for (int r = 0; r < n; r++) {
        bb_buf_clear(&b);
        bb_buf_addf(&b, "pn r%d\nstamp /s/%u\ndepends", r, rnd(8) ? (unsigned)r : rnd((uint32_t)n));
        for (int d = 0; r && d < 3; d++)
            bb_buf_addf(&b, " r%u", rnd((uint32_t)r));
        for (int t = 0; t < 5; t++) {
            bb_buf_addf(&b, "\ntask %s %s", tasks[t], t ? tasks[rnd((uint32_t)t)] : "");
            if (rnd(3) == 0)
                bb_buf_addf(&b, "\n[deptask] %s", tasks[rnd(5)]);
            if (rnd(6) == 0 && t == 4)
                bb_buf_addf(&b, "\n[recrdeptask] do_build do_c");
            if (rnd(10) == 0)
                bb_buf_addz(&b, "\n[noexec] 1");
            if (rnd(2) == 0)
                bb_buf_addf(&b, "\ntask %s_setscene", tasks[t]);
            if (r && rnd(20) == 0)
                bb_buf_addf(&b, "\n[depends] r%u:%s", rnd((uint32_t)r), tasks[t]);
        }
        rc_add(&sim.w, b.p);
    }
}

static void check_end(int ret)
{
    const struct bb_plan *plan = &sim.w.plan;
    size_t failed = 0, complete = 0;
    for (bb_tid t = 0; t < plan->n; t++) {
        enum bb_outcome o = bb_sched_outcome(sim.s, t);
        bool bad_dep = false, open_dep = false;
        for (size_t i = 0; i < plan->tasks[t].deps.n; i++) {
            enum bb_outcome d = bb_sched_outcome(sim.s, plan->tasks[t].deps.p[i]);
            bad_dep |= d == BB_OUT_FAILED || d == BB_OUT_DEPENDENCY;
            open_dep |= !done(plan->tasks[t].deps.p[i]);
        }
        failed += o == BB_OUT_FAILED;
        complete += done(t);
        ck_assert_int_eq(o == BB_OUT_DEPENDENCY, bad_dep);
        ck_assert(!(done(t) && open_dep));
        ck_assert_int_eq(sim.runs[t], o == BB_OUT_RAN || o == BB_OUT_FAILED);
        ck_assert_int_le(sim.scene_runs[t], 1);
        ck_assert(o != BB_OUT_PENDING && o != BB_OUT_RUNNING);
        ck_assert(!(sim.w.options.keep_going && o == BB_OUT_STOPPED));
        ck_assert(!(o == BB_OUT_COVERED && plan->tasks[t].target && !plan->tasks[t].setscene));
    }
    const struct bb_sched_stats *st = bb_sched_stats(sim.s);
    ck_assert_uint_eq(st->failed, failed);
    ck_assert_uint_eq(st->completed, complete);
    ck_assert_uint_eq(st->active + st->scene_active, 0);
    ck_assert_int_eq(ret, failed ? -BB_EREPORTED : 0);
    if (!failed)
        ck_assert_uint_eq(st->scene_covered + st->scene_not_covered, st->scene_total);
}

START_TEST(random_builds)
{
    size_t tasks = 0, builds = 0, scene = 0;
    clock_t t0 = clock();
    for (uint32_t seed = 1; seed <= 400; seed++) {
        sim_init(1 + seed % 7);
        sim.random = seed;
        rc_conf(&sim.w, "BB_MULTI_PROVIDER_ALLOWED", "x");
        random_recipes(3 + (int)rnd(20));
        BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
        bb_buf_addf(&target, "r%zu r0", sim.w.mcs[0].providers.recipes.n - 1);
        int err = rc_plan(&sim.w, target.p);
        if (err) {
            sim_release();
            continue;
        }
        ck_assert_uint_lt(sim.w.plan.n, MOST);
        sim.w.options.keep_going = seed % 2;
        sim.fail_percent = seed % 3 ? 0 : 5;
        sim.refuse_percent = seed % 4 ? 0 : 60;
        sim.limit = seed % 5 == 0 ? 1 : 0;
        for (bb_tid t = 0; t < sim.w.plan.n; t++) {
            sim.available[t] = rnd(3) > 0;
            sim.current[t] = rnd(12) == 0;
        }
        int ret = sim_run();
        if (strstr(sim.w.said.p, "depends upon non-existent task")) {
            /* A twin may depend on a task that is not part of the build. */
            ck_assert_int_eq(ret, -BB_EREPORTED);
            sim_release();
            continue;
        }
        check_end(ret);
        builds++;
        tasks += sim.w.plan.n;
        scene += bb_sched_stats(sim.s)->scene_total;
        sim_release();
    }
    printf("%zu builds, %zu tasks, %zu scene tasks: %.0f ms\n", builds, tasks, scene,
           (double)(clock() - t0) * 1e3 / CLOCKS_PER_SEC);
    ck_assert_uint_gt(builds, 200);
}
END_TEST

UNIT_MAIN("sched", chain, failure, setscene, setscene_stamps, hard_dependencies, deferred, interrupt, limits,
          dry_run, enforced, random_builds)
