/* SPDX-License-Identifier: MIT */
#include "reuse/checksums.h"

#include "os/filestate.h"
#include "reuse/cachefile.h"
#include "support/damage.h"

#include <errno.h>

#define MD5_A  "0cc175b9c0f1b6a831c399e269772661" /* "a" */
#define MD5_B  "92eb5ffee6ae2fec3ad71c777531578f" /* "b" */
#define FORGED "ffffffffffffffffffffffffffffffff"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

static void put(const char *path, const char *text)
{
    ck_assert_int_eq(bb_fs_write(path, bb_str_z(text), 0), 0);
}

/* In a run of its own. */
static const char *sum_of(const char *path)
{
    static char ret[33];
    const char *md5;
    struct bb_checksums *c = bb_checksums_open("cache");
    ck_assert_int_eq(bb_checksums_get(c, bb_str_z(path), &md5), 0);
    strcpy(ret, md5);
    ck_assert_int_eq(bb_checksums_save(c), 0);
    bb_checksums_free(c);
    return ret;
}

/* A cache with a wrong sum, which shows whether the file itself is read. */
static void forge(const char *path)
{
    struct bb_cachefile_draft d;
    bb_cachefile_create(&d, "cache", "bbc checksums 2");
    bb_pack_put_uint(&d.buf, 1);
    bb_filestate_put(&d.buf, &(struct bb_seenfile){bb_str_z(path), bb_filestate_ask(path, BB_FILE_SAME)});
    bb_pack_put_text(&d.buf, BB_STR(FORGED));
    ck_assert_int_eq(bb_cachefile_commit(&d), 0);
}

START_TEST(read_once)
{
    put("a", "a");
    ck_assert_str_eq(sum_of("a"), MD5_A);
    forge("a");
    ck_assert_str_eq(sum_of("a"), FORGED);
    ck_assert_str_eq(sum_of("./x/../a"), FORGED);
    put("a", "b");
    ck_assert_str_eq(sum_of("a"), MD5_B);
    ck_assert_str_eq(sum_of("a"), MD5_B);
}
END_TEST

START_TEST(asked_once_in_a_run)
{
    struct bb_checksums *c = bb_checksums_open(NULL);
    const char *md5;
    put("a", "a");
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("a"), &md5), 0);
    put("a", "b");
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("a"), &md5), 0);
    ck_assert_str_eq(md5, MD5_A);
    ck_assert_int_eq(bb_checksums_save(c), 0);
    bb_checksums_free(c);
}
END_TEST

START_TEST(cannot_be_read)
{
    struct bb_checksums *c = bb_checksums_open("cache");
    const char *md5;
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("none"), &md5), -ENOENT);
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("."), &md5), -EISDIR);
    put("none", "a");
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("none"), &md5), 0);
    ck_assert_str_eq(md5, MD5_A);
    bb_fs_unlink("none");
    ck_assert_int_eq(bb_checksums_save(c), 0);
    bb_checksums_free(c);
    c = bb_checksums_open("cache");
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("none"), &md5), -ENOENT);
    bb_checksums_free(c);
}
END_TEST

static bool useless(void)
{
    struct bb_checksums *c = bb_checksums_open("cache");
    const char *md5;
    ck_assert_int_eq(bb_checksums_get(c, BB_STR("a"), &md5), 0);
    bool computed = !strcmp(md5, MD5_A);
    ck_assert(computed || !strcmp(md5, FORGED));
    bb_checksums_free(c);
    return computed;
}

START_TEST(damaged)
{
    put("a", "a");
    forge("a");
    damage_each("cache", useless);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {read_once, asked_once_in_a_run, cannot_be_read, damaged};
    return unit_run("checksums", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
