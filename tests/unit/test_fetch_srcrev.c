/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>

#include "fetch/srcrev.h"
#include "os/fs.h"

static char *dir;
static struct bb_ctx ctx;
static struct bb_store *d;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_ctx_init(&ctx);
    d = bb_store_new(&ctx, NULL);
    ck_assert_int_eq(bb_fs_write("bb_headrevs.json", BB_STR("{}"), 0), 0);
}

static void teardown(void)
{
    bb_store_unref(d);
    bb_ctx_release(&ctx);
    unit_rmdir(dir);
}

START_TEST(finds_its_file)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, err = BB_BUF_INIT;

    ck_assert_int_eq(bb_srcrev_path(d, &path, &err), -EINVAL);
    ck_assert_str_eq(err.p, "Please set the 'PERSISTENT_DIR' or 'CACHE' variable.");
    bb_store_setz(d, "CACHE", BB_STR("/c"));
    ck_assert_int_eq(bb_srcrev_path(d, &path, &err), 0);
    ck_assert_str_eq(path.p, "/c/bb_headrevs.json");
    bb_buf_clear(&path);
    bb_store_setz(d, "PERSISTENT_DIR", BB_STR("${CACHE}/p"));
    ck_assert_int_eq(bb_srcrev_path(d, &path, &err), 0);
    ck_assert_str_eq(path.p, "/c/p/bb_headrevs.json");
}
END_TEST

START_TEST(follows_the_policy)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    bb_store_setz(d, "CACHE", bb_str_z(dir));
    bb_store_setz(d, "BB_SRCREV_POLICY", BB_STR("cache"));
    ck_assert_int_eq(bb_srcrev_start(d, &err), 0);
    ck_assert(bb_fs_exists("bb_headrevs.json"));
    bb_store_setz(d, "BB_SRCREV_POLICY", BB_STR("sometimes"));
    ck_assert_int_eq(bb_srcrev_start(d, &err), -EINVAL);
    ck_assert_str_eq(err.p, "Invalid SRCREV cache policy of: sometimes");
    ck_assert(bb_fs_exists("bb_headrevs.json"));
    bb_store_setz(d, "BB_SRCREV_POLICY", BB_STR("clear"));
    ck_assert_int_eq(bb_srcrev_start(d, &err), 0);
    ck_assert(!bb_fs_exists("bb_headrevs.json"));
    ck_assert_int_eq(bb_srcrev_start(d, &err), 0); /* nothing to forget is fine */
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_its_file, follows_the_policy};
    return unit_run("fetch/srcrev", tests, sizeof(tests) / sizeof(tests[0]), setup, teardown);
}
