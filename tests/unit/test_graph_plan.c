/* SPDX-License-Identifier: MIT */
#include "graph/dot.h"
#include "graph/order.h"
#include "support/recipes.h"
#include "support/unit.h"
#include <time.h>

static struct rc_world w;

#define SHOWS(text) ck_assert_str_eq(rc_show(&w), text)
#define SAID(text)  ck_assert_str_eq(w.said.p, text)

START_TEST(kinds_of_dependencies)
{
    rc_init(&w);
    rc_add(&w, "pn a\ndepends b\nrdepends:a c\n"
               "task do_fetch\n"
               "task do_compile do_fetch do_nosuch\n[deptask] do_stage\n[depends] d:do_x\n"
               "task do_build do_compile\n[rdeptask] do_pkg\n[rdepends] c:do_x");
    rc_add(&w, "pn b\ntask do_stage\ntask do_unused");
    rc_add(&w, "pn c\ntask do_pkg\ntask do_x");
    rc_add(&w, "pn d\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    SHOWS("a:do_fetch:\n"
          "a:do_compile: a:do_fetch d:do_x b:do_stage\n"
          "a:do_build: a:do_compile c:do_pkg c:do_x\n"
          "d:do_x:\n"
          "b:do_stage:\n"
          "c:do_pkg:\n"
          "c:do_x:\n");
    rc_release(&w);
}
END_TEST

START_TEST(recursive)
{
    rc_init(&w);
    rc_add(&w, "pn a\ndepends b\ntask do_stage\n[deptask] do_stage\ntask do_build do_stage\n[recrdeptask] "
               "do_build do_pkg");
    rc_add(&w, "pn b\ndepends c\ntask do_stage\n[deptask] do_stage\ntask do_build do_stage\n[recrdeptask] "
               "do_build do_pkg\n"
               "task do_pkg do_stage");
    rc_add(&w, "pn c\ntask do_stage\ntask do_pkg\ntask do_build do_pkg\n[recrdeptask] do_build do_pkg");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    SHOWS("a:do_stage: b:do_stage\n"
          "a:do_build: a:do_stage b:do_pkg c:do_pkg\n"
          "b:do_stage: c:do_stage\n"
          "b:do_pkg: b:do_stage\n"
          "c:do_stage:\n"
          "c:do_pkg:\n");
    rc_release(&w);
}
END_TEST

START_TEST(recideptask)
{
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_x\n[depends] b:do_x\ntask do_build\n[recrdeptask] do_y\n[recideptask] do_x");
    rc_add(&w, "pn b\ntask do_z\ntask do_x do_z\ntask do_y");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    SHOWS("a:do_build: b:do_y\nb:do_y:\n");
    rc_release(&w);
}
END_TEST

START_TEST(multiconfig)
{
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[mcdepends] mc::m:b:do_x");
    rc_add(&w, "pn b\nmc m\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    SHOWS("a:do_build: mc:m:b:do_x\nmc:m:b:do_x:\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[mcdepends] mc::m:b:do_y");
    rc_add(&w, "pn b\nmc m\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    SAID("error: Task mcdepends on non-existent task mc:m:/l/b_1.0.bb:do_y\n");
    rc_release(&w);
}
END_TEST

START_TEST(selection)
{
    const char *a = "pn a\ndepends b\ntask do_fetch\ntask do_compile do_fetch\n[deptask] do_stage\ntask "
                    "do_build do_compile",
               *b = "pn b\ntask do_fetch\ntask do_stage do_fetch\ntask do_build";
    rc_init(&w);
    rc_add(&w, a);
    rc_add(&w, b);
    ck_assert_int_eq(rc_plan(&w, "a:do_compile-"), 0);
    SHOWS("a:do_fetch:\nb:do_fetch:\nb:do_stage: b:do_fetch\n");
    rc_release(&w);
    bb_str fetch[] = {BB_STR("fetch"), BB_STR("do_nosuch")};
    rc_init(&w);
    w.options.runall = (struct bb_strvec){fetch, 1, 1};
    rc_add(&w, a);
    rc_add(&w, b);
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    SHOWS("a:do_fetch:\nb:do_fetch:\n");
    rc_release(&w);
    rc_init(&w);
    w.options.runonly = (struct bb_strvec){fetch, 1, 1};
    rc_add(&w, a);
    rc_add(&w, b);
    ck_assert_int_eq(rc_plan(&w, "a:do_fetch"), 0);
    SHOWS("a:do_fetch:\n");
    rc_release(&w);
    rc_init(&w);
    w.options.runonly = (struct bb_strvec){fetch + 1, 1, 1};
    rc_add(&w, a);
    rc_add(&w, b);
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    SAID("error: Could not find any tasks with the tasknames ['do_nosuch'] to run within the taskgraphs of "
         "the targets a\n");
    rc_release(&w);
}
END_TEST

START_TEST(invalidate)
{
    const struct bb_options force = {.force = true, .clear_stamp = BB_STR("compile,nosuch")};
    rc_init(&w);
    w.options = force;
    rc_add(&w, "pn a\ntask do_compile\ntask do_build do_compile");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    ck_assert_uint_eq(w.plan.ninvalidate, 2);
    ck_str(w.plan.invalidate[0].task->name, "do_build");
    ck_str(w.plan.invalidate[1].task->name, "do_compile");
    SAID("warning: Task do_nosuch does not exist, invalidating this task will have no effect\n");
    rc_release(&w);
    rc_init(&w);
    w.options = force;
    rc_add(&w, "pn a\ntask do_compile\n[nostamp] 1\ntask do_build do_compile");
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    SAID("error: Task do_compile is marked nostamp, cannot invalidate this task\n");
    rc_release(&w);
}
END_TEST

START_TEST(errors)
{
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_compile\ntask do_build");
    ck_assert_int_eq(rc_plan(&w, "a:do_compil"), -BB_EREPORTED);
    SAID("error: Task do_compil does not exist for target a (/l/a_1.0.bb:do_compil). Close matches:\n  "
         "do_compile\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[depends] b:do_x");
    rc_add(&w, "pn b\ntask do_y");
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    SAID("error: Task do_build in /l/a_1.0.bb depends upon non-existent task do_x in /l/b_1.0.bb\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[depends] b:do_y");
    rc_add(&w, "pn b\ntask do_y\n[depends] a:do_build");
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    SAID("error: Task /l/a_1.0.bb:do_build has circular dependency on /l/b_1.0.bb:do_y\n");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build do_a\ntask do_a do_c\ntask do_b do_a\ntask do_c do_b\ntask do_z\ntask "
               "do_top do_c");
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    SAID("error: 3 unbuildable tasks were found.\n"
         "These are usually caused by circular dependencies and any circular dependency chains found will be "
         "printed "
         "below.\n\n"
         "Dependency loop #1 found:\n"
         "  Task /l/a_1.0.bb:do_a\n    depends on a:do_c\n"
         "  Task /l/a_1.0.bb:do_c\n    depends on a:do_b\n"
         "  Task /l/a_1.0.bb:do_b\n    depends on a:do_a\n\n\n");
    rc_release(&w);
}
END_TEST

START_TEST(two_providers)
{
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[depends] b:do_x c:do_x");
    rc_add(&w, "pn b\nprovides virtual/x\ntask do_x");
    rc_add(&w, "pn c\nprovides virtual/x virtual/y\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    ck_assert_ptr_nonnull(
        strstr(w.said.p, "error: Multiple .bb files are due to be built which each provide virtual/x:\n"
                         "  /l/b_1.0.bb\n  /l/c_1.0.bb\n"));
    ck_assert_ptr_nonnull(strstr(w.said.p, "/l/c_1.0.bb has unique provides:\n  c\n  virtual/y"));
    rc_release(&w);
    rc_init(&w);
    rc_conf(&w, "BB_MULTI_PROVIDER_ALLOWED", "virtual/x");
    rc_add(&w, "pn a\ntask do_build\n[depends] b:do_x c:do_x");
    rc_add(&w, "pn b\nprovides virtual/x\ntask do_x");
    rc_add(&w, "pn c\nprovides virtual/x\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    SAID("");
    rc_release(&w);
    rc_init(&w);
    rc_add(&w, "pn a\ntask do_build\n[depends] b:do_x virtual/old-b:do_x");
    rc_add(&w, "pn b\npv 2\ntask do_x");
    rc_add(&w, "pn b\npv 1\nprovides virtual/old-b\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), -BB_EREPORTED);
    ck_assert_ptr_nonnull(
        strstr(w.said.p, "Multiple versions of b are due to be built (/l/b_2.bb /l/b_1.bb)"));
    rc_release(&w);
}
END_TEST

START_TEST(texts)
{
    rc_init(&w);
    rc_add(&w, "pn a\npe 1\ntask do_fetch\ntask do_build do_fetch\n[depends] b:do_x");
    rc_add(&w, "pn b\ntask do_x");
    ck_assert_int_eq(rc_plan(&w, "a"), 0);
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_dot_tasks(&w.plan, &out);
    ck_assert_str_eq(out.p, "digraph depends {\n"
                            "\"a.do_build\" [label=\"a do_build\\n1:1.0-r0\\n/l/a_1.0.bb\"]\n"
                            "\"a.do_build\" -> \"a.do_fetch\"\n"
                            "\"a.do_build\" -> \"b.do_x\"\n"
                            "\"a.do_fetch\" [label=\"a do_fetch\\n1:1.0-r0\\n/l/a_1.0.bb\"]\n"
                            "\"b.do_x\" [label=\"b do_x\\n:1.0-r0\\n/l/b_1.0.bb\"]\n"
                            "}\n");
    bb_buf_clear(&out);
    bb_dot_recipes(&w.plan, &out);
    ck_assert_str_eq(out.p, "digraph depends {\n"
                            "\"a\" [label=\"a\\n1:1.0-r0\\n/l/a_1.0.bb\"]\n"
                            "\"a\" -> \"b\"\n"
                            "\"b\" [label=\"b\\n:1.0-r0\\n/l/b_1.0.bb\"]\n"
                            "}\n");
    bb_buf_clear(&out);
    bb_dot_buildlist(&w.plan, &out);
    ck_assert_str_eq(out.p, "a\nb\n");
    rc_release(&w);
}
END_TEST

static const char *ordered(enum bb_order order)
{
    uint32_t rank[64];
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_order_make(&w.plan, order, rank);
    for (uint32_t r = 0; r < w.plan.n; r++)
        for (bb_tid t = 0; t < w.plan.n; t++)
            if (rank[t] == r)
                bb_buf_addf(&out, "%s%.*s.%.*s", r ? " " : "", BB_STRF(bb_plan_recipe(&w.plan, t)->pn),
                            BB_STRF(bb_str_from(bb_plan_name(&w.plan, t), 3)));
    return bb_arena_strz(&w.arena, bb_buf_str(&out));
}

START_TEST(orders)
{
    rc_init(&w);
    rc_add(
        &w,
        "pn a\ndepends b\ntask do_fetch\ntask do_stage do_fetch\n[deptask] do_stage\ntask do_build do_stage");
    rc_add(&w, "pn b\ntask do_fetch\ntask do_stage do_fetch\ntask do_clean do_stage\ntask do_build do_clean");
    ck_assert_int_eq(rc_plan(&w, "a b"), 0);
    ck_assert_double_eq_tol(w.plan.tasks[rc_tid(&w, "a:do_build")].weight, 10, 1e-9);
    ck_assert_double_eq_tol(w.plan.tasks[rc_tid(&w, "b:do_stage")].weight, 23, 1e-9);
    ck_assert_str_eq(ordered(BB_ORDER_BASIC), "a.fetch a.stage a.build b.fetch b.stage b.clean b.build");
    ck_assert_str_eq(ordered(BB_ORDER_SPEED), "b.fetch b.stage a.fetch b.clean a.stage b.build a.build");
    ck_assert_str_eq(ordered(BB_ORDER_COMPLETION), "b.build a.build b.clean b.stage a.stage b.fetch a.fetch");
    BB_CLEAN_BUF struct bb_buf names = BB_BUF_INIT;
    ck_assert_int_eq(bb_order_parse(BB_STR("completion"), &names), BB_ORDER_COMPLETION);
    ck_assert_int_eq(bb_order_parse(BB_STR("x"), &names), BB_ORDER_COUNT);
    ck_assert_str_eq(names.p, "basic, speed, completion");
    rc_release(&w);
}
END_TEST

/* 200 recipes of 20 tasks, each needing up to 20 others, five recursive tasks in each: figures are printed.
 */
START_TEST(dense)
{
    enum { RECIPES = 200, TASKS = 20 };
    rc_init(&w);
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    for (int r = 0; r < RECIPES; r++) {
        bb_buf_clear(&b);
        bb_buf_addf(&b, "pn r%d\ndepends", r);
        for (int d = 1; d <= 20 && r - d * 3 >= 0; d++)
            bb_buf_addf(&b, " r%d", r - d * 3);
        if (r)
            bb_buf_addf(&b, " r%d", r - 1);
        for (int t = 0; t < TASKS; t++) {
            bb_buf_addf(&b, "\ntask do_t%d do_t%d\n[deptask] do_t%d", t, t - 1, TASKS / 2);
            if (t % 4 == 3)
                bb_buf_addf(&b, "\n[recrdeptask] do_t%d do_t%d", t, t - 3);
        }
        rc_add(&w, b.p);
    }
    struct timespec t0, t1;
    ck_assert_int_eq(rc_prepare(&w, "world", "do_t19"), 0);
    clock_gettime(CLOCK_MONOTONIC, &t0);
    w.planned = true;
    ck_assert_int_eq(bb_plan_make(&w.plan, &w.ctx, &w.td), 0);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    size_t edges = 0;
    for (bb_tid t = 0; t < w.plan.n; t++)
        edges += w.plan.tasks[t].deps.n;
    ck_assert_uint_eq(w.plan.n, RECIPES * TASKS);
    for (bb_tid t = 0; t < w.plan.n; t++)
        ck_assert_uint_eq(bb_plan_find(&w.plan, bb_plan_recipe(&w.plan, t), bb_plan_name(&w.plan, t)), t);
    printf("plan of %zu tasks with %zu dependencies: %.1f ms\n", w.plan.n, edges,
           (double)(t1.tv_sec - t0.tv_sec) * 1e3 + (double)(t1.tv_nsec - t0.tv_nsec) / 1e6);
    rc_release(&w);
}
END_TEST

UNIT_MAIN("plan", kinds_of_dependencies, recursive, recideptask, multiconfig, selection, invalidate, errors,
          two_providers, texts, orders, dense)
