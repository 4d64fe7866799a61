/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include "base/arena.h"
#include "base/map.h"

START_TEST(keeps_order)
{
    struct bb_map m = {0};
    struct bb_arena a = {0};
    for (int i = 0; i < 100; i++)
        ck_assert(bb_map_put(&m, bb_arena_fmt(&a, "k%d", (i * 37) % 100), (void *)(intptr_t)(i + 1)));
    int i = 0;
    bb_map_each(&m, it) {
        ck_str(it->key, bb_arena_fmt(&a, "k%d", (i * 37) % 100).p);
        i++;
    }
    ck_assert_int_eq(i, 100);
    ck_assert(!bb_map_put(&m, BB_STR("k37"), NULL)); /* replaced in its place */
    ck_assert(bb_map_has(&m, BB_STR("k37")));
    ck_assert_ptr_null(bb_map_get(&m, BB_STR("k37")));
    ck_str(m.e[1].key, "k37");
    bb_map_release(&m);
    bb_arena_release(&a);
}
END_TEST

START_TEST(deletes)
{
    struct bb_map m = {0};
    ck_assert(!bb_map_del(&m, BB_STR("x")));
    bb_map_put(&m, BB_STR("x"), &m);
    bb_map_put(&m, BB_STR("y"), &m);
    ck_assert(bb_map_del(&m, BB_STR("x")));
    ck_assert(!bb_map_has(&m, BB_STR("x")));
    ck_assert_uint_eq(m.live, 1);
    bb_map_put(&m, BB_STR("x"), NULL); /* comes back at the end */
    bb_str last = {0};
    bb_map_each(&m, it)
        last = it->key;
    ck_str(last, "x");
    bb_map_clear(&m);
    ck_assert(!bb_map_has(&m, BB_STR("y")));
    ck_assert_uint_eq(m.live, 0);
    bb_map_release(&m);
}
END_TEST

/* Against a plain array, with a fixed sequence of random steps. */
START_TEST(behaves_as_a_dictionary)
{
    struct bb_map m = {0};
    struct bb_pmap pm = {0};
    struct bb_arena a = {0};
    static int values[300];
    bb_str keys[300];
    bool there[300] = {false};
    uint32_t r = 12345;
    for (int i = 0; i < 300; i++)
        keys[i] = bb_arena_fmt(&a, "key-%d", i);
    for (int step = 0; step < 50000; step++) {
        r = r * 1664525 + 1013904223;
        uint32_t k = (r >> 8) % 300, what = (r >> 24) % 3;
        if (what == 0) {
            ck_assert(bb_map_put(&m, keys[k], &values[k]) == !there[k]);
            ck_assert(bb_pmap_put(&pm, &values[k], &values[k]) == !there[k]);
            there[k] = true;
        } else if (what == 1) {
            ck_assert(bb_map_del(&m, keys[k]) == there[k]);
            ck_assert(bb_pmap_del(&pm, &values[k]) == there[k]);
            there[k] = false;
        } else {
            ck_assert_ptr_eq(bb_map_get(&m, keys[k]), there[k] ? &values[k] : NULL);
            ck_assert_ptr_eq(bb_pmap_get(&pm, &values[k]), there[k] ? &values[k] : NULL);
        }
    }
    size_t live = 0, seen = 0;
    for (int i = 0; i < 300; i++)
        live += there[i];
    bb_map_each(&m, it)
        seen++;
    ck_assert_uint_eq(seen, live);
    ck_assert_uint_eq(pm.live, live);
    bb_map_release(&m);
    bb_pmap_release(&pm);
    bb_arena_release(&a);
}
END_TEST

START_TEST(slots)
{
    struct bb_map m = {0};
    struct bb_pmap pm = {0};
    int x;
    ck_assert_ptr_null(*bb_map_slot(&m, BB_STR("")));
    *bb_map_slot(&m, BB_STR("")) = &x;
    ck_assert_ptr_eq(bb_map_get(&m, BB_STR("")), &x);
    *bb_pmap_slot(&pm, NULL) = &x;
    ck_assert(bb_pmap_has(&pm, NULL));
    bb_map_release(&m);
    bb_pmap_release(&pm);
}
END_TEST

UNIT_MAIN("map", keeps_order, deletes, behaves_as_a_dictionary, slots)
