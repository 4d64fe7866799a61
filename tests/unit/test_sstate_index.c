/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "os/fs.h"
#include "sstate/index.h"
#include "sstate/prune.h"

#define A "aa/00/sstate:a:::1:r0::12:aa00_x.tar.zst"
#define B "bb/00/sstate:b:::1:r0::12:bb00_y.tar.zst"
#define C "cc/00/sstate:c:::1:r0::12:cc00_x.tar.zst"

static char *dir;

/* An object file of 100 bytes whose last use was at second `mtime`. */
static void make_object(const char *path, int64_t mtime)
{
    BB_CLEAN_BUF struct bb_buf full = BB_BUF_INIT, info = BB_BUF_INIT;
    char content[101];

    memset(content, 'x', sizeof(content));
    bb_buf_addf(&full, "ss/%s", path);
    ck_assert_int_eq(bb_fs_mkdirs_for(full.p), 0);
    ck_assert_int_eq(bb_fs_write(full.p, bb_str_n(content, 100), 0), 0);
    ck_assert_int_eq(bb_fs_set_mtime(full.p, mtime * 1000000000), 0);
    bb_buf_addf(&info, "%s.siginfo", full.p);
    ck_assert_int_eq(bb_fs_write(info.p, BB_STR("info"), 0), 0);
}

static void setup(void)
{
    dir = unit_tmpdir();
    make_object(A, 1000);
    make_object(B, 3000);
    make_object(C, 2000);
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static struct bb_index *open_index(void)
{
    struct bb_index *ix;
    ck_assert_int_eq(bb_index_open("ss", &ix), 0);
    return ix;
}

/* "path origin used;..." in order */
static void expect_list(bool by_use, const char *expect)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_index *ix = open_index();
    struct bb_index_entry *list;
    struct bb_arena a;
    size_t n;

    bb_arena_init(&a);
    ck_assert_int_eq(bb_index_list(ix, &a, by_use, &list, &n), 0);
    for (size_t i = 0; i < n; i++)
        bb_buf_addf(&out, "%.*s %.*s %lld;", BB_STRF(list[i].pn), BB_STRF(list[i].origin),
                    (long long)list[i].used);
    ck_assert_str_eq(out.p, expect);
    bb_arena_release(&a);
    bb_index_close(ix);
}

#define FOUND "a found 1000;b found 3000;c found 2000;"

START_TEST(fills_itself)
{
    expect_list(false, FOUND);
    expect_list(true, "a found 1000;c found 2000;b found 3000;");
}
END_TEST

START_TEST(notes_what_it_is_told)
{
    struct bb_index *ix = open_index();
    struct bb_index_entry e = {BB_STR(A), BB_STR("aa00"), BB_STR("x"), BB_STR("a"), BB_STR("built"), 100, 5,
                               5};

    ck_assert_int_eq(bb_index_put(ix, &e), 0);
    ck_assert_int_eq(bb_index_use(ix, BB_STR(A), 7000), 0);
    ck_assert_int_eq(bb_index_use(ix, BB_STR(A), 6000), 0); /* never back in time */
    ck_assert_int_eq(bb_index_del(ix, BB_STR(C)), 0);
    ck_assert_int_eq(bb_index_use(ix, BB_STR(C), 8000), 0); /* unknown but there: entered */
    ck_assert_int_lt(bb_index_use(ix, BB_STR("dd/none"), 8000), 0);
    bb_index_close(ix);
    expect_list(false, "a built 7000;b found 3000;c found 8000;");
}
END_TEST

START_TEST(relative_paths)
{
    struct bb_index *ix = open_index();

    ck_str(bb_index_relative(ix, BB_STR("ss/x/y")), "x/y");
    ck_str(bb_index_relative(ix, BB_STR("ss//x")), "x");
    ck_assert_ptr_null(bb_index_relative(ix, BB_STR("ssx/y")).p);
    ck_assert_ptr_null(bb_index_relative(ix, BB_STR("/else")).p);
    bb_index_close(ix);
}
END_TEST

/* It is only a cache: deleted, damaged or cut off, it comes back from what is on the disk. */
START_TEST(rebuilds_itself)
{
    static const char *const ways[] = {
        "rm -f ss/.index.sqlite*",
        "rm -f ss/.index.sqlite",
        "echo this is no database, and it is longer than a header of one hundred bytes would have to "
        "be......... >"
        " ss/.index.sqlite",
        ": > ss/.index.sqlite",
        "rm -f ss/.index.sqlite-wal; truncate -s 5000 ss/.index.sqlite",
    };
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        expect_list(false, FOUND);
        ck_assert_int_eq(system(ways[i]), 0);
        expect_list(false, FOUND);
    }
}
END_TEST

START_TEST(scans)
{
    struct bb_index *ix = open_index();
    struct bb_index_entry e = {BB_STR(A), BB_STR("aa00"), BB_STR("x"), BB_STR("a"), BB_STR("built"), 100, 5,
                               9000};

    ck_assert_int_eq(bb_index_put(ix, &e), 0);
    ck_assert_int_eq(unlink("ss/" B), 0);
    ck_assert_int_eq(bb_index_scan(ix), 0);
    bb_index_close(ix);
    expect_list(false, "a built 9000;c found 2000;"); /* what was known of a stays */
}
END_TEST

START_TEST(many_writers)
{
    for (int w = 0; w < 4; w++)
        if (fork() == 0) {
            int r = 0;
            for (int k = 0; k < 25 && r == 0; k++) {
                BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
                struct bb_index *ix;
                bb_buf_addf(&path, "x/%d-%d", w, k);
                struct bb_index_entry e = {bb_buf_str(&path), BB_STR("h"), BB_STR("t"), BB_STR("p"),
                                           BB_STR("built"),   1,           1,           1};
                r = bb_index_open("ss", &ix);
                if (r == 0) {
                    r = bb_index_put(ix, &e);
                    bb_index_close(ix);
                }
            }
            _exit(r != 0);
        }
    for (int w = 0; w < 4; w++) {
        int status;
        ck_assert(wait(&status) > 0);
        ck_assert_int_eq(status, 0);
    }
    struct bb_index *ix = open_index();
    struct bb_index_entry *list;
    struct bb_arena a;
    size_t n;
    bb_arena_init(&a);
    ck_assert_int_eq(bb_index_list(ix, &a, false, &list, &n), 0);
    ck_assert_uint_eq(n, 103);
    bb_arena_release(&a);
    bb_index_close(ix);
}
END_TEST

START_TEST(prunes_by_age)
{
    struct bb_prune_limits l = {.now = 10000, .max_age = 7500, .max_bytes = -1};
    int64_t bytes;
    size_t n;

    ck_assert_int_eq(bb_prune_run("ss", &l, &n, &bytes), 0);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(bytes, 200);
    expect_list(false, "b found 3000;");
    ck_assert(!bb_fs_exists("ss/" A) && !bb_fs_exists("ss/" A ".siginfo") &&
              bb_fs_exists("ss/" B ".siginfo"));
}
END_TEST

START_TEST(prunes_what_was_never_finished)
{
    struct bb_prune_limits l = {.now = 200000, .max_age = -1, .max_bytes = -1};
    int64_t bytes;
    size_t n;

    make_object("aa/00/.pack.1.0.tar.zst", 1000);
    make_object("aa/00/.pack.2.0.tar.zst", 199000);
    make_object("aa/00/..pack.3.0.tar.zst.3.0.tmp", 1000); /* while libarchive was writing it */
    ck_assert_int_eq(bb_prune_run("ss", &l, &n, &bytes), 0);
    ck_assert_uint_eq(n, 0);
    ck_assert(!bb_fs_exists("ss/aa/00/..pack.3.0.tar.zst.3.0.tmp"));
    ck_assert(!bb_fs_exists("ss/aa/00/.pack.1.0.tar.zst") && bb_fs_exists("ss/aa/00/.pack.2.0.tar.zst"));
    expect_list(false, FOUND);
}
END_TEST

/* Whoever can write to the folder can write the index, too. */
START_TEST(prunes_nothing_elsewhere)
{
    struct bb_prune_limits l = {.now = 10000, .max_age = 1, .max_bytes = 0};
    struct bb_index_entry e = {BB_STR("../victim"), BB_STR("h"), BB_STR("t"), BB_STR("p"),
                               BB_STR("built"),     100,         1,           1};
    struct bb_index *ix = open_index();
    int64_t bytes;
    size_t n;

    ck_assert_int_eq(bb_fs_write("victim", BB_STR("x"), 0), 0);
    ck_assert_int_eq(bb_fs_write("victim.siginfo", BB_STR("x"), 0), 0);
    ck_assert_int_eq(bb_index_put(ix, &e), 0);
    bb_index_close(ix);
    ck_assert_int_eq(bb_prune_run("ss", &l, &n, &bytes), 0);
    ck_assert(!bb_fs_exists("ss/" A) && !bb_fs_exists("ss/" C));
    ck_assert(bb_fs_exists("victim") && bb_fs_exists("victim.siginfo"));
}
END_TEST

START_TEST(prunes_by_size)
{
    struct bb_prune_limits l = {.now = 10000, .max_age = -1, .max_bytes = 250};
    struct bb_index *ix = open_index();
    int64_t bytes;
    size_t n;

    ck_assert_int_eq(bb_index_use(ix, BB_STR(A), 9000), 0);
    bb_index_close(ix);
    ck_assert_int_eq(bb_prune_run("ss", &l, &n, &bytes), 0);
    ck_assert_uint_eq(n, 1);
    expect_list(false, "a found 9000;b found 3000;");
    ck_assert_int_eq(bb_prune_run("ss", &l, &n, &bytes), 0);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(removes_by_name)
{
    size_t n;

    ck_assert_int_eq(bb_prune_match("ss", "sstate:*_x.tar.zst", &n), 0);
    ck_assert_uint_eq(n, 2);
    expect_list(false, "b found 3000;");
    ck_assert_int_eq(bb_prune_match("none", "*", &n), 0);
    ck_assert_uint_eq(n, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {fills_itself,
                                  notes_what_it_is_told,
                                  relative_paths,
                                  rebuilds_itself,
                                  scans,
                                  many_writers,
                                  prunes_by_age,
                                  prunes_nothing_elsewhere,
                                  prunes_what_was_never_finished,
                                  prunes_by_size,
                                  removes_by_name};
    return unit_run("sstate/index", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
