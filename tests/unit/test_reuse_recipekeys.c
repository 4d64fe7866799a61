/* SPDX-License-Identifier: MIT */
#include "reuse/recipekeys.h"
#include "support/damage.h"

static char *dir;
static struct bb_arena a;
static uint64_t digest;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_arena_init(&a);
}

static void teardown(void)
{
    bb_arena_release(&a);
    unit_rmdir(dir);
}

static uint64_t write_one(const char *value)
{
    static uint32_t numbers[] = {0, 1};
    struct bb_recipekey keys[] = {{BB_STR("A"), {0}, BB_STR("")},
                                  {BB_STR("do_x"), bb_str_z(value), BB_STR("/f:3")}};
    struct bb_recipekeys_task task = {BB_STR("do_x"), BB_STR("hash"), numbers, 2};
    uint64_t d;
    ck_assert_int_eq(bb_recipekeys_write(bb_str_z(dir), &(struct bb_recipekeys){keys, &task, 2, 1}, &d), 0);
    return d;
}

START_TEST(comes_back)
{
    struct bb_recipekeys k;
    digest = write_one("text");
    ck_assert(bb_recipekeys_read(&a, bb_str_z(dir), digest, &k));
    ck_assert_ptr_null(k.keys[0].value.p);
    ck_assert_str_eq(k.keys[1].value.p, "text");
    ck_assert_str_eq(k.keys[1].place.p, "/f:3");
    const struct bb_recipekeys_task *t = bb_recipekeys_task(&k, BB_STR("do_x"));
    ck_assert_uint_eq(t->nkeys, 2);
    ck_assert_uint_eq(t->keys[1], 1);
    ck_assert_str_eq(t->basehash.p, "hash");
    ck_assert_ptr_null(bb_recipekeys_task(&k, BB_STR("do_y")));
}
END_TEST

START_TEST(equal_sets_are_one)
{
    struct bb_strvec names = {0};
    ck_assert_uint_eq(write_one("a"), write_one("a"));
    ck_assert_uint_ne(write_one("a"), write_one("b"));
    ck_assert_int_eq(bb_fs_list(&a, dir, &names), 0);
    ck_assert_uint_eq(names.n, 2);
    bb_vec_release(&names);
}
END_TEST

static bool useless(void)
{
    struct bb_recipekeys k;
    return !bb_recipekeys_read(&a, bb_str_z(dir), digest, &k);
}

START_TEST(damaged)
{
    struct bb_strvec names = {0};
    digest = write_one("text");
    ck_assert_int_eq(bb_fs_list(&a, dir, &names), 0);
    damage_each(bb_arena_fmt(&a, "%s/%.*s", dir, BB_STRF(names.p[0])).p, useless);
    bb_vec_release(&names);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {comes_back, equal_sets_are_one, damaged};
    return unit_run("recipekeys", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
