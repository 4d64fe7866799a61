/* SPDX-License-Identifier: MIT */
/* Tasks in their processes: lib/build/worker.c with taskrun.c and fakeworker.c, which is this program once more. */
#include "build/worker.h"

#include "build/fakeworker.h"
#include "build_support.h"

static struct build_world b;
static struct bb_loop *loop;
static struct bb_worker *worker;
static struct {
    size_t n;
    int status;
} over;

static void ended(void *self, bb_tid t, bool setscene, int status, bb_str unihash)
{
    over.n++;
    over.status = status;
}

static const char recipe[] =
    "do_shell() {\n    echo from the shell\n    echo $PPID > ${TOPDIR}/parent\n}\naddtask shell before do_build\n"
    "python do_py() {\n    bb.warn('current %s' % d.getVar('BB_CURRENTTASK'))\n"
    "    open(d.getVar('TOPDIR') + '/deps', 'w').write(' '.join(sorted(x.taskname for x in "
    "d.getVar('BB_TASKDEPDATA').values())))\n}\naddtask py after do_shell before do_build\n"
    "python do_dump() {\n    bb.siggen.dump_this_task(d.getVar('TOPDIR') + '/deep/own', d)\n}\naddtask dump before do_build\n"
    "do_fail() {\n    exit 3\n}\naddtask fail before do_build\n"
    "do_long() {\n    touch ${TOPDIR}/started\n    exec sleep 1000\n}\naddtask long before do_build\n"
    "python do_root() {\n    open(d.getVar('TOPDIR') + '/root', 'w').write('%s %s' % "
    "(os.environ.get('UNDER_FAKEROOT'), d.getVar('BB_CURRENTTASK')))\n}\ndo_root[fakeroot] = \"1\"\n"
    "addtask root before do_build\n"
    "FAKEROOTENV = \"UNDER_FAKEROOT=yes\"\nFAKEROOTCMD = \"env\"\n";

static void setup(void)
{
    build_init(&b, "");
    cook_write("tiny/recipes/a_1.bb", recipe);
    build_hash(&b, "a");
    loop = bb_loop_new();
    memset(&over, 0, sizeof(over));
    worker = bb_worker_new(&b.w.cooker, &b.hashes, loop, &(struct bb_worker_opts){.ended = ended});
}

static void teardown(void)
{
    bb_worker_free(worker);
    bb_loop_free(loop);
    build_release(&b);
}

static int run(const char *pnid)
{
    size_t before = over.n;
    ck_assert_msg(bb_worker_start(worker, build_tid(&b, pnid), false) == 0, "%s", cook_text(&b.w));
    while (over.n == before)
        ck_assert_int_ge(bb_loop_turn(loop, -1), 0);
    return over.status;
}

START_TEST(shell_is_a_child)
{
    setup();
    ck_assert_int_eq(run("a:do_shell"), 0);
    ck_assert_int_eq(atoi(build_read(&b, "parent")), getpid());
    ck_assert(strstr(build_read(&b, "tmp/work/a-1-r0/temp/log.do_shell"), "from the shell"));
    teardown();
}
END_TEST

START_TEST(python_reports)
{
    setup();
    ck_assert_int_eq(run("a:do_py"), 0);
    ck_assert_msg(cook_said(&b.w, "WARNING: a-1-r0 do_py: current py"), "%s", cook_text(&b.w));
    ck_assert_str_eq(build_read(&b, "deps"), "do_py do_shell");
    bb_str path;
    ck_assert_int_eq(bb_hashes_write_sigdata(&b.hashes, build_tid(&b, "a:do_dump"), &path), 0);
    ck_assert_int_eq(run("a:do_dump"), 0);
    BB_CLEAN_BUF struct bb_buf beside = BB_BUF_INIT, own = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read(path.p, &beside), 0);
    ck_assert_int_eq(bb_fs_read("deep/own", &own), 0);
    ck_assert(bb_str_eq(bb_buf_str(&beside), bb_buf_str(&own)));
    teardown();
}
END_TEST

START_TEST(failures_are_listed)
{
    setup();
    bb_worker_summary(worker);
    ck_assert(!cook_said(&b.w, "Summary"));
    ck_assert_int_ne(run("a:do_fail"), 0);
    bb_worker_summary(worker);
    ck_assert(cook_said(&b.w, "Summary: 1 task failed:"));
    ck_assert(cook_said(&b.w, "a_1.bb:do_fail\n    log: "));
    teardown();
}
END_TEST

START_TEST(kills)
{
    setup();
    ck_assert_int_eq(bb_worker_start(worker, build_tid(&b, "a:do_long"), false), 0);
    while (!bb_fs_exists("started"))
        ck_assert_int_ge(bb_loop_turn(loop, 10), 0);
    bb_worker_kill(worker);
    while (!over.n)
        ck_assert_int_ge(bb_loop_turn(loop, -1), 0);
    ck_assert_int_ne(over.status, 0);
    bb_worker_summary(worker);
    ck_assert(!cook_said(&b.w, "task failed"));
    teardown();
}
END_TEST

START_TEST(fakeroot_is_a_program)
{
    setup();
    ck_assert_msg(run("a:do_root") == 0, "%s", cook_text(&b.w));
    ck_assert_str_eq(build_read(&b, "root"), "yes root");
    teardown();
}
END_TEST

START_TEST(prepares)
{
    struct bb_taskrun run;
    setup();
    bb_tid shell = build_tid(&b, "a:do_shell"), py = build_tid(&b, "a:do_py");
    ck_assert_int_eq(bb_taskrun_prepare(&run, &b.hashes, py, false), 0);
    ck_assert(!run.shell && !run.fakeroot);
    ck_str(run.task, "do_py");
    ck_assert(bb_str_eq(run.hash, b.plan.tasks[py].hash));
    bb_str value;
    ck_assert_int_eq(bb_store_str(run.d, BB_SYM("BB_TASKHASH"), &value), 0);
    ck_assert(bb_str_eq(value, run.hash));
    ck_assert_int_eq(bb_store_str(run.d, BB_SYM("BB_CURRENTTASK"), &value), 0);
    ck_str(value, "py");
    bb_taskrun_release(&run);
    ck_assert_int_eq(bb_taskrun_prepare(&run, &b.hashes, shell, false), 0);
    ck_assert(run.shell);
    bb_task_shell_finish(&b.w.ctx, &run.script, 1, true);
    bb_taskrun_release(&run);
    ck_assert_int_eq(bb_taskrun_prepare(&run, &b.hashes, build_tid(&b, "a:do_root"), false), 0);
    ck_assert(run.fakeroot && !run.d);
    ck_str(run.fakeenv, "UNDER_FAKEROOT=yes");
    bb_taskrun_release(&run);
    teardown();
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {shell_is_a_child,      python_reports, failures_are_listed, kills,
                                  fakeroot_is_a_program, prepares};
    if (argc > 1 && strcmp(argv[1], BB_FAKEWORKER_ARG) == 0) {
        struct bb_ctx ctx;
        bb_ctx_init(&ctx);
        ctx.os = bb_os_posix();
        int status = bb_fakeworker_main(&ctx);
        bb_ctx_release(&ctx);
        return status;
    }
    return unit_run("worker", tests, sizeof(tests) / sizeof(*tests), NULL, NULL);
}
