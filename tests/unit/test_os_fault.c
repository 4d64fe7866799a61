/* SPDX-License-Identifier: MIT */
/* That the failing table of services, which other tests trust, fails when it should. */
#include "support/unit.h"

#include <errno.h>

#include "support/fault_os.h"

START_TEST(fails_after_the_given_calls)
{
    char *dir = unit_tmpdir();
    struct fault_os f;
    struct bb_stat st;
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    fault_os_init(&f, 2, -ENOSPC);
    ck_assert_int_eq(f.os.mkdirs(&f.os, "d"), 0);
    ck_assert_int_eq(f.os.write(&f.os, "d/f", BB_STR("old"), 0), 0);
    ck_assert_int_eq(f.os.write(&f.os, "d/f", BB_STR("new"), 0), -ENOSPC);
    ck_assert_int_eq(f.os.touch(&f.os, "d/g"), -ENOSPC);
    ck_assert_int_eq(f.os.rename(&f.os, "d/f", "d/h"), -ENOSPC);
    ck_assert_int_eq(f.os.stat(&f.os, "d/f", &st), 0);
    ck_assert_int_eq(f.os.read(&f.os, "d/f", &b), 0);
    ck_assert_str_eq(b.p, "old");
    unit_rmdir(dir);
}
END_TEST

START_TEST(time_is_the_test_s)
{
    struct fault_os f;
    fault_os_init(&f, 0, -EAGAIN);
    int64_t t = f.os.now(&f.os);
    ck_assert_int_eq(f.os.monotonic(&f.os), t);
    f.os.sleep(&f.os, 3600000000000);
    ck_assert_int_eq(f.os.monotonic(&f.os) - t, 3600000000000);
}
END_TEST

UNIT_MAIN("fault", fails_after_the_given_calls, time_is_the_test_s)
