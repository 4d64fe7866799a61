/* SPDX-License-Identifier: MIT */
/*
 * The variables that went into the base hashes of one recipe, as they were when it was evaluated: values and the
 * statements that wrote them. Such a set is a file whose name is a digest of its content, so equal ones are one file.
 */
#ifndef BB_REUSE_RECIPEKEYS_H
#define BB_REUSE_RECIPEKEYS_H

#include "base/vec.h"
#include "reuse/cachefile.h"

/* A variable, a function, or a flag "VAR[flag]". */
struct bb_recipekey {
    bb_str name;
    bb_str value; /* p NULL: it has none */
    bb_str place; /* "FILE:LINE", empty: not known */
};
struct bb_recipekeys_task {
    bb_str name, basehash;
    uint32_t *keys; /* numbers of all that it depends on, itself included; ascending */
    size_t nkeys;
};
struct bb_recipekeys {
    struct bb_recipekey *keys; /* sorted by name */
    struct bb_recipekeys_task *tasks;
    size_t nkeys, ntasks;
};

/* Writes the set into the folder unless it is there. 0 or -errno; `ret_digest` is never 0. */
int bb_recipekeys_write(bb_str dir, const struct bb_recipekeys *k, uint64_t *ret_digest);
/* Reads a set into `a`. False when there is none, or it is damaged. */
bool bb_recipekeys_read(struct bb_arena *a, bb_str dir, uint64_t digest, struct bb_recipekeys *ret);
/* Removes sets of the folder that are not among the `n` used ones. */
void bb_recipekeys_prune(bb_str dir, const uint64_t *used, size_t n);
/* The task of that name, NULL when there is none. */
const struct bb_recipekeys_task *bb_recipekeys_task(const struct bb_recipekeys *k, bb_str name);

#endif
