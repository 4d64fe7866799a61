/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "base/diag.h"
#include "fetch/checksum.h"
#include "fetch/local.h"
#include "os/fs.h"

static char *dir;
static struct bb_arena arena;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_arena_init(&arena);
    ck_assert_int_eq(bb_fs_mkdirs("a/sub"), 0);
    ck_assert_int_eq(bb_fs_mkdirs("b"), 0);
    ck_assert_int_eq(bb_fs_write("b/one.patch", BB_STR("1"), 0), 0);
    ck_assert_int_eq(bb_fs_write("a/sub/two", BB_STR("2"), 0), 0);
}

static void teardown(void)
{
    bb_arena_release(&arena);
    unit_rmdir(dir);
}

START_TEST(searches_in_order)
{
    struct bb_strvec tried = {0};

    ck_assert(bb_local_search(&arena, BB_STR("a:b/:c"), BB_STR("one.patch"), &tried));
    ck_assert_uint_eq(tried.n, 2);
    ck_str(tried.p[0], "a/one.patch");
    ck_str(tried.p[1], "b/one.patch");
    bb_vec_release(&tried);
    ck_assert(!bb_local_search(&arena, BB_STR("a:b"), BB_STR("none"), &tried));
    ck_assert_uint_eq(tried.n, 2);
    bb_vec_release(&tried);
    ck_assert(bb_local_search(&arena, BB_STR("a:b"), BB_STR("sub"), &tried)); /* folders count */
    bb_vec_release(&tried);
    ck_assert(!bb_local_search(&arena, BB_STR("a"), BB_STR("/no/such/file"), &tried));
    ck_assert_uint_eq(tried.n, 1);
    bb_vec_release(&tried);
}
END_TEST

START_TEST(lists_for_checksums)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_local_missing missing = {0};
    bb_str src_uri = BB_STR("http://x.org/f.tgz file://one.patch;apply=no\n git://h/r file://sub/two ");

    ck_assert_int_eq(bb_local_checksum_list(&arena, src_uri, BB_STR("a:b"), &out, &missing), 0);
    ck_str(bb_buf_str(&out), "a/one.patch:False b/one.patch:True a/sub/two:True");
}
END_TEST

START_TEST(file_names_are_no_hosts)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_local_missing missing = {0};

    ck_assert_int_eq(bb_fs_write("a/u@.service", BB_STR("3"), 0), 0);
    ck_assert_int_eq(bb_fs_write("a/with blank", BB_STR("4"), 0), 0);
    bb_str src_uri = BB_STR("file://u@.service;subdir=s file://with%20blank");
    ck_assert_int_eq(bb_local_checksum_list(&arena, src_uri, BB_STR("a"), &out, &missing), 0);
    ck_str(bb_buf_str(&out), "a/u@.service:True a/with blank:True");
}
END_TEST

START_TEST(tells_missing_and_malformed)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_local_missing missing = {0};

    ck_assert_int_eq(
        bb_local_checksum_list(&arena, BB_STR("file://x/none.cfg"), BB_STR("a:b"), &out, &missing), -ENOENT);
    ck_str(missing.name, "none.cfg");
    ck_assert_uint_eq(missing.tried.n, 2);
    bb_vec_release(&missing.tried);
    ck_assert_int_eq(bb_local_checksum_list(&arena, BB_STR("rubbish"), BB_STR("a"), &out, &missing),
                     -BB_EPARSE);
    ck_str(missing.name, "rubbish");
}
END_TEST

START_TEST(computes_several_checksums)
{
    static const char *const kinds[] = {"md5", "sha256", "sha1"};
    char hex[3][BB_DIGEST_HEX];

    ck_assert_int_eq(bb_checksum_file("b/one.patch", kinds, 3, hex), 0);
    ck_assert_str_eq(hex[0], "c4ca4238a0b923820dcc509a6f75849b");
    ck_assert_str_eq(hex[1], "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
    ck_assert_str_eq(hex[2], "356a192b7913b04c54574d18c28d46e6395428ab");
    ck_assert_int_eq(bb_checksum_file("b/none", kinds, 3, hex), -ENOENT);
    ck_assert_int_eq(bb_checksum_file("b", kinds, 3, hex), -EISDIR);
}
END_TEST

START_TEST(verifies)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    bb_str right = BB_STR("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");

    ck_assert_int_eq(bb_checksum_verify("b/one.patch", right, &err), 0);
    ck_assert_int_eq(bb_checksum_verify("a/sub/two", right, &err), -BB_ECHECKSUM);
    ck_assert(
        bb_str_starts(bb_buf_str(&err), BB_STR("Checksum mismatch!\nFile: 'a/sub/two' has sha256 checksum")));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {searches_in_order,          lists_for_checksums,
                                  file_names_are_no_hosts,    tells_missing_and_malformed,
                                  computes_several_checksums, verifies};
    return unit_run("fetch/local", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
