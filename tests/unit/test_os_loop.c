/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <poll.h>
#include <signal.h>

#include "os/loop.h"
#include "os/os.h"

static struct bb_loop *loop;
static struct bb_buf seen;
static struct bb_watch *other;

static void setup(void)
{
    loop = bb_loop_new();
    bb_buf_init(&seen);
}

static void teardown(void)
{
    bb_loop_free(loop);
    bb_buf_release(&seen);
}

static void on_timer(void *self)
{
    bb_buf_addf(&seen, "%s ", (const char *)self);
}

static void on_proc(void *self, pid_t pid, int status)
{
    bb_buf_addf(&seen, "exit%d ", status);
}

static void on_readable(void *self, int fd, short revents)
{
    char c;
    if (read(fd, &c, 1) == 1)
        bb_buf_addf(&seen, "%c ", c);
    else
        bb_loop_remove(loop, *(struct bb_watch **)self);
}

/* Until that many callbacks have run. */
static void turns(int callbacks)
{
    while (callbacks > 0) {
        int n = bb_loop_turn(loop, -1);
        ck_assert_int_ge(n, 0);
        callbacks -= n;
    }
    ck_assert_int_eq(callbacks, 0);
}

START_TEST(timers_in_order)
{
    bb_loop_timer(loop, 300000000, on_timer, (void *)"late");
    bb_loop_timer(loop, 0, on_timer, (void *)"now");
    bb_loop_timer(loop, 5000000, on_timer, (void *)"soon");
    turns(3);
    ck_assert_str_eq(seen.p, "now soon late ");
    ck_assert_int_eq(bb_loop_turn(loop, 0), 0);
}
END_TEST

/* All are due at once when we come late. */
START_TEST(late_timers_in_order)
{
    bb_loop_timer(loop, 2000000, on_timer, (void *)"second");
    bb_loop_timer(loop, 1000000, on_timer, (void *)"first");
    usleep(5000);
    ck_assert_int_eq(bb_loop_turn(loop, -1), 2);
    ck_assert_str_eq(seen.p, "first second ");
}
END_TEST

START_TEST(ends_of_processes)
{
    for (int i = 1; i < 4; i++) {
        char cmd[32];
        snprintf(cmd, sizeof(cmd), "sleep 0.%d; exit %d", i * 2, i);
        struct bb_spawn s = BB_SPAWN(((const char *const[]){"sh", "-c", cmd, NULL}));
        struct bb_proc p;
        ck_assert_int_eq(bb_proc_spawn(&s, &p), 0);
        bb_loop_proc(loop, p, on_proc, NULL);
    }
    turns(3);
    ck_assert_str_eq(seen.p, "exit1 exit2 exit3 ");
}
END_TEST

START_TEST(descriptors)
{
    int fds[2];
    struct bb_watch *w;
    ck_assert_int_eq(pipe(fds), 0);
    w = bb_loop_fd(loop, fds[0], POLLIN, on_readable, &w);
    ck_assert_int_eq(write(fds[1], "ab", 2), 2);
    close(fds[1]);
    turns(3);
    ck_assert_str_eq(seen.p, "a b ");
    close(fds[0]);
}
END_TEST

static void on_signal(void *self, int sig)
{
    bb_buf_addf(&seen, "sig%d ", sig);
}

START_TEST(signals)
{
    sigset_t set;
    struct bb_watch *w = bb_loop_signal(loop, SIGUSR1, on_signal, NULL);
    kill(getpid(), SIGUSR1);
    turns(1);
    kill(getpid(), SIGUSR1);
    ck_assert_int_eq(bb_loop_turn(loop, -1), 1);
    char expected[32];
    snprintf(expected, sizeof(expected), "sig%d sig%d ", SIGUSR1, SIGUSR1);
    ck_assert_str_eq(seen.p, expected);
    bb_loop_remove(loop, w);
    sigprocmask(SIG_BLOCK, NULL, &set);
    ck_assert(!sigismember(&set, SIGUSR1));
}
END_TEST

static void on_remove(void *self)
{
    bb_buf_addz(&seen, "removed ");
    bb_loop_remove(loop, other);
    bb_loop_timer(loop, 0, on_timer, (void *)"added");
}

START_TEST(callbacks_may_change_the_list)
{
    bb_loop_timer(loop, 0, on_remove, NULL);
    other = bb_loop_timer(loop, 0, on_timer, (void *)"never");
    ck_assert_int_eq(bb_loop_turn(loop, 10), 1);
    turns(1);
    ck_assert_str_eq(seen.p, "removed added ");
}
END_TEST

START_TEST(table_of_services)
{
    const struct bb_os *os = bb_os_posix();
    struct bb_stat st;
    int64_t t = os->monotonic(os);
    os->sleep(os, 1000000);
    ck_assert_int_ge(os->monotonic(os) - t, 1000000);
    ck_assert_int_gt(os->now(os), 1600000000000000000);
    char *dir = unit_tmpdir();
    ck_assert_int_eq(os->mkdirs(os, "a/b"), 0);
    ck_assert_int_eq(os->write(os, "a/f", BB_STR("x"), 0), 0);
    ck_assert_int_eq(os->rename(os, "a/f", "a/b/g"), 0);
    ck_assert_int_eq(os->touch(os, "a/b/g"), 0);
    ck_assert_int_eq(os->read(os, "a/b/g", &seen), 0);
    ck_assert_str_eq(seen.p, "x");
    ck_assert_int_eq(os->unlink(os, "a/b/g"), 0);
    ck_assert_int_lt(os->stat(os, "a/b/g", &st), 0);
    struct bb_spawn s = BB_SPAWN(((const char *const[]){"sleep", "100", NULL}));
    struct bb_proc p;
    int status;
    ck_assert_int_eq(os->spawn(os, &s, &p), 0);
    ck_assert_int_eq(os->kill(os, &p, SIGKILL), 0);
    ck_assert_int_eq(os->wait(os, &p, &status), 0);
    ck_assert_int_eq(status, -SIGKILL);
    unit_rmdir(dir);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        timers_in_order, late_timers_in_order,          ends_of_processes, descriptors,
        signals,         callbacks_may_change_the_list, table_of_services};
    return unit_run("loop", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
