/* SPDX-License-Identifier: MIT */
#include "reuse/cachefile.h"

#include "base/vec.h"
#include "support/damage.h"

#include <errno.h>

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static int write_one(const char *path, bb_str content)
{
    struct bb_cachefile_draft d;
    bb_cachefile_create(&d, path, "a cache 1");
    bb_buf_adds(&d.buf, content);
    bb_cachefile_flush(&d);
    return bb_cachefile_commit(&d);
}

static bool useless(void)
{
    struct bb_cachefile f;
    bool used = bb_cachefile_open(&f, "folder/cache", "a cache 1");
    ck_assert(used == (f.map != NULL));
    bb_cachefile_close(&f);
    return !used;
}

START_TEST(comes_back)
{
    struct bb_cachefile f;
    ck_assert(!bb_cachefile_open(&f, "folder/cache", "a cache 1"));
    ck_assert_int_eq(write_one("folder/cache", BB_STR("content")), 0);
    ck_assert(bb_cachefile_open(&f, "folder/cache", "a cache 1"));
    ck_str(f.content, "content");
    bb_cachefile_close(&f);
    bb_cachefile_close(&f);
    ck_assert_int_eq(write_one("folder/cache", BB_STR("")), 0);
    ck_assert(bb_cachefile_open(&f, "folder/cache", "a cache 1"));
    ck_assert_uint_eq(f.content.len, 0);
    bb_cachefile_close(&f);
}
END_TEST

START_TEST(damaged)
{
    ck_assert_int_eq(write_one("folder/cache", BB_STR("some content")), 0);
    damage_each("folder/cache", useless);
}
END_TEST

START_TEST(another_version)
{
    static const char *const others[] = {"a cache 2", "a cache 10", "a cache", "another cache 1", ""};
    struct bb_cachefile f;
    ck_assert_int_eq(write_one("cache", BB_STR("content")), 0);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        ck_assert(!bb_cachefile_open(&f, "cache", others[i]));
}
END_TEST

/* More than is summed and written at a time, in pieces of odd sizes. */
START_TEST(large)
{
    enum { PIECE = 70001, PIECES = 50 };
    struct bb_cachefile f;
    struct bb_cachefile_draft d;
    char *piece = bb_malloc(PIECE);
    bb_cachefile_create(&d, "cache", "a cache 1");
    for (int i = 0; i < PIECES; i++) {
        memset(piece, 'a' + i % 26, PIECE);
        bb_buf_add(&d.buf, piece, PIECE);
        bb_cachefile_flush(&d);
        ck_assert_uint_lt(d.buf.len, 1 << 21);
    }
    ck_assert_int_eq(bb_cachefile_commit(&d), 0);
    ck_assert(bb_cachefile_open(&f, "cache", "a cache 1"));
    ck_assert_uint_eq(f.content.len, PIECE * PIECES);
    for (int i = 0; i < PIECES; i++)
        ck_assert_int_eq(f.content.p[i * PIECE + PIECE - 1], 'a' + i % 26);
    bb_cachefile_close(&f);
    free(piece);
}
END_TEST

/* What cannot be written leaves what was there, and nothing beside it. */
START_TEST(cannot_be_written)
{
    struct bb_arena a;
    struct bb_strvec names = {0};
    struct bb_cachefile_draft d;
    bb_arena_init(&a);
    ck_assert_int_eq(write_one("file", BB_STR("1")), 0);
    ck_assert_int_lt(write_one("file/cache", BB_STR("2")), 0);
    bb_cachefile_create(&d, "file", "a cache 1");
    bb_buf_addz(&d.buf, "2");
    d.status = -ENOSPC;
    ck_assert_int_eq(bb_cachefile_commit(&d), -ENOSPC);
    struct bb_cachefile f;
    ck_assert(bb_cachefile_open(&f, "file", "a cache 1"));
    ck_str(f.content, "1");
    bb_cachefile_close(&f);
    ck_assert_int_eq(bb_fs_list(&a, ".", &names), 0);
    ck_assert_uint_eq(names.n, 1);
    bb_vec_release(&names);
    bb_arena_release(&a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {comes_back, damaged, another_version, large, cannot_be_written};
    return unit_run("cachefile", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
