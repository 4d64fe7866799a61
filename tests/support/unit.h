/* SPDX-License-Identifier: MIT */
/*
 * What unit tests share: comparing views, a folder of their own, and a main for one list of tests. Needs `check`.
 *
 *   START_TEST(adds) { ... } END_TEST
 *   UNIT_MAIN("str", adds, cuts)
 */
#ifndef BB_TESTS_UNIT_H
#define BB_TESTS_UNIT_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

/* A view against a literal or C string. */
#define ck_str(view, expected)                                                                               \
    do {                                                                                                     \
        bb_str ck_v_ = (view);                                                                               \
        const char *ck_e_ = (expected);                                                                      \
        ck_assert_msg(bb_str_eqz(ck_v_, ck_e_), "%s is '%.*s', not '%s'", #view, BB_STRF(ck_v_), ck_e_);     \
    } while (0)

/* A fresh folder, made the working folder of the test; unit_rmdir removes it. */
static inline char *unit_tmpdir(void)
{
    static char dir[64];
    strcpy(dir, "/tmp/bbc-test-XXXXXX");
    if (!mkdtemp(dir) || chdir(dir) < 0)
        abort();
    return dir;
}

static inline void unit_rmdir(const char *dir)
{
    char cmd[128];
    if (chdir("/") < 0)
        abort();
    snprintf(cmd, sizeof(cmd), "chmod -R u+rwx '%s'; rm -rf '%s'", dir, dir);
    if (system(cmd) != 0)
        abort();
}

/* Each test runs in a forked child, so that what one leaves behind does not reach the next. */
static inline int unit_run(const char *name, const TTest *const *tests, size_t n, void (*setup)(void),
                           void (*teardown)(void))
{
    Suite *s = suite_create(name);
    TCase *c = tcase_create(name);

    tcase_set_timeout(c, 60);
    if (setup)
        tcase_add_checked_fixture(c, setup, teardown);
    for (size_t i = 0; i < n; i++)
        tcase_add_test(c, tests[i]);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define UNIT_MAIN(name, ...)                                                                                 \
    int main(void)                                                                                           \
    {                                                                                                        \
        const TTest *const tests[] = {__VA_ARGS__};                                                          \
        return unit_run(name, tests, sizeof(tests) / sizeof(*tests), NULL, NULL);                            \
    }

#endif
