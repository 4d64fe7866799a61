/* SPDX-License-Identifier: MIT */
/* From a finalised recipe store to its summary (graph/recipe.h): BitBake's cache.CoreRecipeInfo. */
#ifndef BB_COOK_SUMMARY_H
#define BB_COOK_SUMMARY_H

#include "graph/recipe.h"
#include "parse/recipe.h"
#include "sig/basehash.h"

struct bb_summary_in {
    bb_str fn; /* virtual name, mc included */
    struct bb_mcgraph *mc;
    int64_t priority; /* of the layer */
    const struct bb_recipe_variant *variant;
    const struct bb_sig_recipe *hashes; /* NULL for a skipped recipe */
};
/* In `a`; texts are copied there. A failed expansion is reported: -BB_EREPORTED. */
int bb_summary_make(struct bb_arena *a, const struct bb_summary_in *in, struct bb_recipe **ret);

#endif
