/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "os/guard.h"
#include "os/proc.h"

#define SH(text) ((const char *const[]){"sh", "-c", text, NULL})

/* A shell in a group of its own that starts another process, which says that it is there. */
static struct bb_proc start_group(int out)
{
    struct bb_spawn s = BB_SPAWN(SH("sleep 1000 & echo; sleep 1000"));
    struct bb_proc p;
    s.out = out;
    s.group = true;
    ck_assert_int_eq(bb_proc_spawn(&s, &p), 0);
    return p;
}

/* Waits until nothing of the group is left; it was made a child of ours by its parent's end. */
static void wait_for_end(pid_t group)
{
    while (kill(-group, 0) == 0)
        waitpid(-group, NULL, 0);
    ck_assert_int_eq(errno, ESRCH);
}

/* In a child: guards two groups, ends being responsible for the second, and is killed. Tells both. */
static void killed_child(int fd)
{
    struct bb_guard *g;
    int out[2];
    char line[2];
    ck_assert_int_eq(bb_guard_start(&g), 0);
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    pid_t groups[2];
    for (int i = 0; i < 2; i++) {
        groups[i] = start_group(out[1]).pid;
        bb_guard_add(g, groups[i]);
        ck_assert_int_eq(read(out[0], line, 1), 1);
    }
    bb_guard_remove(g, groups[1]);
    ck_assert_int_eq(write(fd, groups, sizeof(groups)), sizeof(groups));
    raise(SIGKILL);
}

START_TEST(groups_end_with_the_process)
{
    int fds[2], status;
    pid_t groups[2], pid;
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    if ((pid = fork()) == 0)
        killed_child(fds[1]);
    ck_assert_int_eq(read(fds[0], groups, sizeof(groups)), sizeof(groups));
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    wait_for_end(groups[0]);
    /* The other one was not its business any more. */
    ck_assert_int_eq(kill(-groups[1], 0), 0);
    ck_assert_int_eq(kill(-groups[1], SIGKILL), 0);
    wait_for_end(groups[1]);
}
END_TEST

START_TEST(stopping_leaves_groups_alone)
{
    struct bb_guard *g;
    int status;
    ck_assert_int_eq(bb_guard_start(&g), 0);
    struct bb_proc p = start_group(2);
    bb_guard_add(g, p.pid);
    bb_guard_stop(g);
    ck_assert_int_eq(kill(p.pid, 0), 0);
    ck_assert_int_eq(bb_proc_kill(&p, SIGKILL), 0);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    bb_guard_stop(NULL);
}
END_TEST

/* Whoever reads our output sees its end although the guard is still there. */
START_TEST(keeps_no_descriptor)
{
    struct bb_guard *g;
    int fds[2];
    char c;
    ck_assert_int_eq(pipe2(fds, 0), 0);
    ck_assert_int_eq(bb_guard_start(&g), 0);
    close(fds[1]);
    ck_assert_int_eq(read(fds[0], &c, 1), 0);
    bb_guard_stop(g);
    close(fds[0]);
}
END_TEST

UNIT_MAIN("guard", groups_end_with_the_process, stopping_leaves_groups_alone, keeps_no_descriptor)
