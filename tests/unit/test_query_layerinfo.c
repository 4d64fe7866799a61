/* SPDX-License-Identifier: MIT */
#include "query_support.h"

START_TEST(knows_the_layer_of_a_file)
{
    struct query_world q;
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "");
    query_start(&q);
    struct bb_layerinfo *l = &q.info;
    ck_assert_uint_eq(l->dirs.n, 3);
    ck_str(bb_layerinfo_dir(l, BB_STR("tiny")), query_path(&q, "tiny").p);
    ck_assert_ptr_null(bb_layerinfo_dir(l, BB_STR("absent")).p);
    ck_str(bb_layerinfo_name_of(l, query_path(&q, "tiny/recipes/a_1.bb")), "tiny");
    ck_str(bb_layerinfo_name_of(l, query_path(&q, "upper/classes/x.bbclass")), "upper");
    ck_str(bb_layerinfo_name_of(l, BB_STR("/elsewhere/x.bb")), "?");
    ck_str(bb_layerinfo_short(l, query_path(&q, "tiny/recipes/a_1.bb")), "tiny/recipes/a_1.bb");
    ck_str(bb_layerinfo_short(l, BB_STR("/elsewhere/x.bb")), "/elsewhere/x.bb");
    query_release(&q);
}
END_TEST

START_TEST(refuses_unknown_configurations)
{
    struct cook_world w;
    struct bb_layerinfo l;
    cook_init(&w);
    cook_open(&w);
    ck_assert_int_eq(bb_layerinfo_init(&l, &w.cooker, BB_STR("nine")), -BB_EREPORTED);
    ck_assert(cook_said(&w, "No multiconfig named \"nine\" found"));
    bb_layerinfo_release(&l);
    cook_release(&w);
}
END_TEST

START_TEST(lists_skipped)
{
    struct query_world q;
    struct bb_recipe_vec v = {0};
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "python () {\n    raise bb.parse.SkipRecipe('no')\n}\n");
    cook_write("upper/recipes/b_1.bb", "python () {\n    raise bb.parse.SkipRecipe('no')\n}\n");
    cook_write("upper/recipes/c_1.bb", "");
    query_start(&q);
    bb_layerinfo_skipped(&q.info.mc->graph.providers, &v);
    ck_assert_uint_eq(v.n, 2);
    ck_str(v.p[0]->pn, "b"); /* the layer of the highest priority first */
    ck_str(v.p[1]->pn, "a");
    bb_vec_release(&v);
    query_release(&q);
}
END_TEST

START_TEST(helps)
{
    bb_str p[] = {BB_STR("a*"), BB_STR("b[12]")};
    const struct bb_strvec patterns = {p, 2, 2}, none = {0};
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    ck_assert(bb_layerinfo_wanted(&patterns, BB_STR("abc")) && bb_layerinfo_wanted(&patterns, BB_STR("b2")));
    ck_assert(!bb_layerinfo_wanted(&patterns, BB_STR("b3")));
    ck_assert(bb_layerinfo_wanted(&none, BB_STR("b3")));
    bb_layerinfo_pad(&b, BB_STR("h\303\266h"), 5);
    bb_layerinfo_pad(&b, BB_STR("longer"), 3);
    ck_assert_str_eq(b.p, "h\303\266h  longer");
    struct bb_arena a;
    bb_arena_init(&a);
    char *dir = unit_tmpdir();
    ck_assert_int_eq(bb_fs_mkdirs("two/classes"), 0);
    ck_assert_int_eq(bb_fs_write("two/classes/x.bbclass", BB_STR(""), 0), 0);
    bb_str bbpath = bb_arena_fmt(&a, "%s/one:%s/two", dir, dir);
    ck_str(bb_layerinfo_which(&a, bbpath, BB_STR("classes/x.bbclass")),
           bb_arena_fmt(&a, "%s/two/classes/x.bbclass", dir).p);
    ck_assert_uint_eq(bb_layerinfo_which(&a, bbpath, BB_STR("classes/y.bbclass")).len, 0);
    bb_arena_release(&a);
    unit_rmdir(dir);
}
END_TEST

UNIT_MAIN("layerinfo", knows_the_layer_of_a_file, refuses_unknown_configurations, lists_skipped, helps)
