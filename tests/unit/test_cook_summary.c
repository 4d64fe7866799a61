/* SPDX-License-Identifier: MIT */
#include "cook_support.h"

static struct cook_world w;

static const struct bb_recipe *summary_of(const char *text)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", text);
    cook_parse(&w);
    return w.cooker.parsed[0].variants[0];
}

START_TEST(says_everything)
{
    const struct bb_recipe *r = summary_of(
        "PE = \"2\"\nPACKAGES = \"a a-doc\"\nPROVIDES += \"virtual/a\"\nDEPENDS = \"b (>= 2) c\"\nRDEPENDS:a = \"d\"\n"
        "RRECOMMENDS:a-doc = \"e (= 1)\"\nPACKAGES_DYNAMIC = \"^a-locale-.*\"\nDEFAULT_PREFERENCE = \"-1\"\n"
        "EXCLUDE_FROM_WORLD = \"1\"\ndo_x() {\n    :\n}\ndo_x[nostamp] = \"1\"\ndo_x[depends] = \"z:do_${WHICH}\"\n"
        "do_x[umask] = \"022\"\nWHICH = \"y\"\naddtask x before do_build\n");
    ck_str(r->pn, "a");
    ck_str(r->pe, "2");
    ck_str(r->pv, "1");
    ck_assert_int_eq(r->preference, -1);
    ck_assert_int_eq(r->priority, 7);
    ck_assert(r->not_world);
    ck_assert_ptr_null(r->skipped.p);
    ck_assert_uint_eq(r->provides.n, 2);
    ck_assert_uint_eq(r->depends.n, 2);
    ck_str(r->depends.p[1], "c");
    ck_assert_uint_eq(r->npackages, 2);
    ck_str(r->packages[0].rdepends.p[0], "d");
    ck_str(r->packages[1].rrecommends.p[0], "e");
    ck_str(r->packages_dynamic.p[0], "^a-locale-.*");
    ck_assert(bb_str_ends(r->stamp, BB_STR("/tmp/stamps/a-1-r0")));
    const struct bb_recipe_task *t = bb_recipe_task(r, BB_STR("do_x"));
    ck_assert_ptr_nonnull(t->flags[BB_TF_NOSTAMP].p);
    ck_str(t->flags[BB_TF_DEPENDS], "z:do_y");
    ck_str(t->flags[BB_TF_UMASK], "022");
    ck_assert_uint_eq(t->basehash.len, 64);
    ck_str(bb_recipe_task(r, BB_STR("do_build"))->parents.p[0], "do_x");
    cook_release(&w);
}
END_TEST

/* A skipped recipe has only its identity and what it would have provided. */
START_TEST(says_why_it_is_skipped)
{
    const struct bb_recipe *r = summary_of("DEPENDS = \"b\"\nPROVIDES += \"virtual/a\"\n"
                                           "python () {\n    raise bb.parse.SkipRecipe('not today')\n}\n");
    ck_assert(bb_str_has(r->skipped, BB_STR("not today")));
    ck_str(r->pn, "a");
    ck_assert_uint_eq(r->provides.n, 2);
    ck_assert_uint_eq(r->depends.n, 0);
    ck_assert_uint_eq(r->ntasks, 0);
    cook_release(&w);
}
END_TEST

/* Without PACKAGES the recipe's name is one. */
START_TEST(has_a_package)
{
    const struct bb_recipe *r = summary_of("PACKAGES = \"\"\nRPROVIDES:a = \"a-x\"\n");
    ck_assert_uint_eq(r->npackages, 1);
    ck_str(r->packages[0].name, "a");
    ck_str(r->packages[0].rprovides.p[0], "a-x");
    cook_release(&w);
}
END_TEST

UNIT_MAIN("summary", says_everything, says_why_it_is_skipped, has_a_package)
