/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "os/proc.h"
#include "os/procmem.h"

#include <signal.h>

enum { MIB = 1024, EATEN = 48 };

/* Uses memory, as does a child of it, says so and stays. */
static void eat(int fd)
{
    pid_t child = fork();
    size_t n = (size_t)EATEN * MIB * 1024;
    char *p = malloc(n);
    memset(p, 1, n);
    if (write(fd, p, 1) != 1)
        _exit(1);
    for (;;)
        sleep(child >= 0 ? 100 : 1);
}

START_TEST(adds_up_a_group)
{
    int fds[2];
    char c;
    struct bb_proc p;
    ck_assert_int_eq(pipe(fds), 0);
    int r = bb_proc_fork(true, &p);
    if (r == 0)
        eat(fds[1]);
    ck_assert_int_eq(r, 1);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(read(fds[0], &c, 1), 1);
    uint64_t kib[2];
    bb_procmem_groups((pid_t[]){p.pid, 0x3fffffff}, 2, kib);
    ck_assert_uint_ge(kib[0], 2 * EATEN * MIB);
    ck_assert_uint_lt(kib[0], 2 * EATEN * MIB + 64 * MIB);
    ck_assert_uint_eq(kib[1], 0);
    bb_proc_kill(&p, SIGKILL);
    ck_assert_int_eq(bb_proc_wait(&p, &r), 0);
}
END_TEST

START_TEST(knows_what_is_left)
{
    ck_assert_uint_gt(bb_procmem_available(), MIB);
}
END_TEST

UNIT_MAIN("procmem", adds_up_a_group, knows_what_is_left)
