/* SPDX-License-Identifier: MIT */
/* Builds as a whole: lib/build/build.c with execute.c, which cannot run without a worker and a scheduler. */
#include "build/build.h"

#include "build_support.h"
#include "os/lock.h"

static struct build_world b;
static struct {
    size_t total, skipped, started, ended, failed;
} seen;

static void planned(void *self, size_t total)
{
    seen.total = total;
}
static void skipped(void *self)
{
    seen.skipped++;
}
static void started(void *self, const struct bb_ui_task *t)
{
    seen.started++;
}
static void ended(void *self, const struct bb_ui_task *t, bool ok)
{
    seen.ended++;
    seen.failed += !ok;
}
static const struct bb_build_ui ui = {
    .planned = planned, .skipped = skipped, .started = started, .ended = ended};

static void setup(const char *conf)
{
    build_init(&b, conf);
    cook_write("tiny/recipes/a_1.bb",
               "DEPENDS = \"b\"\ndo_x() {\n    echo a.x >> ${TOPDIR}/order\n}\naddtask x before do_build\n"
               "python do_p() {\n    open(d.getVar('TOPDIR') + '/order', 'a').write('a.p\\n')\n}\n"
               "addtask p after do_x before do_build\ndo_x[deptask] = \"do_y\"\n");
    cook_write(
        "tiny/recipes/b_1.bb",
        "do_y() {\n    echo b.y >> ${TOPDIR}/order\n    test -z \"${FAIL}\"\n}\naddtask y before do_build\n");
}

static int run(const char *name)
{
    bb_str target = bb_str_z(name);
    struct bb_strvec targets = {&target, 1, 1};
    memset(&seen, 0, sizeof(seen));
    return bb_build_run(&b.w.cooker, &(struct bb_build_opts){.targets = &targets, .ui = &ui});
}

START_TEST(runs_what_is_not_done)
{
    setup("");
    cook_parse(&b.w);
    ck_assert_msg(run("a") == 0, "%s", cook_text(&b.w));
    ck_assert_str_eq(build_read(&b, "order"), "b.y\na.x\na.p\n");
    ck_assert_uint_eq(seen.total, 4);
    ck_assert_uint_eq(seen.started, 4);
    ck_assert_uint_eq(seen.ended, 4);
    ck_assert(cook_said(&b.w, "Attempted 4 tasks of which 0 didn't need to be rerun and all succeeded"));
    ck_assert_int_eq(run("a"), 0);
    ck_assert_uint_eq(seen.skipped, 4);
    ck_assert_uint_eq(seen.started, 0);
    ck_assert_str_eq(build_read(&b, "order"), "b.y\na.x\na.p\n");
    /* nothing holds the lock any more */
    struct bb_lock lock;
    ck_assert_int_eq(bb_lock_take(&lock, "bitbake.lock", BB_LOCK_NOWAIT), 0);
    bb_lock_release(&lock);
    build_release(&b);
}
END_TEST

START_TEST(stops_at_failures)
{
    setup("FAIL = \"1\"\n");
    cook_parse(&b.w);
    ck_assert_int_eq(run("a"), -BB_EREPORTED);
    ck_assert_str_eq(build_read(&b, "order"), "b.y\n");
    ck_assert_uint_eq(seen.failed, 1);
    ck_assert(cook_said(&b.w, "b_1.bb:do_y) failed with exit code '1'"));
    ck_assert(cook_said(&b.w, "Summary: 1 task failed:"));
    build_release(&b);
}
END_TEST

START_TEST(forces)
{
    setup("");
    b.options.force = true;
    b.options.cmd = BB_STR("x");
    cook_parse(&b.w);
    ck_assert_int_eq(run("a"), 0);
    ck_assert_int_eq(run("a"), 0);
    ck_assert_str_eq(build_read(&b, "order"), "b.y\na.x\na.x\n");
    ck_assert(cook_said(&b.w, "a_1.bb:do_x is tainted from a forced run"));
    build_release(&b);
}
END_TEST

/* -n: nothing is written, not even a stamp. */
START_TEST(dry_run)
{
    setup("");
    b.options.dry_run = true;
    cook_parse(&b.w);
    ck_assert_int_eq(run("a"), 0);
    ck_assert_uint_eq(seen.ended, 4);
    ck_assert(!bb_fs_exists("order") && !bb_fs_exists("tmp/stamps"));
    build_release(&b);
}
END_TEST

/* --why: the reason of each task, and nothing runs. */
START_TEST(says_why)
{
    setup("");
    b.options.why = true;
    cook_parse(&b.w);
    ck_assert_int_eq(run("a"), 0);
    ck_assert(cook_said(&b.w, "b:do_y: "));
    ck_assert(cook_said(&b.w, "a:do_build: "));
    ck_assert_uint_eq(seen.started, 0);
    ck_assert(!bb_fs_exists("order"));
    build_release(&b);
}
END_TEST

START_TEST(refuses_unknown_scheduler)
{
    setup("BB_SCHEDULER = \"chance\"\n");
    cook_parse(&b.w);
    ck_assert_int_eq(run("a"), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "Invalid scheduler 'chance'.  Available schedulers: "));
    ck_assert_uint_eq(seen.started, 0);
    build_release(&b);
}
END_TEST

START_TEST(refuses_a_second_build)
{
    struct bb_lock lock;
    setup("");
    cook_parse(&b.w);
    ck_assert_int_eq(bb_lock_take(&lock, "bitbake.lock", BB_LOCK_NOWAIT), 0);
    ck_assert_int_eq(run("a"), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "a build is running in this build directory already"));
    bb_lock_release(&lock);
    build_release(&b);
}
END_TEST

START_TEST(writes_graphs)
{
    bb_str target = BB_STR("a");
    struct bb_strvec targets = {&target, 1, 1};
    setup("");
    cook_parse(&b.w);
    ck_assert_int_eq(bb_build_graph(&b.w.cooker, &(struct bb_build_opts){.targets = &targets, .ui = &ui}), 0);
    ck_assert_str_eq(build_read(&b, "pn-buildlist"), "a\nb\n");
    ck_assert(strstr(build_read(&b, "task-depends.dot"), "\"a.do_x\" -> \"b.do_y\""));
    ck_assert(strstr(build_read(&b, "recipe-depends.dot"), "\"a\" -> \"b\""));
    build_release(&b);
}
END_TEST

UNIT_MAIN("build", runs_what_is_not_done, stops_at_failures, forces, dry_run, says_why,
          refuses_unknown_scheduler, refuses_a_second_build, writes_graphs)
