/* SPDX-License-Identifier: MIT */
/* Tasks with a store made by hand; "Python" is a C function, since lib/run sees only callbacks. */
#include "os/os.h"
#include "run/task.h"
#include "support/unit.h"
#include <sys/stat.h>

static struct bb_ctx ctx;
static struct bb_diag_sink sink;
static struct bb_buf said;
static struct bb_store *d;
static char *dir;
static char events[64];

static void emit(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *diag)
{
    static const char *const names[] = {"debug", "note", "plain", "warning", "error", "fatal"};
    if (diag->severity != BB_DEBUG)
        bb_buf_addf(&said, "%s: %.*s\n", names[diag->severity], BB_STRF(diag->text));
}

static void set(const char *var, const char *value)
{
    ck_assert_int_eq(bb_store_setz(d, var, bb_str_z(value)), 0);
}

static void flag(const char *var, const char *name, const char *value)
{
    ck_assert_int_eq(bb_store_set_flagz(d, var, name, bb_str_z(value)), 0);
}

static void shell_function(const char *name, const char *body)
{
    set(name, body);
    flag(name, "func", "1");
}

static void task(const char *name, const char *body)
{
    shell_function(name, body);
    flag(name, "task", "1");
    flag(name, "network", "1");
}

static void setup(void)
{
    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    sink.emit = emit;
    ctx.diag = &sink;
    bb_buf_init(&said);
    dir = unit_tmpdir();
    d = bb_store_new(&ctx, NULL);
    set("T", dir);
    set("PATH", "/usr/bin:/bin");
    flag("PATH", "export", "1");
    set("OVERRIDES", "base");
    events[0] = '\0';
}

static void teardown(void)
{
    bb_store_unref(d);
    bb_buf_release(&said);
    bb_ctx_release(&ctx);
    unit_rmdir(dir);
}

static int py_run(void *self, struct bb_store *s, bb_str func)
{
    bb_str body;
    ck_assert_int_eq(bb_store_str(s, bb_sym_get(func), &body), 0);
    printf("python %.*s: %.*s\n", BB_STRF(func), BB_STRF(body));
    fflush(stdout);
    return bb_str_eqz(body, "fail") ? bb_error(&ctx, "python failed") : 0;
}

static int py_emit(void *self, struct bb_buf *out, struct bb_store *s, bb_str func)
{
    bb_buf_addf(out, "def %.*s(d)\n", BB_STRF(func));
    return 0;
}

static int py_event(void *self, struct bb_store *s, enum bb_task_event ev, bb_str log, bool told)
{
    static const char *const names[] = {"started ", "succeeded ", "failed ", "silent "};
    strcat(events, names[ev]);
    return 0;
}

static const struct bb_task_py py = {.run = py_run, .emit = py_emit, .event = py_event};

static struct bb_task_opts opts(const char *name)
{
    return (struct bb_task_opts){.fn = BB_STR("/l/a_1.bb"), .task = bb_str_z(name), .id = 7, .py = &py};
}

/* A task in a process of its own; what was said and the events come back through a pipe, in that order. */
static int exec_with(const struct bb_task_opts *o)
{
    int fds[2], status;
    struct bb_proc p;
    ck_assert_int_eq(pipe(fds), 0);
    fflush(stdout);
    int r = bb_proc_fork(false, &p);
    ck_assert_int_ge(r, 0);
    if (r == 0) {
        int ret = bb_task_exec(&ctx, d, o);
        bb_buf_addf(&said, "%s", events);
        bb_fs_write_all(fds[1], bb_buf_str(&said));
        _exit(ret);
    }
    close(fds[1]);
    char text[4096];
    ssize_t n;
    while ((n = read(fds[0], text, sizeof(text))) > 0)
        bb_buf_add(&said, text, (size_t)n);
    close(fds[0]);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    return status;
}

static int exec(const char *name)
{
    struct bb_task_opts o = opts(name);
    return exec_with(&o);
}

static const char *content(const char *path)
{
    static struct bb_buf b = BB_BUF_INIT;
    bb_buf_clear(&b);
    ck_assert_int_eq(bb_fs_read(path, &b), 0);
    return b.p;
}

/* A log without the lines about which function ran. */
static const char *output(const char *path)
{
    static struct bb_buf b = BB_BUF_INIT;
    bb_str rest = bb_str_z(content(path)), line;
    bb_buf_clear(&b);
    while (rest.len && bb_str_split(&rest, '\n', &line))
        if (!bb_str_starts(line, BB_STR("DEBUG: ")))
            bb_buf_addf(&b, "%.*s\n", BB_STRF(line));
    return b.p;
}

START_TEST(shell)
{
    setup();
    set("EXPORTED", "it's \"here\"");
    flag("EXPORTED", "export", "1");
    task("do_x", "    echo \"$EXPORTED\" $(pwd)\n    helper\n    umask\n    test ! -t 0\n");
    shell_function("helper", "    echo helped\n");
    flag("do_x", "vardeps", "helper");
    flag("do_x", "dirs", "sub/one sub/two");
    flag("do_x", "cleandirs", "gone");
    ck_assert_int_eq(bb_fs_mkdirs("gone/deep"), 0);
    struct bb_task_opts o = opts("do_x");
    o.umask = BB_STR("027");
    ck_assert_int_eq(exec_with(&o), 0);
    ck_assert_str_eq(said.p, "started succeeded ");
    BB_CLEAN_BUF struct bb_buf want = BB_BUF_INIT;
    bb_buf_addf(&want, "it's \"here\" %s/sub/two\nhelped\n0027\n", dir);
    ck_assert_str_eq(output("log.do_x"), want.p);
    ck_assert_str_eq(output("log.do_x.7"), want.p);
    ck_assert(bb_fs_is_dir("sub/one") && bb_fs_is_dir("gone") && !bb_fs_exists("gone/deep"));
    const char *run = content("run.do_x");
    ck_assert(bb_str_starts(bb_str_z(run), BB_STR("#!/bin/sh\n")));
    ck_assert_ptr_nonnull(strstr(run, "export EXPORTED=\"it's \\\"here\\\"\"\n"));
    ck_assert_ptr_nonnull(strstr(run, "do_x() {\n"));
    ck_assert_ptr_nonnull(strstr(run, "\ncd 'sub/two'\ndo_x\n"));
    struct bb_stat st;
    ck_assert_int_eq(bb_fs_stat("run.do_x.7", &st), 0);
    ck_assert(st.mode & S_IXUSR);
    teardown();
}
END_TEST

START_TEST(failing_shell)
{
    setup();
    task("do_x", "    echo before\n    sh -c 'exit 3'\n    echo after\n");
    ck_assert_int_eq(exec("do_x"), BB_TASK_LOG_TELLS);
    BB_CLEAN_BUF struct bb_buf want = BB_BUF_INIT;
    bb_buf_addf(&want, "error: ExecutionError('%s/run.do_x.7', 3, None, None)\nstarted failed ", dir);
    ck_assert_str_eq(said.p, want.p);
    ck_assert_str_eq(output("log.do_x"), "before\nWARNING: exit code 3 from a shell command.\n");
    bb_buf_clear(&said);
    struct bb_task_opts o = opts("do_x");
    o.quiet = true;
    ck_assert_int_eq(exec_with(&o), BB_TASK_LOG_TELLS);
    ck_assert(bb_str_starts(bb_buf_str(&said), BB_STR("warning: ExecutionError(")));
    ck_assert(bb_str_ends(bb_buf_str(&said), BB_STR("started silent ")));
    teardown();
}
END_TEST

/* The same script under bash says where. */
START_TEST(backtrace)
{
    setup();
    task("do_x", "    echo before\n    inner\n    echo after\n");
    shell_function("inner", "    true\n    false\n");
    flag("do_x", "vardeps", "inner");
    ck_assert_int_eq(exec("do_x"), BB_TASK_LOG_TELLS);
    ck_assert_int_eq(system("bash ./run.do_x.7 >out 2>&1"), 1 << 8);
    const char *out = content("out");
    ck_assert(bb_str_starts(bb_str_z(out), BB_STR("before\nWARNING: ./run.do_x.7:")));
    ck_assert_ptr_nonnull(
        strstr(out, " exit 1 from 'false'\nWARNING: Backtrace (BB generated script): \n\t#1: inner, "
                    "./run.do_x.7, line "));
    ck_assert_ptr_nonnull(strstr(out, "\n\t#2: do_x, ./run.do_x.7, line "));
    ck_assert_ptr_nonnull(strstr(out, "\n\t#3: main, ./run.do_x.7, line "));
    /* The lines are those of the calls. */
    BB_CLEAN_BUF struct bb_buf cmd = BB_BUF_INIT;
    bb_buf_addz(
        &cmd,
        "for f in inner do_x; do l=$(sed -n \"s/.*: $f, .*line //p\" out); sed -n ${l}p run.do_x.7; done | "
        "tr -d ' \\n' | grep -qx falseinner");
    ck_assert_int_eq(system(cmd.p), 0);
    teardown();
}
END_TEST

START_TEST(python_and_order)
{
    setup();
    task("do_x", "body");
    flag("do_x", "python", "1");
    shell_function("before", "    echo before");
    set("after", "post");
    flag("after", "python", "1");
    flag("after", "func", "1");
    flag("do_x", "prefuncs", "before nosuch");
    flag("do_x", "postfuncs", "after");
    ck_assert_int_eq(exec("do_x"), 0);
    ck_assert_str_eq(output("log.do_x"), "before\npython do_x: body\npython after: post\n");
    ck_assert_str_eq(said.p, "warning: Function nosuch doesn't exist\nstarted succeeded ");
    ck_assert_str_eq(content("run.do_x.7"), "def do_x(d)\n");
    ck_assert(bb_fs_exists("run.before.7") && !bb_fs_exists("run.before"));
    set("do_x", "fail");
    bb_buf_clear(&said);
    ck_assert_int_eq(exec("do_x"), 1);
    ck_assert_str_eq(said.p, "warning: Function nosuch doesn't exist\nerror: python failed\nstarted failed ");
    teardown();
}
END_TEST

START_TEST(overrides_and_environment)
{
    setup();
    set("V", "plain");
    set("V:task-do-it", "unused");
    set("V:task-x-y", "of the task");
    flag("V", "export", "1");
    set("ONLY", "exported for this one");
    task("do_x_y", "    echo \"$V/${BB_RUNTASK}/${BB_FILENAME}/$ONLY/$FAKE/${STRAY-unset}\"\n");
    flag("do_x_y", "exports", "ONLY");
    struct bb_task_opts o = opts("do_x_y");
    o.fakeenv = BB_STR("FAKE=1 X=2");
    setenv("STRAY", "1", 1);
    ck_assert_int_eq(exec_with(&o), 0);
    ck_assert_str_eq(output("log.do_x_y"), "of the task/do_x_y//l/a_1.bb/exported for this one/1/unset\n");
    teardown();
}
END_TEST

START_TEST(messages)
{
    setup();
    BB_CLEAN_BUF struct bb_buf in = BB_BUF_INIT;
    static const char text[] = "bbwarn take care\0bbnote seen\0bbdebug 2 deep\0bbfatal no\0bbx y\0bbpla";
    bb_buf_add(&in, text, sizeof(text) - 1);
    bb_task_messages(&ctx, &in, -1);
    ck_assert_str_eq(
        said.p, "warning: take care\nnote: seen\nerror: no\nwarning: Unrecognised command 'bbx' on FIFO\n");
    ck_assert_str_eq(in.p, "bbpla");
    teardown();
}
END_TEST

START_TEST(fifo)
{
    setup();
    BB_CLEAN_BUF struct bb_buf body = BB_BUF_INIT;
    bb_buf_addf(&body, "    printf 'bbwarn from the shell\\0bbnote quiet\\0' >${T}/fifo.%d\n", (int)getpid());
    task("do_x", body.p);
    struct bb_task_opts o = opts("do_x");
    struct bb_task_shell sh;
    struct bb_proc p;
    int status;
    ck_assert_int_eq(bb_task_prepare_shell(&ctx, d, &o, &sh), 1);
    ck_assert_int_ge(sh.fifo_fd, 0);
    ck_assert_int_eq(bb_task_shell_spawn(&sh, &p), 0);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(status, 0);
    BB_CLEAN_BUF struct bb_buf in = BB_BUF_INIT;
    char text[256];
    ssize_t n = read(sh.fifo_fd, text, sizeof(text));
    ck_assert_int_gt(n, 0);
    bb_buf_add(&in, text, (size_t)n);
    bb_task_messages(&ctx, &in, sh.log.fd);
    ck_assert_str_eq(said.p, "warning: from the shell\n");
    ck_assert_str_eq(output("log.do_x"), "WARNING: from the shell\nNOTE: quiet\n");
    bb_task_shell_finish(&ctx, &sh, 0, false);
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    bb_buf_addf(&path, "fifo.%d", (int)getpid());
    ck_assert(!bb_fs_exists(path.p));
    teardown();
}
END_TEST

static int prepare(const char *name)
{
    struct bb_task_opts o = opts(name);
    struct bb_task_shell sh;
    int r = bb_task_prepare_shell(&ctx, d, &o, &sh);
    if (r == 1)
        bb_task_shell_finish(&ctx, &sh, 0, true);
    return r;
}

START_TEST(spawned)
{
    setup();
    set("V", "value");
    flag("V", "export", "1");
    task("do_x", "    echo $V $(umask)\n    exit 5\n");
    struct bb_task_opts o = opts("do_x");
    struct bb_task_shell sh;
    struct bb_proc p;
    int status;
    o.umask = BB_STR("077");
    ck_assert_int_eq(bb_task_prepare_shell(&ctx, d, &o, &sh), 1);
    ck_assert_int_eq(bb_task_shell_spawn(&sh, &p), 0);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(status, 5);
    bb_task_shell_finish(&ctx, &sh, status, false);
    BB_CLEAN_BUF struct bb_buf want = BB_BUF_INIT, path = BB_BUF_INIT;
    bb_buf_addf(&want, "error: ExecutionError('%s/run.do_x.7', 5, None, None)\n", dir);
    ck_assert_str_eq(said.p, want.p);
    ck_assert_str_eq(
        content("log.do_x.7"),
        "DEBUG: Executing shell function do_x\nvalue 0077\nWARNING: exit code 5 from a shell command.\n");
    ck_assert_int_eq(bb_task_log_path(&ctx, d, &o, &path), 0);
    bb_buf_clear(&want);
    bb_buf_addf(&want, "%s/log.do_x.7", dir);
    ck_assert_str_eq(path.p, want.p);
    /* Whatever else has to be done takes the other way. */
    ck_assert_int_eq(prepare("do_nosuch"), 0);
    static const char *const flags[] = {"prefuncs", "postfuncs", "lockfiles", "cleandirs", "python"};
    for (size_t i = 0; i < 5; i++) {
        flag("do_x", flags[i], "1");
        ck_assert_int_eq(prepare("do_x"), 0);
        flag("do_x", flags[i], "");
        ck_assert_int_eq(prepare("do_x"), 1);
    }
    o.verbose = true;
    ck_assert_int_eq(bb_task_prepare_shell(&ctx, d, &o, &sh), 0);
    teardown();
}
END_TEST

START_TEST(no_network)
{
    setup();
    task("do_x", "    test $(wc -l </proc/net/dev) -le 3\n");
    flag("do_x", "network", "0");
    ck_assert_int_eq(exec("do_x"), 0);
    struct bb_task_opts o = opts("do_x");
    struct bb_task_shell sh;
    ck_assert_int_eq(bb_task_prepare_shell(&ctx, d, &o, &sh), 1);
    ck_assert(!sh.network);
    bb_task_shell_finish(&ctx, &sh, 0, true);
    teardown();
}
END_TEST

START_TEST(bad_input)
{
    setup();
    ck_assert_int_eq(exec("do_nosuch"), 1);
    ck_assert_str_eq(said.p, "error: No such task: do_nosuch\n");
    bb_buf_clear(&said);
    task("do_x", "    true");
    flag("do_x", "dirs", "/dev/null/x");
    ck_assert_int_eq(exec("do_x"), 1);
    ck_assert_str_eq(said.p, "error: '/dev/null/x' cannot be made: Not a directory\nstarted failed ");
    bb_buf_clear(&said);
    set("T", "");
    ck_assert_int_eq(exec("do_x"), 1);
    ck_assert_str_eq(said.p, "error: T variable not set, unable to build\n");
    teardown();
}
END_TEST

UNIT_MAIN("task", shell, failing_shell, backtrace, python_and_order, overrides_and_environment, messages,
          fifo, spawned, no_network, bad_input)
