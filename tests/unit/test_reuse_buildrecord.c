/* SPDX-License-Identifier: MIT */
#include "reuse/buildrecord.h"
#include "reuse/recipekeys.h"
#include "support/damage.h"

static char *dir;
static struct bb_arena a;

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

#define HASH "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* a:do_x and a:do_y, which waits for it; `keys` are the recipe's. */
static int write_one(uint64_t keys, unsigned keep)
{
    static uint32_t deps[] = {0};
    static struct bb_buildrecord_sum files[] = {{BB_STR("/f"), BB_STR("md5")}};
    struct bb_buildrecord_recipe recipe = {BB_STR("/l/a_1.bb"), BB_STR("a"), keys};
    struct bb_buildrecord_task tasks[] = {
        {.name = BB_STR("do_x"),
         .basehash = BB_STR(HASH),
         .hash = BB_STR(HASH),
         .unihash = BB_STR(HASH),
         .taint = BB_STR("t"),
         .outcome = BB_STR("ran"),
         .ran = true,
         .missed = true,
         .files = files,
         .nfiles = 1},
        {.name = BB_STR("do_y"),
         .basehash = BB_STR("short"),
         .hash = BB_STR(HASH),
         .unihash = BB_STR("other"),
         .taint = BB_STR(""),
         .outcome = BB_STR(""),
         .nostamp = true,
         .deps = deps,
         .ndeps = 1},
    };
    struct bb_buildrecord r = {.time = 5,
                               .name = BB_STR("n"),
                               .targets = BB_STR("a b"),
                               .stores = BB_STR("/s"),
                               .dry = true,
                               .recipes = &recipe,
                               .tasks = tasks,
                               .nrecipes = 1,
                               .ntasks = 2};
    return bb_buildrecord_write(bb_str_z(dir), &r, keep);
}

static const char *newest(void)
{
    struct bb_strvec all = {0};
    bb_buildrecord_list(&a, bb_str_z(dir), &all);
    const char *path = all.n ? all.p[all.n - 1].p : NULL;
    bb_vec_release(&all);
    return path;
}

START_TEST(comes_back)
{
    struct bb_buildrecord r;
    ck_assert_int_eq(write_one(7, 3), 0);
    ck_assert(bb_buildrecord_read(&a, newest(), &r));
    ck_assert_int_eq(r.time, 5);
    ck_assert(r.dry);
    ck_assert_str_eq(r.targets.p, "a b");
    ck_assert_str_eq(r.stores.p, "/s");
    ck_assert_uint_eq(r.recipes[0].keys, 7);
    ck_assert_uint_eq(r.ntasks, 2);
    const struct bb_buildrecord_task *x = &r.tasks[0], *y = &r.tasks[1];
    ck_assert_str_eq(x->hash.p, HASH);
    ck_assert_str_eq(x->unihash.p, HASH);
    ck_assert(x->ran && x->missed && !x->nostamp);
    ck_assert_str_eq(x->files[0].md5.p, "md5");
    ck_assert_str_eq(y->basehash.p, "short");
    ck_assert_str_eq(y->unihash.p, "other");
    ck_assert(y->nostamp && !y->ran);
    ck_assert_uint_eq(y->deps[0], 0);
}
END_TEST

START_TEST(only_the_last_ones_are_kept)
{
    struct bb_strvec all = {0};
    struct bb_recipekeys k = {0};
    uint64_t old, used;
    bb_str key = BB_STR("A");
    struct bb_recipekey one = {key, key, key};
    ck_assert_int_eq(bb_recipekeys_write(bb_str_z(dir), &k, &old), 0);
    k.keys = &one;
    k.nkeys = 1;
    ck_assert_int_eq(bb_recipekeys_write(bb_str_z(dir), &k, &used), 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(write_one(i < 2 ? old : used, 2), 0);
    bb_buildrecord_list(&a, bb_str_z(dir), &all);
    ck_assert_uint_eq(all.n, 2);
    ck_assert(bb_str_ends(all.p[1], BB_STR("build-000004.dat")));
    bb_vec_release(&all);
    ck_assert(!bb_recipekeys_read(&a, bb_str_z(dir), old, &k));
    ck_assert(bb_recipekeys_read(&a, bb_str_z(dir), used, &k));
}
END_TEST

static bool useless(void)
{
    struct bb_buildrecord r;
    return !bb_buildrecord_read(&a, newest(), &r);
}

START_TEST(damaged)
{
    ck_assert_int_eq(write_one(7, 3), 0);
    damage_each(newest(), useless);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {comes_back, only_the_last_ones_are_kept, damaged};
    return unit_run("buildrecord", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
