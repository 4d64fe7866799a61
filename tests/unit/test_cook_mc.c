/* SPDX-License-Identifier: MIT */
#include "cook_support.h"

static struct cook_world w;

START_TEST(is_filled_in_steps)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_open(&w);
    struct bb_mc *mc = &w.cooker.config.mcs.p[0];
    ck_str(mc->graph.name, "");
    ck_str(bb_mc_title(mc), "default");
    ck_assert(!mc->collected);
    ck_assert_ptr_null(mc->sigconf);
    ck_assert_int_eq(bb_mc_collect(mc), 0);
    ck_assert_uint_eq(mc->files.nfiles, 1);
    ck_assert_uint_eq(mc->layers.n, 2);
    ck_assert_int_eq(bb_mc_need_sigconf(mc), 0);
    struct bb_sigconf *made = mc->sigconf;
    ck_assert_ptr_nonnull(made);
    cook_write("tiny/recipes/b_1.bb", "");
    ck_assert_int_eq(bb_mc_collect(mc), 0); /* once is enough */
    ck_assert_int_eq(bb_mc_need_sigconf(mc), 0);
    ck_assert_uint_eq(mc->files.nfiles, 1);
    ck_assert_ptr_eq(mc->sigconf, made);
    cook_release(&w);
}
END_TEST

/* What could not be collected is tried again. */
START_TEST(reports_layers)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "");
    cook_open(&w);
    struct bb_mc *mc = &w.cooker.config.mcs.p[0];
    bb_store_setz(mc->d, "LAYERDEPENDS_tiny", BB_STR("absent"));
    ck_assert_int_eq(bb_mc_collect(mc), -BB_EREPORTED);
    ck_assert(!mc->collected);
    ck_assert(cook_said(&w, "depends on layer 'absent'"));
    cook_release(&w);
}
END_TEST

START_TEST(recipes_lead_back)
{
    struct bb_mc mc = {.graph.name = BB_STR("one")};
    struct bb_recipe r = {.mc = &mc.graph};
    ck_assert_ptr_eq(bb_mc_of(&r), &mc);
    ck_str(bb_mc_title(&mc), "one");
}
END_TEST

UNIT_MAIN("mc", is_filled_in_steps, reports_layers, recipes_lead_back)
