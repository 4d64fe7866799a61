/* SPDX-License-Identifier: MIT */
#include "query/depgraph.h"
#include "query_support.h"

static struct query_world q;
static struct bb_plan plan;
static struct bb_depgraph g;

/* a needs b and c, which need d; d is in the layer above. */
static void start(void)
{
    static const char steps[] = "do_x[deptask] = \"do_x\"\naddtask fetch\naddtask x after do_fetch\n"
                                "addtask build after do_x\n";
    query_init(&q);
    cook_write("tiny/classes/steps.bbclass", steps);
    cook_write("tiny/recipes/a_1.bb", "DEPENDS = \"b c\"\ninherit steps\n");
    cook_write("tiny/recipes/b_1.bb", "DEPENDS = \"d\"\ninherit steps\n");
    cook_write("tiny/recipes/c_1.bb", "DEPENDS = \"d\"\ninherit steps\n");
    cook_write("upper/recipes/d_1.bb", "inherit steps\n");
    query_start(&q);
    bb_str a = BB_STR("a");
    struct bb_strvec names = {&a, 1, 1};
    ck_assert_int_eq(bb_targets_resolve(&q.targets, &names, BB_STR("")), 0);
    ck_assert_int_eq(bb_plan_make(&plan, &q.w.ctx, &q.targets.td), 0);
}

static void end(void)
{
    bb_depgraph_release(&g);
    bb_plan_release(&plan);
    query_release(&q);
}

static struct bb_depstart at(const char *name)
{
    struct bb_depstart s;
    ck_assert_int_eq(bb_depgraph_start(&q.targets, &plan, bb_str_z(name), &q.w.ctx.arena, &s), 0);
    return s;
}

/* "a>b a>c b>d" */
static const char *edges(void)
{
    bb_buf_clear(&q.out);
    bb_vec_each(&g.edges, e)
        bb_buf_addf(&q.out, "%s%.*s>%.*s", q.out.len ? " " : "", BB_STRF(g.nodes.p[e->from].name),
                    BB_STRF(g.nodes.p[e->to].name));
    return q.out.p;
}

static const char *make(const char *name, struct bb_depgraph_opts o)
{
    struct bb_depstart s = at(name);
    bb_depgraph_make(&g, &plan, &q.info, &s, &o);
    edges();
    bb_depgraph_release(&g);
    return q.out.p;
}

START_TEST(follows)
{
    start();
    ck_assert_str_eq(make("a", (struct bb_depgraph_opts){0}), "a>b a>c b>d c>d");
    ck_assert_str_eq(make("a", (struct bb_depgraph_opts){.depth = 1}), "a>b a>c");
    ck_assert_str_eq(make("d", (struct bb_depgraph_opts){.reverse = true}), "b>d c>d a>b a>c");
    ck_assert_str_eq(make("b:x", (struct bb_depgraph_opts){.depth = 1}), "b:do_x>b:do_fetch b:do_x>d:do_x");
    end();
}
END_TEST

START_TEST(passes_through_what_is_left_out)
{
    start();
    ck_assert_str_eq(make("a", (struct bb_depgraph_opts){.layer = BB_STR("upper")}), "a>d");
    ck_assert_str_eq(make("c:x", (struct bb_depgraph_opts){.task = BB_STR("fetch")}),
                     "c:do_x>c:do_fetch c:do_x>d:do_fetch");
    end();
}
END_TEST

START_TEST(ways)
{
    start();
    struct bb_depstart a = at("a"), d = at("d"), b = at("b");
    bb_depgraph_path(&g, &plan, &a, &d, false);
    ck_assert_str_eq(edges(), "a>b b>d");
    bb_depgraph_release(&g);
    bb_depgraph_path(&g, &plan, &d, &a, false);
    ck_assert_uint_eq(g.nodes.n, 0);
    bb_depgraph_release(&g);
    bb_depgraph_between(&g, &plan, &a, &b);
    ck_assert_str_eq(edges(), "a:do_x>b:do_x");
    bb_depgraph_release(&g);
    bb_depgraph_tasks(&g, &plan, &q.info, &(struct bb_depgraph_opts){.layer = BB_STR("upper")});
    ck_assert_uint_eq(g.nodes.n, 2); /* d:do_fetch, d:do_x */
    end();
}
END_TEST

START_TEST(names_that_are_none)
{
    struct bb_depstart s;
    start();
    ck_assert_int_eq(bb_depgraph_start(&q.targets, &plan, BB_STR("e"), &q.w.ctx.arena, &s), -BB_EREPORTED);
    ck_assert_int_eq(bb_depgraph_start(&q.targets, &plan, BB_STR("a:y"), &q.w.ctx.arena, &s), -BB_EREPORTED);
    ck_assert(cook_said(&q.w, "the task graph of these targets has no 'a:y'"));
    end();
}
END_TEST

UNIT_MAIN("depgraph", follows, passes_through_what_is_left_out, ways, names_that_are_none)
