/* SPDX-License-Identifier: MIT */
#include "reuse/unihashes.h"

#include "os/fs.h"
#include "support/damage.h"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
}

static void teardown(void)
{
    unit_rmdir(dir);
}

/* What a run of its own finds. */
static const char *look_up(const char *key, const char *taskhash)
{
    static char ret[80];
    struct bb_unihashes *u = bb_unihashes_open("cache");
    bb_str found = bb_unihashes_get(u, bb_str_z(key), bb_str_z(taskhash));
    snprintf(ret, sizeof(ret), "%.*s", BB_STRF(found));
    bb_unihashes_free(u);
    return ret;
}

static void save(const char *key, const char *taskhash, const char *unihash)
{
    struct bb_unihashes *u = bb_unihashes_open("cache");
    bb_unihashes_put(u, bb_str_z(key), bb_str_z(taskhash), bb_str_z(unihash));
    ck_assert_int_eq(bb_unihashes_save(u), 0);
    bb_unihashes_free(u);
}

START_TEST(kept_from_run_to_run)
{
    ck_assert_str_eq(look_up(":a:do_x", "1111"), "");
    save(":a:do_x", "1111", "abcd");
    save(":b:do_x", "2222", "ef01");
    ck_assert_str_eq(look_up(":a:do_x", "1111"), "abcd");
    ck_assert_str_eq(look_up(":b:do_x", "2222"), "ef01");
    ck_assert_str_eq(look_up(":a:do_x", "2222"), "");
    ck_assert_str_eq(look_up("m:a:do_x", "1111"), "");
    /* one hash for each task: the last */
    save(":a:do_x", "3333", "2345");
    ck_assert_str_eq(look_up(":a:do_x", "1111"), "");
    ck_assert_str_eq(look_up(":a:do_x", "3333"), "2345");
}
END_TEST

START_TEST(written_when_new)
{
    struct bb_stat before, after;
    save(":a:do_x", "1111", "abcd");
    ck_assert_int_eq(bb_fs_stat("cache", &before), 0);
    save(":a:do_x", "1111", "abcd");
    ck_assert_int_eq(bb_fs_stat("cache", &after), 0);
    ck_assert(before.mtime_ns == after.mtime_ns);
    /* without a file: in memory only */
    struct bb_unihashes *u = bb_unihashes_open(NULL);
    bb_unihashes_put(u, BB_STR(":a:do_x"), BB_STR("1111"), BB_STR("abcd"));
    ck_assert(bb_str_eqz(bb_unihashes_get(u, BB_STR(":a:do_x"), BB_STR("1111")), "abcd"));
    ck_assert_int_eq(bb_unihashes_save(u), 0);
    bb_unihashes_free(u);
    bb_unihashes_free(NULL);
}
END_TEST

static bool useless(void)
{
    return !*look_up(":a:do_x", "1111");
}

START_TEST(damaged)
{
    save(":a:do_x", "1111", "abcd");
    damage_each("cache", useless);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {kept_from_run_to_run, written_when_new, damaged};
    return unit_run("unihashes", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
