/* SPDX-License-Identifier: MIT */
#include "cook/targets.h"
#include "cook_support.h"

static struct cook_world w;
static struct bb_targets t;

static void start(const struct bb_options *options)
{
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", "DEPENDS = \"virtual/b\"\nA = \"${@d.getVar('PN')}\"\n");
    cook_write("tiny/recipes/b_1.bb", "PROVIDES += \"virtual/b\"\n");
    cook_write("tiny/recipes/b_2.bb", "PROVIDES += \"virtual/b\"\n");
    cook_write("tiny/recipes/lost_1.bb", "DEPENDS = \"absent\"\n");
    cook_write("build/conf/mc.conf", "BBMULTICONFIG = \"one\"\nPREFERRED_VERSION_b ?= \"1\"\n");
    w.opts.options = options;
    cook_parse(&w);
}

static void finish(void)
{
    bb_targets_release(&t);
    cook_release(&w);
}

static int resolve(const char *words)
{
    struct bb_strvec v = {0};
    bb_strvec_words(&v, bb_str_z(words));
    int r = bb_targets_resolve(&t, &v, BB_STR(""));
    bb_vec_release(&v);
    return r;
}

/* What the configuration says reaches the graph. */
START_TEST(resolves)
{
    start(NULL);
    bb_store_setz(bb_cooker_data(&w.cooker), "PREFERRED_VERSION_b", BB_STR("1"));
    bb_targets_init(&t, &w.cooker, false);
    ck_assert_int_eq(resolve("a virtual/b"), 0);
    ck_assert_uint_eq(t.td.runlist.n, 2);
    ck_str(t.td.runlist.p[0].task, "do_build");
    ck_str(t.td.runlist.p[1].entry->recipe->fn, cook_fn(&w, "", "b_1.bb").p);
    ck_assert_int_eq(resolve("lost"), -BB_EREPORTED);
    ck_assert(cook_said(&w, "Nothing PROVIDES 'absent'"));
    finish();
}
END_TEST

/* -I and -k are the user's, not the configuration's. */
START_TEST(heeds_options)
{
    static bb_str absent[] = {{"absent", 6}};
    static const struct bb_options options = {.ignore_deps = {absent, 1, 1}};
    start(&options);
    bb_targets_init(&t, &w.cooker, false);
    ck_assert_int_eq(resolve("lost"), 0);
    ck_assert_uint_eq(t.td.runlist.n, 1);
    finish();
}
END_TEST

START_TEST(finds_the_recipe_of_a_target)
{
    static bb_str post[] = {{"conf/mc.conf", 12}};
    static const struct bb_options options = {.postfiles = {post, 1, 1}};
    bb_str fn;
    start(&options);
    bb_targets_init(&t, &w.cooker, true);
    ck_assert_int_eq(bb_targets_recipe(&t, BB_STR("mc:one:virtual/b"), &fn), 0);
    ck_str(fn, cook_fn(&w, "one", "b_1.bb").p);
    finish();
}
END_TEST

/* Of what the recipe depends on, nothing is asked. */
START_TEST(finds_one_recipe)
{
    bb_str fn = {0};
    start(NULL);
    bb_store_setz(bb_cooker_data(&w.cooker), "ASSUME_PROVIDED", BB_STR("a"));
    bb_targets_init(&t, &w.cooker, true);
    ck_assert_int_eq(bb_targets_recipe(&t, BB_STR("lost"), &fn), 0);
    ck_str(fn, cook_fn(&w, "", "lost_1.bb").p);
    ck_assert_int_eq(bb_targets_recipe(&t, BB_STR("a"), &fn), -BB_EREPORTED);
    ck_assert(cook_said(&w, "a is in ASSUME_PROVIDED"));
    finish();
}
END_TEST

/* After the release the indexes are empty, and others may resolve. */
START_TEST(begins_anew)
{
    bb_str fn;
    start(NULL);
    for (int i = 0; i < 2; i++) {
        bb_targets_init(&t, &w.cooker, false);
        ck_assert_int_eq(bb_targets_recipe(&t, BB_STR("a"), &fn), 0);
        ck_str(fn, cook_fn(&w, "", "a_1.bb").p);
        bb_targets_release(&t);
        ck_assert_uint_eq(w.cooker.config.mcs.p[0].graph.providers.recipes.n, 0);
    }
    cook_release(&w);
}
END_TEST

START_TEST(knows_the_default_task)
{
    start(NULL);
    ck_str(bb_targets_default_task(&w.cooker), "build");
    bb_store_setz(bb_cooker_data(&w.cooker), "BB_DEFAULT_TASK", BB_STR("show"));
    ck_str(bb_targets_default_task(&w.cooker), "show");
    cook_release(&w);
}
END_TEST

/* -b: a path, or a regular expression that one name has. */
START_TEST(matches_files)
{
    bb_str fn;
    start(NULL);
    ck_assert_int_eq(bb_targets_match_file(&w.cooker, BB_STR("../tiny/recipes/a_1.bb"), &fn), 0);
    ck_str(fn, cook_fn(&w, "", "a_1.bb").p);
    ck_assert_int_eq(bb_targets_match_file(&w.cooker, BB_STR("/lost_"), &fn), 0);
    ck_str(fn, cook_fn(&w, "", "lost_1.bb").p);
    ck_assert_int_eq(bb_targets_match_file(&w.cooker, BB_STR("/b_[12]"), &fn), -BB_EREPORTED);
    ck_assert(cook_said(&w, "Unable to match /b_[12] (2 matches found):"));
    ck_assert_int_eq(bb_targets_match_file(&w.cooker, BB_STR("nowhere"), &fn), -BB_EREPORTED);
    ck_assert_int_eq(bb_targets_match_file(&w.cooker, BB_STR("("), &fn), -BB_EREPORTED);
    ck_assert(cook_said(&w, "\"(\" is neither a file nor a valid regular expression"));
    cook_release(&w);
}
END_TEST

UNIT_MAIN("targets", resolves, heeds_options, finds_the_recipe_of_a_target, finds_one_recipe, begins_anew,
          knows_the_default_task, matches_files)
