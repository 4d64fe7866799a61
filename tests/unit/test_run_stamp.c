/* SPDX-License-Identifier: MIT */
#include "run/stamp.h"

#include "os/os.h"
#include "support/fault_os.h"
#include "support/unit.h"

#include <errno.h>

#define A BB_STR("s/a/1.0")

static const char *name(const char *task, const char *hash, const char *extra)
{
    static struct bb_buf b;
    bb_buf_clear(&b);
    bb_stamp_name(BB_STR("s/x"), bb_str_z(task), bb_str_z(hash), bb_str_z(extra), &b);
    return b.p;
}

START_TEST(names)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert_str_eq(name("do_x", "h", ""), "s/x.do_x.h");
    ck_assert_str_eq(name("do_x_setscene", "h", "arm64"), "s/x.do_x_setscene.h.arm64");
    ck_assert_str_eq(name("do_x", "", "arm64"), "s/x.do_x.arm64");
    ck_assert_str_eq(name("do_x", "", ""), "s/x.do_x");
    ck_assert_str_eq(name("do_x", "*", "arm64"), "s/x.do_x.*.arm64");
    bb_stamp_sigdata_name(BB_STR("s/x"), BB_STR("do_x"), BB_STR("h"), &b);
    ck_assert_str_eq(b.p, "s/x.do_x.sigdata.h");
}
END_TEST

START_TEST(what_is_no_stamp)
{
    ck_assert(bb_stamp_is_one(BB_STR("s/x.do_x.h")));
    ck_assert(bb_stamp_is_one(BB_STR("sigdata/x.taint/x.do_x.h")));
    ck_assert(!bb_stamp_is_one(BB_STR("s/x.do_x.sigdata.h")));
    ck_assert(!bb_stamp_is_one(BB_STR("s/x.do_x.sigbasedata.h")));
    ck_assert(!bb_stamp_is_one(BB_STR("s/x.do_x.taint")));
}
END_TEST

START_TEST(handlers)
{
    ck_assert(bb_stamp_has_hashes(BB_STR("basichash")) && bb_stamp_has_hashes(BB_STR("OEEquivHash")));
    ck_assert(!bb_stamp_has_hashes(BB_STR("basic")) && !bb_stamp_has_hashes(BB_STR("noop")));
    ck_assert(!bb_stamp_has_hashes((bb_str){0}));
}
END_TEST

START_TEST(taints)
{
    const struct bb_os *os = bb_os_posix();
    char *dir = unit_tmpdir();
    BB_CLEAN_BUF struct bb_buf one = BB_BUF_INIT, two = BB_BUF_INIT;
    ck_assert(!bb_stamp_read_taint(os, A, BB_STR("do_a"), &one));
    ck_assert_int_eq(bb_stamp_taint(os, A, BB_STR("do_a")), 0);
    ck_assert(bb_fs_exists("s/a/1.0.do_a.taint"));
    ck_assert(bb_stamp_read_taint(os, A, BB_STR("do_a"), &one));
    ck_assert_uint_eq(one.len, 36);
    ck_assert_int_eq(one.p[14], '4');
    ck_assert_int_eq(one.p[8], '-');
    ck_assert_int_eq(bb_stamp_taint(os, A, BB_STR("do_a")), 0);
    ck_assert(bb_stamp_read_taint(os, A, BB_STR("do_a"), &two));
    ck_assert_str_ne(one.p, two.p);
    /* a STAMP without a folder, and none */
    ck_assert_int_eq(bb_stamp_taint(os, BB_STR("x"), BB_STR("do_a")), 0);
    ck_assert(bb_fs_exists("x.do_a.taint"));
    ck_assert_int_eq(bb_stamp_taint(os, BB_STR(""), BB_STR("do_a")), 0);
    ck_assert(!bb_stamp_read_taint(os, BB_STR(""), BB_STR("do_a"), &two));
    /* what is no file is no taint */
    ck_assert_int_eq(bb_fs_mkdirs("s/a/1.0.do_b.taint"), 0);
    ck_assert(!bb_stamp_read_taint(os, A, BB_STR("do_b"), &two));
    unit_rmdir(dir);
}
END_TEST

START_TEST(no_space)
{
    char *dir = unit_tmpdir();
    struct fault_os f;
    for (int after = 0; after < 2; after++) {
        fault_os_init(&f, after, -ENOSPC);
        ck_assert_int_eq(bb_stamp_taint(&f.os, A, BB_STR("do_a")), -ENOSPC);
        ck_assert(!bb_fs_exists("s/a/1.0.do_a.taint"));
    }
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("stamp", names, what_is_no_stamp, handlers, taints, no_space)
