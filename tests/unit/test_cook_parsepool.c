/* SPDX-License-Identifier: MIT */
#include "cook/parsepool.h"
#include "cook_support.h"

enum { MAX = 12 };
static struct cook_world w;
static struct bb_evaluate_job jobs[MAX];
static struct bb_parsed results[MAX];
static size_t njobs, calls, last;

static void progress(void *self, size_t done, size_t total)
{
    ck_assert_uint_eq(total, njobs);
    ck_assert_uint_eq(done, last + 1);
    last = done;
    calls++;
}

/* Makes `n` recipes; those of `broken` (a bit each) have the given text. */
static void start(size_t n, unsigned broken, const char *text)
{
    cook_init(&w);
    for (size_t i = 0; i < n; i++)
        cook_write(bb_arena_fmt(&w.ctx.arena, "tiny/recipes/r%zu_1.bb", i).p, broken >> i & 1 ? text : "");
    cook_open(&w);
    struct bb_mc *mc = &w.cooker.config.mcs.p[0];
    ck_assert_int_eq(bb_mc_collect(mc), 0);
    ck_assert_int_eq(bb_mc_need_sigconf(mc), 0);
    njobs = n;
    for (size_t i = 0; i < n; i++)
        bb_evaluate_describe(mc, cook_fn(&w, "", bb_arena_fmt(&w.ctx.arena, "r%zu_1.bb", i).p), &w.ctx.arena,
                             &jobs[i]);
}

static int run(unsigned workers, bool keep_going)
{
    const struct bb_options options = {.keep_going = keep_going};
    struct bb_parsepool pool = {
        .ctx = &w.ctx,
        .ev = {.parser = w.cooker.parser, .hooks = &w.cooker.hooks, .arena = &w.ctx.arena},
        .cache = &w.cooker.cache,
        .options = &options,
        .workers = workers,
        .progress = progress,
    };
    return bb_parsepool_run(&pool, jobs, njobs, results);
}

/* Each result stands where its job does, whoever made it. */
START_TEST(puts_results_in_place)
{
    start(MAX, 0, "");
    ck_assert_int_eq(run(4, false), 0);
    ck_assert_uint_eq(calls, MAX);
    for (size_t i = 0; i < MAX; i++) {
        ck_str(results[i].kept.file, bb_arena_strz(&w.ctx.arena, jobs[i].file));
        ck_assert_uint_eq(results[i].nvariants, 1);
        ck_str(results[i].variants[0]->pn, bb_arena_fmt(&w.ctx.arena, "r%zu", i).p);
        ck_assert_ptr_eq(bb_mc_of(results[i].variants[0]), jobs[i].mc);
        ck_assert_uint_gt(results[i].kept.nfiles, 0);
    }
    cook_release(&w);
}
END_TEST

START_TEST(leaves_holes)
{
    start(MAX, 1 << 3 | 1 << 7, "PN := \"${@1 / 0}\"\n");
    ck_assert_int_eq(run(3, true), -BB_EREPORTED);
    for (size_t i = 0; i < MAX; i++)
        ck_assert_int_eq(results[i].kept.file.p == NULL, i == 3 || i == 7);
    ck_assert_uint_eq(w.ctx.errors, 2); /* counted here, told there */
    ck_assert(cook_said(&w, "r3_1.bb"));
    ck_assert(cook_said(&w, "r7_1.bb"));
    cook_release(&w);
}
END_TEST

/* Without -k nothing is begun after a failure. */
START_TEST(stops_at_a_failure)
{
    start(MAX, 1, "PN := \"${@1 / 0}\"\n");
    ck_assert_int_eq(run(1, false), -BB_EREPORTED);
    ck_assert_uint_eq(calls, 1);
    ck_assert_ptr_null(results[MAX - 1].kept.file.p);
    cook_release(&w);
}
END_TEST

/* A recipe may end its process: the file is named, and the others are parsed by whoever is left. */
START_TEST(survives_its_workers)
{
    start(MAX, 1 << 2, "PN := \"${@__import__('os')._exit(9)}\"\n");
    ck_assert_int_eq(run(2, true), -BB_EREPORTED);
    ck_assert(cook_said(&w, "r2_1.bb died with status 9"));
    ck_assert_ptr_null(results[2].kept.file.p);
    for (size_t i = 0; i < MAX; i++)
        ck_assert_int_eq(results[i].kept.file.p == NULL, i == 2);
    cook_release(&w);
}
END_TEST

START_TEST(has_nothing_to_do)
{
    start(0, 0, "");
    ck_assert_int_eq(run(4, false), 0);
    ck_assert_uint_eq(calls, 0);
    cook_release(&w);
}
END_TEST

UNIT_MAIN("parsepool", puts_results_in_place, leaves_holes, stops_at_a_failure, survives_its_workers,
          has_nothing_to_do)
