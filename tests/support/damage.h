/* SPDX-License-Identifier: MIT */
/* Files of caches, damaged in all ways that a unit test can afford. */
#ifndef BB_TESTS_DAMAGE_H
#define BB_TESTS_DAMAGE_H

#include "os/fs.h"
#include "support/unit.h"

/*
 * The file cut off after each byte, with each byte changed, and with a byte more: `useless` says of each whether it is as
 * good as none. The file is whole again at the end.
 */
static inline void damage_each(const char *path, bool (*useless)(void))
{
    BB_CLEAN_BUF struct bb_buf whole = BB_BUF_INIT, bad = BB_BUF_INIT;
    ck_assert_int_eq(bb_fs_read(path, &whole), 0);
    ck_assert_uint_gt(whole.len, 0);
    for (size_t i = 0; i < whole.len; i++) {
        ck_assert_int_eq(bb_fs_write(path, bb_str_n(whole.p, i), 0), 0);
        ck_assert_msg(useless(), "%s is used when cut off after %zu of %zu bytes", path, i, whole.len);
        bb_buf_clear(&bad);
        bb_buf_adds(&bad, bb_buf_str(&whole));
        bad.p[i] ^= 1;
        ck_assert_int_eq(bb_fs_write(path, bb_buf_str(&bad), 0), 0);
        ck_assert_msg(useless(), "%s is used with a wrong byte at %zu of %zu", path, i, whole.len);
    }
    bb_buf_clear(&bad);
    bb_buf_adds(&bad, bb_buf_str(&whole));
    bb_buf_addc(&bad, ' ');
    ck_assert_int_eq(bb_fs_write(path, bb_buf_str(&bad), 0), 0);
    ck_assert_msg(useless(), "%s is used with a byte more", path);
    ck_assert_int_eq(bb_fs_write(path, bb_buf_str(&whole), 0), 0);
    ck_assert_msg(!useless(), "%s is not used when whole", path);
}

#endif
