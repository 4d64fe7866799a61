/* SPDX-License-Identifier: MIT */
/* Parts of layers that no recipe uses: a .bbappend without its recipe, a layer whose BBFILE_PATTERN matches nothing. */
#ifndef BB_COOK_UNUSED_H
#define BB_COOK_UNUSED_H

#include "cook/cooker.h"

/*
 * Reports both for every configuration. A lone .bbappend is an error unless BB_DANGLINGAPPENDS_WARNONLY is set, an
 * empty layer a warning unless its BBFILE_PATTERN_IGNORE_EMPTY is 1.
 */
int bb_unused_report(struct bb_cooker *c);

#endif
