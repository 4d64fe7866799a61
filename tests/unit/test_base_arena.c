/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/vec.h"

START_TEST(zeroed_and_aligned)
{
    struct bb_arena a;
    bb_arena_init(&a);
    for (size_t size = 0; size < 3000; size = size * 3 + 1) {
        unsigned char *p = bb_arena_alloc(&a, size);
        ck_assert_uint_eq((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < size; i++)
            ck_assert_uint_eq(p[i], 0);
        if (size)
            memset(p, 0xff, size);
        bb_arena_str(&a, BB_STR("odd"));
    }
    bb_arena_release(&a);
    ck_assert_uint_eq(a.total, 0);
}
END_TEST

START_TEST(texts)
{
    struct bb_arena a = {0};
    ck_str(bb_arena_str(&a, BB_STR("abc")), "abc");
    ck_assert_str_eq(bb_arena_strz(&a, bb_str_n("abc", 2)), "ab");
    ck_str(bb_arena_fmt(&a, "%s-%d", "x", 7), "x-7");
    ck_str(bb_arena_cat(&a, BB_STR("ab"), BB_STR("cd")), "abcd");
    ck_str(bb_arena_str(&a, bb_str_z(NULL)), "");
    bb_arena_release(&a);
}
END_TEST

START_TEST(reset_drops_what_came_after)
{
    struct bb_arena a = {0};
    struct bb_arena_mark empty = bb_arena_mark(&a);
    char *kept = bb_arena_strz(&a, BB_STR("kept"));
    struct bb_arena_mark m = bb_arena_mark(&a);
    size_t total = 0;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 100; i++)
            memset(bb_arena_alloc(&a, 1000), 0xff, 1000);
        unsigned char *big = bb_arena_alloc(&a, 3000000);
        ck_assert_uint_eq(big[2999999], 0);
        bb_arena_reset(&a, m);
        if (round == 1)
            total = a.total;
    }
    ck_assert_str_eq(kept, "kept");
    ck_assert_uint_eq(a.total, total); /* rounds do not add up */
    unsigned char *again = bb_arena_alloc(&a, 1000);
    ck_assert_uint_eq(again[0], 0);
    bb_arena_reset(&a, empty);
    ck_assert_ptr_null(a.head);
    bb_arena_release(&a);
}
END_TEST

START_TEST(vectors)
{
    BB_VEC(int) v = {0};
    for (int i = 0; i < 100; i++)
        bb_vec_push(&v, i);
    bb_vec_remove(&v, 0);
    ck_assert_int_eq(bb_vec_pop(&v), 99);
    int sum = 0;
    bb_vec_each(&v, it)
        sum += *it;
    ck_assert_int_eq(sum, 98 * 99 / 2);
    bb_vec_release(&v);
    bb_vec_each(&v, it)
        ck_abort();
}
END_TEST

START_TEST(text_lists)
{
    struct bb_strvec v = {0};
    bb_strvec_sort_uniq(&v);
    bb_strvec_words(&v, BB_STR(" b a  c a b "));
    ck_assert_uint_eq(v.n, 5);
    ck_assert(bb_strvec_has(&v, BB_STR("c")) && !bb_strvec_has(&v, BB_STR("d")));
    bb_strvec_sort_uniq(&v);
    ck_assert_uint_eq(v.n, 3);
    ck_str(v.p[0], "a");
    ck_str(v.p[2], "c");
    bb_vec_release(&v);
}
END_TEST

START_TEST(taking_disarms_cleanup)
{
    char *kept;
    {
        BB_CLEAN_FREE char *p = bb_strdup("x");
        BB_CLEAN_FREE char *dropped = bb_strdup("y");
        kept = bb_take(&p);
        ck_assert_ptr_null(p);
        ck_assert_ptr_nonnull(dropped);
    }
    ck_assert_str_eq(kept, "x");
    free(kept);
}
END_TEST

UNIT_MAIN("arena", zeroed_and_aligned, texts, reset_drops_what_came_after, vectors, text_lists,
          taking_disarms_cleanup)
