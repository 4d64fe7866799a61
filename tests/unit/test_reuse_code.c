/* SPDX-License-Identifier: MIT */
#include "reuse/code.h"

#include "support/damage.h"

static char *dir;

static void setup(void)
{
    dir = unit_tmpdir();
    bb_code_open("cache", "3");
}

static void teardown(void)
{
    ck_assert_int_eq(bb_code_close(), 0);
    unit_rmdir(dir);
}

/* Another run; `maker` as for bb_code_open(). */
static void again(const char *maker)
{
    ck_assert_int_eq(bb_code_close(), 0);
    bb_code_open("cache", maker);
}

START_TEST(kept)
{
    bb_code_put(5, BB_STR("five"));
    bb_code_put(3, BB_STR("th\0ree"));
    bb_code_put(5, BB_STR("other"));
    ck_str(bb_code_get(5), "five");
    ck_assert_ptr_null(bb_code_get(4).p);
    ck_assert_uint_eq(bb_code_count(), 2);
    again("3");
    ck_assert_uint_eq(bb_code_count(), 0);
    ck_str(bb_code_get(5), "five");
    ck_assert(bb_str_eq(bb_code_get(3), BB_STR("th\0ree")));
    ck_assert_ptr_null(bb_code_get(4).p);
    bb_code_put(4, BB_STR("four"));
    bb_code_put(5, BB_STR("new"));
    again("3");
    ck_str(bb_code_get(3).len == 6 ? bb_code_get(4) : BB_STR(""), "four");
    ck_str(bb_code_get(5), "new");
}
END_TEST

START_TEST(another_maker)
{
    bb_code_put(5, BB_STR("five"));
    again("4");
    ck_assert_ptr_null(bb_code_get(5).p);
    again("3");
    ck_str(bb_code_get(5), "five"); /* nothing new was there to be written */
}
END_TEST

START_TEST(keys)
{
    uint64_t key = bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("text"), BB_STR("file"), 1);
    ck_assert(key == bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("text"), BB_STR("file"), 1));
    ck_assert(key != bb_code_key(BB_CODE_EXPRESSION, BB_LEVEL_2_8, BB_STR("text"), BB_STR("file"), 1));
    ck_assert(key != bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_0, BB_STR("text"), BB_STR("file"), 1));
    ck_assert(key != bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("texT"), BB_STR("file"), 1));
    ck_assert(key != bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("text"), BB_STR("filE"), 1));
    ck_assert(key != bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("text"), BB_STR("file"), 2));
    ck_assert(key != bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("etext"), BB_STR("fil"), 1));
    bb_code_close();
    ck_assert(!bb_code_key(BB_CODE_FUNCTION, BB_LEVEL_2_8, BB_STR("text"), BB_STR("file"), 1));
    bb_code_put(5, BB_STR("five"));
    ck_assert_ptr_null(bb_code_get(5).p);
}
END_TEST

/* What a worker writes its parent reads, up to where it was cut off. */
START_TEST(from_a_worker)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_code_put(1, BB_STR("one"));
    bb_code_put(2, BB_STR("two"));
    bb_code_put(3, BB_STR("three"));
    bb_code_write(&text, 1);
    again("4");
    bb_code_read(bb_str_sub(bb_buf_str(&text), 0, text.len - 1));
    ck_assert_uint_eq(bb_code_count(), 1);
    bb_code_read(bb_buf_str(&text));
    ck_assert_uint_eq(bb_code_count(), 2);
    ck_assert_ptr_null(bb_code_get(1).p);
    ck_str(bb_code_get(2), "two");
    ck_str(bb_code_get(3), "three");
}
END_TEST

static bool useless(void)
{
    again("3");
    return !bb_code_get(1).p && !bb_code_get(2).p;
}

START_TEST(damaged)
{
    bb_code_put(1, BB_STR("one"));
    bb_code_put(2, BB_STR("two"));
    again("3");
    damage_each("cache", useless);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {kept, another_maker, keys, from_a_worker, damaged};
    return unit_run("code", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
