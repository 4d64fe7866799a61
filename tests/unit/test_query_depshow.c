/* SPDX-License-Identifier: MIT */
#include "query/depshow.h"
#include "query_support.h"

static struct query_world q;
static struct bb_plan plan;
static struct bb_depgraph g;

static void start(void)
{
    query_init(&q);
    cook_write("tiny/recipes/a_1.bb", "DEPENDS = \"b\"\ndo_build[deptask] = \"do_x\"\naddtask build\n");
    cook_write("tiny/recipes/b_1.bb", "addtask x\n");
    query_start(&q);
    bb_str a = BB_STR("a");
    struct bb_strvec names = {&a, 1, 1};
    struct bb_depstart s;
    ck_assert_int_eq(bb_targets_resolve(&q.targets, &names, BB_STR("")), 0);
    ck_assert_int_eq(bb_plan_make(&plan, &q.w.ctx, &q.targets.td), 0);
    ck_assert_int_eq(bb_depgraph_start(&q.targets, &plan, a, &q.w.ctx.arena, &s), 0);
    bb_depgraph_make(&g, &plan, &q.info, &s, &(struct bb_depgraph_opts){0});
}

static int show(enum bb_depform form, size_t most)
{
    struct bb_depshow_opts o = {.form = form, .most = most, .l = &q.info};
    bb_buf_clear(&q.out);
    return bb_depshow_graph(&g, &o, &q.out);
}

START_TEST(forms)
{
    start();
    ck_assert_int_eq(bb_depshow_form(BB_STR("json")), BB_DEPFORM_JSON);
    ck_assert_int_eq(show(BB_DEPFORM_TEXT, 0), 0);
    ck_assert_str_eq(q.out.p, "a\na -> b: DEPENDS names b (do_build[deptask])\n");
    ck_assert_int_eq(show(BB_DEPFORM_TREE, 0), 0);
    ck_assert_str_eq(q.out.p, "a\n  b  (DEPENDS names b (do_build[deptask]))\n");
    ck_assert_int_eq(show(BB_DEPFORM_DOT, 1), 0);
    ck_assert_str_eq(q.out.p, "digraph depends {\n\"a\"\n\"b\"\n"
                              "\"a\" -> \"b\" [label=\"DEPENDS names b (do_build[deptask])\"]\n}\n");
    ck_assert_int_eq(show(BB_DEPFORM_JSON, 0), 0);
    ck_assert_ptr_nonnull(strstr(q.out.p,
                                 "{\"from\":\"a\",\"to\":\"b\",\"reason\":\"DEPENDS\",\"word\":\"b\","
                                 "\"task\":\"do_build\",\"flag\":\"deptask\"}"));
    bb_depgraph_release(&g);
    bb_plan_release(&plan);
    query_release(&q);
}
END_TEST

START_TEST(a_drawing_too_large)
{
    start();
    ck_assert_int_eq(show(BB_DEPFORM_DOT, 0), -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "a drawing of 2 nodes and 1 edges cannot be read: --depth"));
    bb_depgraph_release(&g);
    bb_plan_release(&plan);
    query_release(&q);
}
END_TEST

UNIT_MAIN("depshow", forms, a_drawing_too_large)
