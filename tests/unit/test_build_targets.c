/* SPDX-License-Identifier: MIT */
#include "build_support.h"

static struct build_world b;

static void setup(const char *conf)
{
    build_init(&b, conf);
    cook_write("tiny/recipes/a_1.bb", "DEPENDS = \"b\"\ndo_build[deptask] = \"do_build\"\n");
    cook_write("tiny/recipes/b_1.bb", "");
    cook_write("tiny/recipes/b_2.bb", "");
    cook_write("tiny/recipes/c_1.bb", "DEPENDS = \"nowhere\"\n");
}

START_TEST(resolves)
{
    setup("");
    ck_assert_int_eq(build_targets(&b, "a b"), 0);
    ck_assert_uint_eq(b.targets.td.runlist.n, 2);
    ck_str(b.targets.td.runlist.p[0].target, "a");
    ck_str(b.targets.td.runlist.p[0].task, "do_build");
    ck_str(b.targets.td.runlist.p[1].entry->recipe->pv, "2");
    build_release(&b);
}
END_TEST

START_TEST(asks_the_configuration)
{
    setup("PREFERRED_VERSION_b = \"1\"\nBB_DEFAULT_TASK = \"other\"\n");
    ck_assert_int_eq(build_targets(&b, "b:do_build"), 0);
    ck_str(b.targets.td.runlist.p[0].entry->recipe->pv, "1");
    ck_str(bb_targets_default_task(&b.w.cooker), "other");
    build_release(&b);
}
END_TEST

START_TEST(says_what_is_missing)
{
    setup("");
    ck_assert_int_eq(build_targets(&b, "nothing"), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "Nothing PROVIDES 'nothing'"));
    build_release(&b);
}
END_TEST

START_TEST(refuses_missing_dependencies)
{
    setup("");
    ck_assert_int_eq(build_targets(&b, "c"), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "Nothing PROVIDES 'nowhere' (but "));
    build_release(&b);
}
END_TEST

START_TEST(finds_one_recipe)
{
    bb_str fn = {0};
    setup("ASSUME_PROVIDED = \"a\"\n");
    cook_parse(&b.w);
    bb_targets_init(&b.targets, &b.w.cooker, true);
    b.indexed = true;
    /* what it depends on does not matter */
    ck_assert_int_eq(bb_targets_recipe(&b.targets, BB_STR("c"), &fn), 0);
    ck_assert(bb_str_ends(fn, BB_STR("/tiny/recipes/c_1.bb")));
    ck_assert_int_eq(bb_targets_recipe(&b.targets, BB_STR("a"), &fn), -BB_EREPORTED);
    ck_assert(cook_said(&b.w, "a is in ASSUME_PROVIDED"));
    build_release(&b);
}
END_TEST

UNIT_MAIN("targets", resolves, asks_the_configuration, says_what_is_missing, refuses_missing_dependencies,
          finds_one_recipe)
