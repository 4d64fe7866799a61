/* SPDX-License-Identifier: MIT */
/*
 * Parsing many recipes: workers forked from the cooker, which share its configuration, trees and compiled Python and
 * take jobs from a common counter. What they find out comes back through one pipe each; their messages go where the
 * cooker's go.
 */
#ifndef BB_COOK_PARSEPOOL_H
#define BB_COOK_PARSEPOOL_H

#include "cook/mc.h"
#include "cook/profile.h"
#include "parse/recipe.h"
#include "reuse/confhash.h"
#include "reuse/parsed.h"
#include "sig/basehash.h"

struct bb_parse_job {
    bb_str file;
    struct bb_mc *mc;
    bb_str layer;     /* name of the layer the file belongs to */
    int64_t priority; /* of that layer */
    const bb_str *appends;
    size_t nappends;
};

struct bb_parsepool {
    struct bb_ctx *ctx;
    struct bb_parser *parser;
    struct bb_parse_hooks *hooks; /* the parser's: `finalise` is set for the time of the parse */
    struct bb_arena *arena;       /* for the results */
    struct bb_reads *reads;       /* gets what was read of the configuration; may be NULL */
    unsigned workers;
    bool keep_going;            /* parse on after a failure */
    struct bb_profile *profile; /* NULL: nobody wants to know where the time goes */
    /* Called after each result; may be NULL. */
    void (*progress)(void *self, size_t done, size_t total);
    void *self;
};

/*
 * Evaluates one job in this process: all variants, or only `*only`. `ret_hashes` (may be NULL) gets one element for each
 * variant, in the arena; `details` as for bb_basehash_recipe(). The caller releases `ret` with bb_recipe_release().
 */
int bb_parsepool_eval(struct bb_parsepool *p, const struct bb_parse_job *job, const bb_str *only,
                      bool details, struct bb_recipe_variants *ret, struct bb_sig_recipe **ret_hashes);
/*
 * Parses all jobs; results[i] is filled for jobs[i], left with file.p == NULL where parsing failed. 0 when all went
 * well, -BB_EREPORTED when something failed, -BB_ECANCELLED after Ctrl-C (with the files then being parsed named).
 */
int bb_parsepool_run(struct bb_parsepool *p, const struct bb_parse_job *jobs, size_t njobs,
                     struct bb_parsed *results);

#endif
