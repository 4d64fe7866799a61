/* SPDX-License-Identifier: MIT */
/*
 * Makes the record of a build (reuse/buildrecord.h): its plan, what went into the hashes and what became of each task. The
 * variables of a recipe are noted when one of its tasks has run, which is when signature data needs them anyway.
 */
#ifndef BB_BUILD_RECORDER_H
#define BB_BUILD_RECORDER_H

#include "build/hashes.h"
#include "reuse/buildrecord.h"
#include "run/sched.h"

struct bb_recorder {
    struct bb_cooker *cooker;
    const struct bb_plan *plan;
    struct bb_arena arena;
    unsigned keep; /* how many records are kept; 0: none is made */
    bb_str dir;
    struct bb_buildrecord before; /* the newest one there is, else empty */
    struct bb_map known;          /* "recipe:task" -> number + 1 in it */
    struct bb_map recipes;        /* virtual name -> uint64_t *: variables of recipes in this build */
    struct bb_buildrecord record; /* this build's */
    unsigned asked;               /* recipes that were evaluated only for the record */
};

/* Reads the record before. Whatever goes wrong with records, a build goes on without them. */
void bb_recorder_init(struct bb_recorder *r, struct bb_cooker *c, const struct bb_plan *plan);
void bb_recorder_release(struct bb_recorder *r);
/* A task of the recipe has run: notes the recipe's variables, unless those of the record before hold. */
void bb_recorder_ran(struct bb_recorder *r, const struct bb_recipe *recipe);
/* What became of all tasks; `s` NULL: nothing was run. */
void bb_recorder_outcomes(struct bb_recorder *r, const struct bb_sched *s);
/* Writes the record, with `targets` as they were asked for. Only a debug message says that it could not be written. */
void bb_recorder_write(struct bb_recorder *r, const struct bb_hashes *h, const struct bb_strvec *targets);

#endif
