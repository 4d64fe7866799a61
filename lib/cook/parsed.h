/* SPDX-License-Identifier: MIT */
/*
 * What parsing one recipe file gave. Parse workers send it to the cooker and the recipe cache keeps it, both with the
 * summaries of the variants as a text (reuse/recipes.h); the cooker makes them of it.
 */
#ifndef BB_COOK_PARSED_H
#define BB_COOK_PARSED_H

#include "graph/recipe.h"
#include "reuse/recipes.h"

struct bb_parsed {
    struct bb_recipes_entry kept; /* file.p is NULL where parsing failed */
    struct bb_recipe **variants;
    size_t nvariants;
};

/* The text of n summaries, appended. */
void bb_parsed_summaries(struct bb_buf *out, struct bb_recipe *const *variants, size_t n);
/* The variants of an entry of configuration `mc`, to which they then point: arrays are allocated from `a`, texts are views
 * into the entry's. False when it is damaged. */
bool bb_parsed_open(struct bb_arena *a, const struct bb_recipes_entry *e, struct bb_mcgraph *mc,
                    struct bb_parsed *ret);

#endif
