/* SPDX-License-Identifier: MIT */
/*
 * Evaluating one recipe file in this process: its variants as stores, for whoever runs or looks at them, or as
 * summaries, which parse workers send to the cooker. Base hashes are computed where BitBake computes them, in the
 * middle of finalisation.
 */
#ifndef BB_COOK_EVALUATE_H
#define BB_COOK_EVALUATE_H

#include "cook/mc.h"
#include "cook/parsed.h"
#include "parse/recipe.h"
#include "sig/basehash.h"

/* A recipe file of a configuration, with what layers say about it. */
struct bb_evaluate_job {
    bb_str file;
    struct bb_mc *mc;
    bb_str layer;     /* name of the layer the file belongs to */
    int64_t priority; /* of that layer */
    const bb_str *appends;
    size_t nappends;
};

/* What evaluating needs. All is borrowed. */
struct bb_evaluator {
    struct bb_parser *parser;
    struct bb_parse_hooks *hooks; /* the parser's: set for the time of an evaluation */
    struct bb_arena *arena;       /* for the results */
};

/* Looks up layer and appends of a file, which is borrowed; the configuration's files have been collected. */
void bb_evaluate_describe(struct bb_mc *mc, bb_str file, struct bb_arena *a, struct bb_evaluate_job *ret);
/*
 * All variants, or only `*only`. `ret_hashes` (may be NULL) gets one element for each variant, in the arena, and
 * needs the configuration's sigconf; `details` as for bb_basehash_recipe(). The caller releases `ret` with
 * bb_recipe_release(). -BB_EREPORTED after a message.
 */
int bb_evaluate_variants(const struct bb_evaluator *ev, const struct bb_evaluate_job *job, const bb_str *only,
                         bool details, struct bb_recipe_variants *ret, struct bb_sig_recipe **ret_hashes);
/* What a recipe file comes to, for the recipe cache. */
struct bb_evaluated {
    struct bb_recipes_entry entry; /* all but its files */
    struct bb_seenfile *files;     /* what it depends on */
    size_t nfiles;
};
/*
 * The summaries of all variants and what they depend on, in the arena; the texts of `job` are borrowed. Each variant's
 * store is gone once it is summarised. -BB_EREPORTED after a message.
 */
int bb_evaluate_summaries(const struct bb_evaluator *ev, const struct bb_evaluate_job *job,
                          struct bb_evaluated *ret);

#endif
