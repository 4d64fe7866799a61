/* SPDX-License-Identifier: MIT */
#include "data/value.h"
#include "support/unit.h"

static struct bb_arena arena;

static const char *repr(const char *text)
{
    static struct bb_buf b = BB_BUF_INIT;
    bb_buf_clear(&b);
    bb_val_repr_str(&b, bb_str_z(text));
    return b.p;
}

START_TEST(repr_quotes)
{
    ck_assert_str_eq(repr("plain"), "'plain'");
    ck_assert_str_eq(repr("it's"), "\"it's\"");
    ck_assert_str_eq(repr("it's \"so\""), "'it\\'s \"so\"'");
    ck_assert_str_eq(repr("back\\slash"), "'back\\\\slash'");
}
END_TEST

START_TEST(repr_escapes)
{
    ck_assert_str_eq(repr("a\nb\tc\r"), "'a\\nb\\tc\\r'");
    ck_assert_str_eq(repr("\x01\x7f"), "'\\x01\\x7f'");
    ck_assert_str_eq(repr("\xc2\xa0\xc3\xa9"), "'\\xa0\xc3\xa9'");
    ck_assert_str_eq(repr("\xe2\x80\xa8"), "'\\u2028'");
    ck_assert_str_eq(repr("\xf0\x9f\x98\x80"), "'\xf0\x9f\x98\x80'");
    ck_assert_str_eq(repr("\xff"), "'\\udcff'");
}
END_TEST

START_TEST(str_of_kinds)
{
    bb_str items[] = {BB_STR("do_a"), BB_STR("it's")};

    ck_str(bb_val_str(NULL, &arena, BB_NONE), "None");
    ck_str(bb_val_str(NULL, &arena, bb_val_i(-3)), "-3");
    ck_str(bb_val_str(NULL, &arena, bb_val_b(true)), "True");
    ck_str(bb_val_str(NULL, &arena, bb_val_z("x")), "x");
    ck_str(bb_val_str(NULL, &arena, bb_val_list(&arena, items, 2)), "['do_a', \"it's\"]");
    ck_str(bb_val_str(NULL, &arena, bb_val_list(&arena, NULL, 0)), "[]");
}
END_TEST

START_TEST(truth_of_kinds)
{
    bb_str item = BB_STR("x");

    ck_assert(!bb_val_true(NULL, BB_NONE));
    ck_assert(!bb_val_true(NULL, bb_val_z("")));
    ck_assert(bb_val_true(NULL, bb_val_z("0")));
    ck_assert(!bb_val_true(NULL, bb_val_i(0)));
    ck_assert(bb_val_true(NULL, bb_val_b(true)));
    ck_assert(!bb_val_true(NULL, bb_val_list(&arena, NULL, 0)));
    ck_assert(bb_val_true(NULL, bb_val_list(&arena, &item, 1)));
}
END_TEST

UNIT_MAIN("value", repr_quotes, repr_escapes, str_of_kinds, truth_of_kinds)
