/* SPDX-License-Identifier: MIT */
#include "queryopts.h"

#define F(f) offsetof(struct bbc_getvar_opts, f)
static const struct bbc_opt getvar[] = {
    {'r', "recipe", BBC_OPT_TEXT, F(recipe), "RECIPE", "as this recipe sees it"},
    {'u', "unexpand", BBC_OPT_FLAG, F(unexpand), NULL, "without expansion (with --value)"},
    {'f', "flag", BBC_OPT_TEXT, F(flag), "FLAG", "a flag of the variable (with --value or --json)"},
    {0, "value", BBC_OPT_FLAG, F(value), NULL, "the value only"},
    {0, "json", BBC_OPT_FLAG, F(json), NULL, "value, flags and history as JSON"},
    {'q', "quiet", BBC_OPT_FLAG, F(quiet), NULL, "no messages but errors"},
    {0, "ignore-undefined", BBC_OPT_FLAG, F(ignore_undefined), NULL, "an undefined variable is no error"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
};
#undef F

#define F(f) offsetof(struct bbc_dump_opts, f)
static const struct bbc_opt dump[] = {
    {'v', "values", BBC_OPT_FLAG, F(values), NULL, "values in full instead of their digests"},
    {'j', "jobs", BBC_OPT_NUMBER, F(jobs), "N", "use so many processes (default: one for each processor)"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
};
#undef F

/* The last rows are those of bbc-dumpsig, too. */
#define F(f) offsetof(struct bbc_sigs_opts, f)
static const struct bbc_opt sigs[] = {
    {'s', "signature", BBC_OPT_PAIR, F(hash), "FROM TO", "with -t: compare those with these hashes"},
    {'d', "dump", BBC_OPT_FLAG, F(dump), NULL, "show the last one instead of comparing"},
    {'c', "color", BBC_OPT_CHOICE, F(color), "auto|always|never", "colour the differences"},
    {'t', "task", BBC_OPT_PAIR, F(task), "RECIPE TASK", "use the files of this task's last runs"},
    {'D', "debug", BBC_OPT_FLAG, F(debug), NULL, "say which files are used"},
    BBC_OPT_DIAGNOSTICS(F(diagnostics)),
};
#undef F
enum { DIFF_ONLY = 3 };

#define ROWS(table) .opts = table, .nopts = sizeof(table) / sizeof(*table)

const struct bbc_cmdline bbc_getvar_cmdline = {
    .name = "bbc-getvar",
    .summary = "show the value of a variable and how it came about",
    .args = {"VARIABLE"},
    .about = "Shows a variable's value and the operations that made it.",
    ROWS(getvar),
    .field = offsetof(struct bbc_getvar_opts, args),
    .min = 1,
    .max = 1,
};

const struct bbc_cmdline bbc_dump_cmdline = {
    .name = "bbc-dump",
    .summary = "write what bbc knows of all recipes as JSON lines",
    .args = {"FILE [SUBSTRING ...]"},
    .about =
        "Writes one JSON object for each recipe variant whose file has one of the substrings in its path:\n"
        "variables, flags, tasks and base hashes, as digests or, with --values, in full.",
    ROWS(dump),
    .field = offsetof(struct bbc_dump_opts, args),
    .min = 1,
    .max = SIZE_MAX,
};

const struct bbc_cmdline bbc_dumpsig_cmdline = {
    .name = "bbc-dumpsig",
    .summary = "show what went into the hash of a task",
    .args = {"FILE", "-t RECIPE TASK"},
    .about = "Shows everything that went into a task's hash.",
    .opts = sigs + DIFF_ONLY,
    .nopts = sizeof(sigs) / sizeof(*sigs) - DIFF_ONLY,
    .field = offsetof(struct bbc_sigs_opts, args),
    .max = 1,
};

const struct bbc_cmdline bbc_diffsigs_cmdline = {
    .name = "bbc-diffsigs",
    .summary = "say why the hashes of a task differ",
    .args = {"FILE1 [FILE2]", "-t RECIPE TASK [-s FROM TO]"},
    .about =
        "Says why the hashes of two signature data files of one task differ, those of a task's last two runs\n"
        "or those with hashes FROM and TO. One file alone is shown.",
    ROWS(sigs),
    .field = offsetof(struct bbc_sigs_opts, args),
    .max = 2,
};
