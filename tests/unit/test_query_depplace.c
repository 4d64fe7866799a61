/* SPDX-License-Identifier: MIT */
#include "query/depplace.h"
#include "query_support.h"

static struct query_world q;

static const char *place(bb_str task, struct bb_edge e)
{
    bb_str fn;
    ck_assert_int_eq(bb_targets_recipe(&q.targets, BB_STR("a"), &fn), 0);
    bb_buf_clear(&q.out);
    const struct bb_recipe *r = q.targets.td.runlist.p[0].entry->recipe;
    ck_assert_int_eq(bb_depplace_find(&q.w.cooker, r, task, &e, &q.out), 0);
    const char *slash = strrchr(q.out.p, '/');
    return slash ? slash + 1 : q.out.p;
}

START_TEST(statements)
{
    bb_str x = BB_STR("do_x");
    query_init(&q);
    cook_write("tiny/classes/k.bbclass", "addtask x after do_y\naddtask y\n");
    cook_write("tiny/recipes/a_1.bb", "B = \"b\"\n"
                                      "DEPENDS = \"other\"\n"
                                      "DEPENDS += \"${B}\"\n"
                                      "RDEPENDS:a = \"c (>= 1)\"\n"
                                      "do_x[depends] = \"d:do_z\"\n"
                                      "inherit k\n");
    query_start(&q);
    ck_assert_str_eq(place(x, (struct bb_edge){BB_EDGE_DEPENDS, BB_STR("b"), .via = BB_TF_DEPTASK}),
                     "a_1.bb:3");
    ck_assert_str_eq(place(x, (struct bb_edge){BB_EDGE_RDEPENDS, BB_STR("c"), BB_STR("a"), BB_TF_RDEPTASK}),
                     "a_1.bb:4");
    ck_assert_str_eq(place(x, (struct bb_edge){BB_EDGE_TASK_DEPENDS, BB_STR("d"), .via = BB_TF_DEPENDS}),
                     "a_1.bb:5");
    ck_assert_str_eq(place(x, (struct bb_edge){BB_EDGE_AFTER, BB_STR("do_y")}), "k.bbclass:1");
    ck_assert_str_eq(place(x, (struct bb_edge){BB_EDGE_DEPENDS, BB_STR("nobody"), .via = BB_TF_DEPTASK}), "");
    query_release(&q);
}
END_TEST

UNIT_MAIN("depplace", statements)
