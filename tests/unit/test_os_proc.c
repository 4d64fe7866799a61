/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "os/fs.h"
#include "os/proc.h"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

#define SH(text) ((const char *const[]){"sh", "-c", text, NULL})

START_TEST(captures)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
    struct bb_spawn s = BB_SPAWN(SH("echo out; echo err >&2; exit 7"));
    int status;
    ck_assert_int_eq(bb_proc_run(&s, &out, &err, &status), 0);
    ck_assert_int_eq(status, 7);
    ck_assert_str_eq(out.p, "out\n");
    ck_assert_str_eq(err.p, "err\n");
    ck_assert_int_eq(bb_proc_run(&s, &out, &out, &status), 0);
    ck_assert_str_eq(out.p, "out\nout\nerr\n");
}
END_TEST

START_TEST(captures_much_on_both)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
    struct bb_spawn s = BB_SPAWN(SH("head -c 500000 /dev/zero >&2; head -c 500000 /dev/zero"));
    int status;
    ck_assert_int_eq(bb_proc_run(&s, &out, &err, &status), 0);
    ck_assert_int_eq(status, 0);
    ck_assert_uint_eq(out.len, 500000);
    ck_assert_uint_eq(err.len, 500000);
}
END_TEST

START_TEST(does_not_wait_for_a_daemon)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_spawn s = BB_SPAWN(SH("sleep 100 & echo $!"));
    int status;
    ck_assert_int_eq(bb_proc_run(&s, &out, NULL, &status), 0);
    int pid = atoi(out.p);
    ck_assert_int_gt(pid, 0);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
}
END_TEST

START_TEST(environment_and_folder)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    const char *const env[] = {"A=1", "PATH=/usr/bin:/bin", NULL};
    struct bb_spawn s = BB_SPAWN(SH("echo $A$B; basename $(pwd); cat"));
    int status;
    setenv("B", "2", 1);
    ck_assert_int_eq(bb_fs_mkdirs("sub"), 0);
    s.env = env;
    s.cwd = "sub";
    ck_assert_int_eq(bb_proc_run(&s, &out, NULL, &status), 0);
    ck_assert_str_eq(out.p, "1\nsub\n");
}
END_TEST

START_TEST(cannot_start)
{
    const char *const none[] = {"no-such-program", NULL}, *const path[] = {"./absent", NULL};
    struct bb_spawn s = BB_SPAWN(none);
    struct bb_proc p;
    ck_assert_int_eq(bb_proc_spawn(&s, &p), -ENOENT);
    s.argv = path;
    ck_assert_int_eq(bb_proc_spawn(&s, &p), -ENOENT);
    s.argv = SH("true");
    s.cwd = "absent";
    ck_assert_int_eq(bb_proc_spawn(&s, &p), -ENOENT);
    ck_assert_int_eq(bb_fs_write("noexec", BB_STR("#!/bin/sh\n"), 0), 0);
    s = BB_SPAWN(((const char *const[]){"./noexec", NULL}));
    ck_assert_int_eq(bb_proc_spawn(&s, &p), -EACCES);
}
END_TEST

/* stdout onto 2 and stderr onto 1: neither may overwrite the other on the way. */
START_TEST(descriptors_may_cross)
{
    int a = open("a", O_RDWR | O_CREAT | O_CLOEXEC, 0600), b = open("b", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    int status, one = dup(1), two = dup(2);
    struct bb_spawn s = BB_SPAWN(SH("echo out; echo err >&2"));
    struct bb_proc p;
    dup2(a, 1);
    dup2(b, 2);
    s.out = 2;
    s.err = 1;
    int err = bb_proc_spawn(&s, &p);
    dup2(one, 1);
    dup2(two, 2);
    ck_assert_int_eq(err, 0);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(bb_fs_read("a", &text), 0);
    ck_assert_str_eq(text.p, "err\n");
    bb_buf_clear(&text);
    ck_assert_int_eq(bb_fs_read("b", &text), 0);
    ck_assert_str_eq(text.p, "out\n");
}
END_TEST

START_TEST(starts_clean)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_spawn s =
        BB_SPAWN(SH("ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2"));
    sigset_t set;
    int status, fds = 0, leaked = open("/dev/null", O_RDONLY);
    unsigned long long blocked = 1, ignored = 1;
    signal(SIGPIPE, SIG_IGN);
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    ck_assert_int_eq(bb_proc_run(&s, &out, NULL, &status), 0);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    close(leaked);
    ck_assert_int_eq(sscanf(out.p, "%d %llx %llx", &fds, &blocked, &ignored), 3);
    ck_assert_int_eq(fds, 4); /* 0, 1, 2 and the folder that ls reads */
    ck_assert_uint_eq(blocked, 0);
    ck_assert_uint_eq(ignored & 0x7fffffff, 0); /* 32 and 33 are glibc's own */
}
END_TEST

START_TEST(kills_the_group)
{
    struct bb_spawn s = BB_SPAWN(SH("sleep 100 & echo $! > pid; mv pid ready; wait"));
    BB_CLEAN_BUF struct bb_buf pid = BB_BUF_INIT;
    struct bb_proc p;
    int status;
    s.group = true;
    ck_assert_int_eq(bb_proc_spawn(&s, &p), 0);
    while (!bb_fs_exists("ready"))
        usleep(1000);
    ck_assert_int_eq(bb_fs_read("ready", &pid), 0);
    ck_assert_int_eq(bb_proc_kill(&p, SIGTERM), 0);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(status, -SIGTERM);
    /* The grandchild got it too: gone, or a zombie that nobody here can collect. */
    char path[64], state = '?';
    snprintf(path, sizeof(path), "/proc/%d/stat", atoi(pid.p));
    for (int i = 0; i < 1000; i++) {
        FILE *f = fopen(path, "r");
        if (!f)
            state = 'X';
        else if (fscanf(f, "%*d %*s %c", &state) != 1)
            state = '?';
        if (f)
            fclose(f);
        if (state == 'X' || state == 'Z')
            break;
        usleep(1000);
    }
    ck_assert(state == 'X' || state == 'Z');
    ck_assert_int_eq(bb_proc_kill(&p, SIGTERM), -ESRCH);
}
END_TEST

START_TEST(forks)
{
    struct bb_proc p;
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int status, r = bb_proc_fork(true, &p);
    if (r == 0) {
        sigprocmask(SIG_BLOCK, NULL, &set);
        _exit(getpgrp() == getpid() && sigisemptyset(&set) ? 5 : 6);
    }
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    ck_assert_int_eq(r, 1);
    ck_assert_int_eq(bb_proc_wait(&p, &status), 0);
    ck_assert_int_eq(status, 5);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {captures,
                                  captures_much_on_both,
                                  does_not_wait_for_a_daemon,
                                  environment_and_folder,
                                  cannot_start,
                                  descriptors_may_cross,
                                  starts_clean,
                                  kills_the_group,
                                  forks};
    return unit_run("proc", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
