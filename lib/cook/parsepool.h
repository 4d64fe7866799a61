/* SPDX-License-Identifier: MIT */
/*
 * Parsing many recipes: workers forked from the cooker, which share its configuration, trees and compiled Python and
 * take jobs from a common counter. Their results come back through one pipe each; their messages go where the
 * cooker's go.
 */
#ifndef BB_COOK_PARSEPOOL_H
#define BB_COOK_PARSEPOOL_H

#include "cook/evaluate.h"
#include "cook/profile.h"

struct bb_parsepool {
    struct bb_ctx *ctx;
    struct bb_evaluator ev;
    struct bb_recipes
        *cache; /* gets the files that recipes were made from, and what they read of the configuration */
    unsigned workers;
    const struct bb_options *options; /* -k: parse on after a failure */
    struct bb_profile *profile;       /* NULL: nobody wants to know where the time goes */
    /* Called after each result; may be NULL. */
    void (*progress)(void *self, size_t done, size_t total);
    void *self;
};

/*
 * Parses all jobs; results[i] is filled for jobs[i], left with kept.file.p == NULL where parsing failed. 0 when all went
 * well, -BB_EREPORTED when something failed, -BB_ECANCELLED after Ctrl-C (with the files then being parsed named).
 */
int bb_parsepool_run(struct bb_parsepool *p, const struct bb_evaluate_job *jobs, size_t njobs,
                     struct bb_parsed *results);

#endif
