/* SPDX-License-Identifier: MIT */
#include "support/recipes.h"
#include "support/unit.h"

static const char *const text = "pn busybox\npe 1\npv 1.36.1\npr r2\nprovides virtual/shell busybox-x\n"
                                "depends b c (>= 2) d\npackages busybox busybox-dbg\nrdepends:busybox e\n"
                                "preference -3\npriority 7\nnot_world 1\n"
                                "task do_fetch\n[nostamp] 1\ntask do_build do_fetch do_nothing\n"
                                "[recrdeptask] do_build do_x\n[depends]\n";

START_TEST(round_trip)
{
    struct rc_world w;
    rc_init(&w);
    struct bb_recipe *r = rc_add(&w, text), *got = NULL;
    r->tasks[1].basehash = BB_STR("abc");
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_recipe_write(&out, r);
    bb_recipe_write(&out, r);
    bb_str block = bb_buf_str(&out);
    ck_assert_int_eq(bb_recipe_read(&w.arena, &block, &got), 0);
    ck_assert_uint_eq(block.len, out.len / 2);
    ck_str(got->fn, "/l/busybox_1.36.1.bb");
    ck_str(got->pe, "1");
    ck_str(got->pr, "r2");
    ck_assert_int_eq(got->preference, -3);
    ck_assert_int_eq(got->priority, 7);
    ck_assert(got->not_world);
    ck_assert_ptr_null(got->skipped.p);
    ck_assert_uint_eq(got->depends.n, 3);
    ck_str(got->depends.p[2], "d");
    ck_assert_uint_eq(got->npackages, 2);
    ck_str(got->packages[0].rdepends.p[0], "e");
    ck_assert_uint_eq(got->ntasks, 2);
    ck_str(got->tasks[1].parents.p[1], "do_nothing");
    ck_str(got->tasks[1].flags[BB_TF_RECRDEPTASK], "do_build do_x");
    ck_str(got->tasks[1].basehash, "abc");
    ck_assert_ptr_nonnull(got->tasks[1].flags[BB_TF_DEPENDS].p);
    ck_assert_ptr_null(got->tasks[1].flags[BB_TF_RDEPENDS].p);
    ck_assert_ptr_eq(bb_recipe_task(got, BB_STR("do_build")), &got->tasks[1]);
    ck_assert_ptr_null(bb_recipe_task(got, BB_STR("do_buil")));
    ck_assert_int_eq(got->fn.p[got->fn.len], 0);
    ck_assert_int_eq(bb_recipe_read(&w.arena, &block, &got), 0);
    ck_assert_uint_eq(block.len, 0);
    rc_release(&w);
}
END_TEST

/* Every cut and every flipped bit either reads as something or is refused; none may read out of bounds. */
START_TEST(corrupt)
{
    struct rc_world w;
    rc_init(&w);
    struct bb_recipe *r = rc_add(&w, text), *got;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_recipe_write(&out, r);
    size_t refused = 0;
    for (size_t n = 0; n < out.len; n++) {
        char *cut = bb_strndup(bb_str_n(out.p, n));
        bb_str block = {cut, n};
        ck_assert_int_eq(bb_recipe_read(&w.arena, &block, &got), -BB_ECORRUPT);
        free(cut);
        for (int bit = 0; bit < 8; bit++) {
            char *bad = bb_malloc(out.len);
            memcpy(bad, out.p, out.len);
            bad[n] ^= (char)(1 << bit);
            block = (bb_str){bad, out.len};
            int err = bb_recipe_read(&w.arena, &block, &got);
            ck_assert(err == 0 || err == -BB_ECORRUPT);
            refused += err != 0;
            free(bad);
        }
    }
    ck_assert_uint_gt(refused, out.len);
    rc_release(&w);
}
END_TEST

UNIT_MAIN("recipe", round_trip, corrupt)
