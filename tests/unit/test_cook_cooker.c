/* SPDX-License-Identifier: MIT */
#include "cook_support.h"
#include "os/proc.h"

static const char recipe[] =
    "DEPENDS = \"zlib\"\nWHAT = \"of ${PN}\"\ndo_show() {\n    echo ${WHAT}\n}\naddtask show\n";

START_TEST(parses_and_evaluates)
{
    struct cook_world w;
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", recipe);
    cook_write("tiny/recipes/a_1.bbappend", "WHAT .= \", appended\"\n");
    cook_parse(&w);
    ck_assert_uint_eq(w.cooker.nparsed, 1);
    ck_assert_uint_eq(w.cooker.counts.parsed, 1);
    const struct bb_recipe *r = w.cooker.parsed[0].variants[0];
    ck_str(r->pn, "a");
    ck_str(r->depends.p[0], "zlib");
    ck_assert_ptr_eq(bb_mc_of(r), &w.cooker.config.mcs.p[0]);
    struct bb_store *d;
    const struct bb_recipe_variant *v;
    bb_str what;
    ck_assert_int_eq(bb_cooker_recipe(&w.cooker, r->fn, &d, &v), 0);
    ck_assert_int_eq(bb_store_str(d, BB_SYM("WHAT"), &what), 0);
    ck_str(what, "of a, appended");
    ck_assert_ptr_null(v->skipped.p);
    const struct bb_sig_recipe *sig;
    ck_assert_int_eq(bb_cooker_signatures(&w.cooker, r->fn, &sig), 0);
    ck_assert_uint_eq(sig->ntasks, r->ntasks);
    for (size_t i = 0; i < sig->ntasks; i++)
        ck_str(bb_recipe_task(r, sig->tasks[i].name->name)->basehash, sig->tasks[i].basehash);
    cook_release(&w);
}
END_TEST

/* Opens the cooker with two configurations and looks at what was parsed. */
static void look_at_multiconfig(struct cook_world *w, size_t cached)
{
    static bb_str post[] = {{"conf/mc.conf", 12}};
    static const struct bb_options options = {.postfiles = {post, 1, 1}};
    w->opts.options = &options;
    cook_parse(w);
    const struct bb_config *config = &w->cooker.config;
    ck_assert_uint_eq(config->mcs.n, 2);
    ck_assert_uint_eq(w->cooker.counts.cached, cached);
    ck_assert_uint_eq(w->cooker.nparsed, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct bb_recipe *r = w->cooker.parsed[i].variants[0];
        ck_assert_ptr_eq(bb_mc_of(r), &config->mcs.p[i]);
        ck_assert_int_eq(bb_str_starts(r->fn, BB_STR("mc:one:")), i == 1);
    }
    ck_assert_ptr_eq(bb_config_mc(config, BB_STR("one")), &config->mcs.p[1]);
    ck_assert_ptr_null(bb_config_mc(config, BB_STR("two")));
}

/* Summaries that come from the cache belong to a configuration like those that were parsed. */
START_TEST(knows_configurations)
{
    struct cook_world w;
    struct bb_proc first;
    int status;
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", recipe);
    cook_write("build/conf/mc.conf", "BBMULTICONFIG = \"one\"\n");
    if (bb_proc_fork(false, &first) == 0) {
        look_at_multiconfig(&w, 0);
        _exit(0);
    }
    ck_assert_int_eq(bb_proc_wait(&first, &status), 0);
    ck_assert_int_eq(status, 0);
    look_at_multiconfig(&w, 2);
    cook_release(&w);
}
END_TEST

/* A name of no configuration is told, wherever it comes from. */
START_TEST(refuses_unknown_configuration)
{
    struct cook_world w;
    struct bb_store *d;
    struct bb_mc *mc = NULL;
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", recipe);
    cook_open(&w);
    ck_assert_int_eq(bb_cooker_recipe(&w.cooker, cook_fn(&w, "nine", "a_1.bb"), &d, NULL), -BB_EREPORTED);
    ck_assert(cook_said(&w, "there is no configuration 'nine' in BBMULTICONFIG"));
    ck_assert_int_eq(bb_config_need_mc(&w.cooker.config, BB_STR("nine"), &mc), -BB_EREPORTED);
    ck_assert(cook_said(&w, "No multiconfig named \"nine\" found"));
    ck_assert_ptr_null(mc);
    cook_release(&w);
}
END_TEST

/* A recipe that fails leaves a hole; the others are there under -k. */
START_TEST(goes_on_after_failures)
{
    struct cook_world w;
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", recipe);
    cook_write("tiny/recipes/b_1.bb", "A = \"${@1 / 0}\"\nPN := \"${A}\"\n");
    static const struct bb_options options = {.keep_going = true};
    w.opts.options = &options;
    cook_open(&w);
    ck_assert_int_eq(bb_cooker_parse(&w.cooker), -BB_EREPORTED);
    ck_assert_uint_eq(w.cooker.counts.errors, 1);
    ck_assert_uint_eq(w.cooker.counts.targets, 1);
    ck_assert(cook_said(&w, "b_1.bb"));
    ck_assert(cook_said(&w, "division by zero"));
    cook_release(&w);
}
END_TEST

/* -b: the recipe alone, without what leads out of it. */
START_TEST(parses_one_file)
{
    struct cook_world w;
    cook_init(&w);
    cook_write("tiny/recipes/a_1.bb", recipe);
    cook_write("tiny/recipes/broken_1.bb", "this is no statement\n");
    cook_open(&w);
    ck_assert_int_eq(bb_cooker_parse_file(&w.cooker, cook_fn(&w, "", "a_1.bb")), 0);
    ck_assert_uint_eq(w.cooker.nparsed, 1);
    ck_str(w.cooker.parsed[0].variants[0]->pn, "a");
    ck_assert_uint_eq(w.cooker.parsed[0].variants[0]->depends.n, 0);
    cook_release(&w);
}
END_TEST

START_TEST(answers_about_the_configuration)
{
    struct cook_world w;
    cook_init(&w);
    cook_write("build/conf/local.conf", "");
    cook_open(&w);
    bb_store_setz(bb_cooker_data(&w.cooker), "BB_NUMBER_THREADS", BB_STR("3"));
    ck_assert_uint_eq(bb_cooker_threads(&w.cooker, "BB_NUMBER_THREADS"), 3);
    ck_assert_uint_ge(bb_cooker_threads(&w.cooker, "BB_NUMBER_PARSE_THREADS"), 1);
    ck_str(bb_cooker_cache_path(&w.cooker, &w.ctx.arena, "x"),
           bb_arena_fmt(&w.ctx.arena, "%s/build/cache/bbc/x.dat", w.top).p);
    cook_release(&w);
}
END_TEST

UNIT_MAIN("cooker", parses_and_evaluates, knows_configurations, refuses_unknown_configuration,
          goes_on_after_failures, parses_one_file, answers_about_the_configuration)
