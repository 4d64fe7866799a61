/* SPDX-License-Identifier: MIT */
#include "cook/evaluate.h"
#include "cook_support.h"

static const char recipe[] =
    "BBCLASSEXTEND = \"native\"\nWHAT = \"${PN}\"\ndo_show() {\n    echo ${WHAT}\n}\n"
    "addtask show\n";

static struct cook_world w;
static struct bb_evaluator ev;
static struct bb_evaluate_job job;

/* A cooker that knows its files, and what evaluates its recipe a_1.bb. */
static void start(const char *text)
{
    cook_init(&w);
    cook_write("tiny/classes/native.bbclass", "CLASSOVERRIDE = \"class-native\"\n");
    cook_write("tiny/recipes/a_1.bb", text);
    cook_write("tiny/recipes/a_%.bbappend", "WHAT .= \" appended\"\n");
    cook_open(&w);
    struct bb_mc *mc = &w.cooker.config.mcs.p[0];
    ck_assert_int_eq(bb_mc_collect(mc), 0);
    ck_assert_int_eq(bb_mc_need_sigconf(mc), 0);
    bb_evaluate_describe(mc, cook_fn(&w, "", "a_1.bb"), &w.ctx.arena, &job);
    ev = (struct bb_evaluator){.parser = w.cooker.parser, .hooks = &w.cooker.hooks, .arena = &w.ctx.arena};
}

START_TEST(describes)
{
    start(recipe);
    ck_str(job.layer, "tiny");
    ck_assert_int_eq(job.priority, 7);
    ck_assert_uint_eq(job.nappends, 1);
    ck_assert(bb_str_ends(job.appends[0], BB_STR("/a_%.bbappend")));
    bb_evaluate_describe(job.mc, BB_STR("/elsewhere/b_1.bb"), &w.ctx.arena, &job);
    ck_str(job.layer, "");
    ck_assert_uint_eq(job.nappends, 0);
    cook_release(&w);
}
END_TEST

START_TEST(makes_stores)
{
    struct bb_recipe_variants v;
    struct bb_sig_recipe *hashes;
    bb_str what;
    start(recipe);
    ck_assert_int_eq(bb_evaluate_variants(&ev, &job, NULL, false, &v, &hashes), 0);
    ck_assert_uint_eq(v.n, 2);
    ck_assert_uint_eq(hashes[0].ntasks, 2);
    ck_assert_uint_eq(hashes[1].ntasks, 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(bb_store_str(v.v[i].d, BB_SYM("WHAT"), &what), 0);
        ck_str(what, v.v[i].name.len ? "a-native appended" : "a appended");
    }
    bb_recipe_release(&v);
    bb_str only = BB_STR("");
    ck_assert_int_eq(bb_evaluate_variants(&ev, &job, &only, false, &v, NULL), 0);
    ck_assert_uint_eq(v.n, 1);
    bb_recipe_release(&v);
    cook_release(&w);
}
END_TEST

/* The same hashes as the stores have; what all depends on is listed once. */
START_TEST(makes_summaries)
{
    struct bb_evaluated made;
    struct bb_parsed parsed;
    struct bb_recipe_variants v;
    struct bb_sig_recipe *hashes;
    start(recipe);
    ck_assert_int_eq(bb_evaluate_summaries(&ev, &job, &made), 0);
    ck_assert(bb_parsed_open(ev.arena, &made.entry, &job.mc->graph, &parsed));
    ck_assert_uint_eq(parsed.nvariants, 2);
    ck_assert(made.entry.keep);
    ck_assert_uint_gt(made.nfiles, 0);
    for (size_t i = 0; i < made.nfiles; i++)
        for (size_t k = 0; k < i; k++)
            ck_assert(!bb_str_eq(made.files[i].path, made.files[k].path));
    ck_assert_int_eq(bb_evaluate_variants(&ev, &job, NULL, false, &v, &hashes), 0);
    for (size_t i = 0; i < 2; i++) {
        const struct bb_recipe *r = parsed.variants[i];
        ck_assert_ptr_eq(bb_mc_of(r), job.mc);
        for (size_t t = 0; t < hashes[i].ntasks; t++)
            ck_str(bb_recipe_task(r, hashes[i].tasks[t].name->name)->basehash, hashes[i].tasks[t].basehash);
    }
    bb_recipe_release(&v);
    cook_release(&w);
}
END_TEST

START_TEST(never_keeps_what_must_not_be)
{
    struct bb_evaluated made;
    start("BB_DONT_CACHE = \"1\"\n");
    ck_assert_int_eq(bb_evaluate_summaries(&ev, &job, &made), 0);
    ck_assert(!made.entry.keep);
    cook_release(&w);
}
END_TEST

START_TEST(reports)
{
    struct bb_evaluated made = {.nfiles = 7};
    start("PN := \"${@1 / 0}\"\n");
    ck_assert_int_eq(bb_evaluate_summaries(&ev, &job, &made), -BB_EREPORTED);
    ck_assert(cook_said(&w, "division by zero"));
    ck_assert_uint_eq(made.nfiles, 7);
    cook_release(&w);
}
END_TEST

UNIT_MAIN("evaluate", describes, makes_stores, makes_summaries, never_keeps_what_must_not_be, reports)
