/* SPDX-License-Identifier: MIT */
/*
 * A recipe is read again when its tasks run. Where its base hashes are other ones than when recipes were parsed, the
 * metadata is not deterministic: what runs is not what the hash names. BitBake says so (siggen's "the basehash value
 * changed"), and so does this, with the variables that changed.
 */
#ifndef BB_BUILD_REPARSE_H
#define BB_BUILD_REPARSE_H

#include "build/hashes.h"

/*
 * Compares the base hashes of a recipe, which is evaluated if it was not yet, with those of its summary, once for each
 * recipe. What differs is an error that was reported; the task runs all the same. Silent when the recipe cannot be evaluated.
 */
void bb_reparse_check(struct bb_hashes *h, const struct bb_recipe *r);

#endif
