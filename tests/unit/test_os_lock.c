/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <sys/wait.h>

#include "os/fs.h"
#include "os/lock.h"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

START_TEST(one_at_a_time)
{
    struct bb_lock a = BB_LOCK_INIT, b = BB_LOCK_INIT;
    BB_CLEAN_BUF struct bb_buf who = BB_BUF_INIT;
    char pid[32];
    ck_assert_int_eq(bb_lock_take(&a, "d/x.lock", 0), 0);
    ck_assert_int_eq(bb_lock_take(&b, "d/x.lock", BB_LOCK_NOWAIT), -EWOULDBLOCK);
    ck_assert_int_eq(bb_lock_take(&b, "d/x.lock", BB_LOCK_NOWAIT | BB_LOCK_SHARED), -EWOULDBLOCK);
    ck_assert_int_eq(bb_lock_holder("d/x.lock", &who), 0);
    snprintf(pid, sizeof(pid), "pid %d (", (int)getpid());
    ck_assert_ptr_eq(strstr(who.p, pid), who.p);
    ck_assert_ptr_nonnull(strstr(who.p, "test_os_lock"));
    bb_lock_release(&a);
    bb_lock_release(&a);
    ck_assert(!bb_fs_exists("d/x.lock"));
    ck_assert_int_eq(bb_lock_holder("d/x.lock", &who), -ENOENT);
    ck_assert_int_eq(bb_lock_take(&b, "d/x.lock", BB_LOCK_NOWAIT), 0);
    bb_lock_release(&b);
}
END_TEST

START_TEST(shared)
{
    struct bb_lock a = BB_LOCK_INIT, b = BB_LOCK_INIT, c = BB_LOCK_INIT;
    ck_assert_int_eq(bb_lock_take(&a, "x", BB_LOCK_SHARED), 0);
    ck_assert_int_eq(bb_lock_take(&b, "x", BB_LOCK_SHARED | BB_LOCK_NOWAIT), 0);
    ck_assert_int_eq(bb_lock_take(&c, "x", BB_LOCK_NOWAIT), -EWOULDBLOCK);
    bb_lock_release(&a);
    ck_assert(bb_fs_exists("x")); /* b has it still */
    bb_lock_release(&b);
    ck_assert(!bb_fs_exists("x"));
}
END_TEST

START_TEST(holder_that_died_is_nobody)
{
    struct bb_lock l = BB_LOCK_INIT;
    BB_CLEAN_BUF struct bb_buf who = BB_BUF_INIT;
    int status;
    pid_t pid = fork();
    if (pid == 0)
        _exit(bb_lock_take(&l, "x", 0) ? 1 : 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert(bb_fs_exists("x"));
    ck_assert_int_eq(bb_lock_holder("x", &who), -ESRCH);
    ck_assert_int_eq(bb_lock_take(&l, "x", BB_LOCK_NOWAIT), 0);
    bb_lock_release(&l);
}
END_TEST

/* Many processes add one to a counter; losing none proves that two never held the lock, through all the
 * removing. */
START_TEST(counts_under_contention)
{
    ck_assert_int_eq(bb_fs_write("n", BB_STR("0"), 0), 0);
    for (int p = 0; p < 8; p++) {
        if (fork() != 0)
            continue;
        for (int i = 0; i < 50; i++) {
            struct bb_lock l = BB_LOCK_INIT;
            struct bb_buf b = BB_BUF_INIT;
            if (bb_lock_take(&l, "x", 0) || bb_fs_read("n", &b))
                _exit(1);
            int n = atoi(b.p) + 1;
            bb_buf_clear(&b);
            bb_buf_addf(&b, "%d", n);
            if (bb_fs_write("n", bb_buf_str(&b), 0))
                _exit(1);
            bb_lock_release(&l);
            bb_buf_release(&b);
        }
        _exit(0);
    }
    int status;
    while (wait(&status) > 0)
        ck_assert_int_eq(status, 0);
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read("n", &b), 0);
    ck_assert_str_eq(b.p, "400");
}
END_TEST

START_TEST(long_name_is_cut)
{
    struct bb_lock l = BB_LOCK_INIT;
    char name[300];
    memset(name, 'n', sizeof(name));
    strcpy(name + 290, ".lock");
    ck_assert_int_eq(bb_lock_take(&l, name, 0), 0);
    ck_assert_uint_eq(strlen(l.path), 255);
    ck_assert_str_eq(l.path + 250, ".lock");
    bb_lock_release(&l);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {one_at_a_time, shared, holder_that_died_is_nobody, counts_under_contention,
                                  long_name_is_cut};
    return unit_run("lock", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
