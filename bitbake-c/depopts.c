/* SPDX-License-Identifier: MIT */
#include "depopts.h"

static const struct bbc_sub subs[] = {
    [BBC_QUERY_DEPS] = {"deps", "TARGET[:TASK]", "show what a recipe or task depends on", 1, 1},
    [BBC_QUERY_RDEPS] =
        {"rdeps", "NAME[:TASK] [TARGET ...]",
         "show what depends on a recipe or task, of all that these targets need (default: world)", 1,
         SIZE_MAX},
    [BBC_QUERY_PATH] = {"path", "FROM[:TASK] TO[:TASK]", "show the shortest way from one to the other", 2, 2},
    [BBC_QUERY_WHY_DEP] = {"why-dep", "FROM[:TASK] TO[:TASK]",
                           "show each dependency between tasks of the two, and who wrote it", 2, 2},
    [BBC_QUERY_TASKS] = {"tasks", "TARGET ...", "list the tasks that targets need", 1, SIZE_MAX},
};

/* Which subcommands know an option. */
#define FOR(c) (1u << BBC_QUERY_##c)
enum {
    GRAPHS = FOR(DEPS) | FOR(RDEPS),
    FILTERED = GRAPHS | FOR(TASKS),
};
static const struct bbc_opt rows[] = {
#define F(f) offsetof(struct bbc_query_opts, f)
    {0, "format", BBC_OPT_CHOICE, F(format), "text|tree|dot|json",
     "how the answer looks (default: text; tree for deps and rdeps)"},
    {'d', "depth", BBC_OPT_NUMBER, F(depth), "N", "no more than N steps away", .in = GRAPHS},
    {'t', "tasks", BBC_OPT_FLAG, F(tasks), NULL, "show tasks instead of recipes", .in = GRAPHS | FOR(PATH)},
    {0, "task", BBC_OPT_TEXT, F(task), "TASK", "only tasks of this name; others are passed through",
     .in = FILTERED},
    {'l', "layer", BBC_OPT_TEXT, F(layer), "LAYER", "only recipes of this layer; others are passed through",
     .in = FILTERED},
    {'r', "recursive", BBC_OPT_FLAG, F(recursive), NULL, "also what only [recrdeptask] brings, which is much",
     .in = GRAPHS},
    {0, "places", BBC_OPT_FLAG, F(places), NULL,
     "say of each dependency which statement wrote it: slow for many (path and why-dep always do)",
     .in = GRAPHS},
    {0, "most", BBC_OPT_NUMBER, F(most), "N", "how many edges --format dot may have (default: 300)"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
#undef F
};

const struct bbc_cmdline bbc_query_cmdline = {
    .name = "bbc-query",
    .summary = "ask what depends on what, and why",
    .args = {"<subcommand> ..."},
    .about = "Asks what depends on what, and why. '<subcommand> --help' says more of one.",
    .opts = rows,
    .nopts = sizeof(rows) / sizeof(*rows),
    .subs = subs,
    .nsubs = sizeof(subs) / sizeof(*subs),
    .field = offsetof(struct bbc_query_opts, args),
};

static const struct bbc_opt why[] = {
#define F(f) offsetof(struct bbc_why_opts, f)
    {0, "json", BBC_OPT_FLAG, F(json), NULL, "answer as JSON"},
    {'a', "all", BBC_OPT_FLAG, F(all), NULL, "all causes instead of the first ten"},
    {0, "between", BBC_OPT_PAIR, F(between), "FROM TO",
     "compare these two instead: build directories or records of builds"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
#undef F
};

const struct bbc_cmdline bbc_why_cmdline = {
    .name = "bbc-why",
    .summary = "say why a task ran",
    .args = {"TARGET[:TASK]", "--between FROM TO [TARGET[:TASK]]"},
    .about =
        "Says why a task ran, or all tasks of a recipe: what changed since the build before, each cause with the\n"
        "number of tasks that it drags along.",
    .opts = why,
    .nopts = sizeof(why) / sizeof(*why),
    .field = offsetof(struct bbc_why_opts, args),
    .max = 1,
};

int bbc_depopts_parse(int argc, char **argv, struct bbc_query_opts *ret)
{
    *ret = (struct bbc_query_opts){0};
    return bbc_opts_parse_sub(&bbc_query_cmdline, argc, argv, ret, &ret->command);
}
