/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <signal.h>

#include "os/fs.h"
#include "os/nonet.h"

#define SH(text) ((const char *const[]){"sh", "-c", text, NULL})

/* Interfaces, who we are, and what else a child may expect. */
START_TEST(has_no_interface_but_lo)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_spawn s = BB_SPAWN(SH("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; id -u; exit 3"));
    char expected[32];
    int status;
    s.nonet = true;
    ck_assert_int_eq(bb_proc_run(&s, &out, NULL, &status), 0);
    ck_assert_int_eq(status, 3);
    snprintf(expected, sizeof(expected), "lo\n%d\n", (int)getuid());
    ck_assert_str_eq(out.p, expected);
}
END_TEST

START_TEST(starts_clean)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_spawn s =
        BB_SPAWN(SH("ls /proc/self/fd | wc -l; grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2;"
                    " pwd; echo $A"));
    unsigned long long blocked = 1, ignored = 1;
    const char *const env[] = {"PATH=/usr/bin:/bin", "A=b", NULL};
    char cwd[32] = "", a[8] = "";
    int status, fds = 0;
    s.nonet = true;
    s.cwd = "/usr";
    s.env = env;
    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(bb_proc_run(&s, &out, NULL, &status), 0);
    ck_assert_int_eq(sscanf(out.p, "%d %llx %llx %31s %7s", &fds, &blocked, &ignored, cwd, a), 5);
    ck_assert_int_eq(fds, 4);
    ck_assert_uint_eq(blocked, 0);
    ck_assert_uint_eq(ignored & 0x7fffffff, 0);
    ck_assert_str_eq(cwd, "/usr");
    ck_assert_str_eq(a, "b");
}
END_TEST

START_TEST(cannot_start)
{
    struct bb_spawn s = BB_SPAWN(SH("true"));
    struct bb_proc p;
    s.nonet = true;
    s.cwd = "/nonexistent";
    ck_assert_int_eq(bb_proc_spawn(&s, &p), -ENOENT);
    s = BB_SPAWN(((const char *const[]){"/nonexistent", NULL}));
    s.nonet = true;
    ck_assert_int_eq(bb_proc_spawn(&s, &p), -ENOENT);
}
END_TEST

START_TEST(leaves_for_good)
{
    BB_CLEAN_BUF struct bb_buf dev = BB_BUF_INIT;
    ck_assert_int_eq(bb_nonet_enter(), 0);
    ck_assert_int_eq(bb_fs_read("/proc/self/net/dev", &dev), 0);
    int lines = 0;
    for (char *p = dev.p; *p; p++)
        lines += *p == '\n';
    ck_assert_int_eq(lines, 3); /* two of heading, and lo */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {has_no_interface_but_lo, starts_clean, cannot_start, leaves_for_good};
    if (!bb_nonet_possible()) {
        printf("network namespaces cannot be had here\n");
        return 77;
    }
    return unit_run("nonet", tests, sizeof(tests) / sizeof(*tests), NULL, NULL);
}
