/* SPDX-License-Identifier: MIT */
#include "graph/edge.h"
#include "support/recipes.h"
#include "support/unit.h"

static struct rc_world w;

/* "a:do_x b:do_y: REASON" for every edge of the plan. */
static const char *reasons(void)
{
    static struct bb_buf out;
    bb_buf_clear(&out);
    for (bb_tid t = 0; t < w.plan.n; t++)
        for (size_t i = 0; i < w.plan.tasks[t].deps.n; i++) {
            bb_tid u = w.plan.tasks[t].deps.p[i];
            struct bb_edge e = bb_edge_reason(&w.plan, t, u);
            bb_plan_pnid(&w.plan, t, &out);
            bb_buf_addc(&out, ' ');
            bb_plan_pnid(&w.plan, u, &out);
            bb_buf_addz(&out, ": ");
            bb_edge_text(&e, bb_plan_name(&w.plan, t), &out);
            bb_buf_addc(&out, '\n');
        }
    return out.p;
}

START_TEST(each_kind)
{
    rc_init(&w);
    rc_add(&w, "pn a\ndepends virtual/b\nrdepends:a c\nrrecommends:a e\n"
               "task do_fetch\n"
               "task do_compile do_fetch\n[deptask] do_stage\n[depends] d:do_x\n"
               "task do_build do_compile\n[rdeptask] do_pkg\n[rdepends] c:do_x");
    rc_add(&w, "pn b\nprovides virtual/b\ntask do_stage");
    rc_add(&w, "pn c\ntask do_pkg\ntask do_x");
    rc_add(&w, "pn d\ntask do_x");
    rc_add(&w, "pn e\ntask do_pkg");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    ck_assert_str_eq(reasons(), "a:do_compile a:do_fetch: addtask puts it after do_fetch\n"
                                "a:do_compile d:do_x: do_compile[depends] names d\n"
                                "a:do_compile b:do_stage: DEPENDS names virtual/b (do_compile[deptask])\n"
                                "a:do_build a:do_compile: addtask puts it after do_compile\n"
                                "a:do_build c:do_pkg: RDEPENDS:a names c (do_build[rdeptask])\n"
                                "a:do_build c:do_x: do_build[rdepends] names c\n"
                                "a:do_build e:do_pkg: RRECOMMENDS:a names e (do_build[rdeptask])\n");
    rc_release(&w);
}
END_TEST

START_TEST(recursive_and_multiconfig)
{
    rc_init(&w);
    rc_add(&w, "pn a\ndepends b\ntask do_build\n[recrdeptask] do_pkg\n[mcdepends] mc::m:d:do_x");
    rc_add(&w, "pn b\ndepends c\ntask do_pkg\n[deptask] do_pkg");
    rc_add(&w, "pn c\ntask do_pkg");
    rc_add(&w, "pn d\nmc m\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    ck_assert_str_eq(reasons(), "a:do_build b:do_pkg: DEPENDS names b (do_build[recrdeptask])\n"
                                "a:do_build c:do_pkg: do_build[recrdeptask] takes every do_pkg below\n"
                                "a:do_build mc:m:d:do_x: do_build[mcdepends] names do_x\n"
                                "b:do_pkg c:do_pkg: DEPENDS names c (do_pkg[deptask])\n");
    rc_release(&w);
}
END_TEST

UNIT_MAIN("edge", each_kind, recursive_and_multiconfig)
