/* SPDX-License-Identifier: MIT */
/*
 * Which BitBake release's rules hold: the one that belongs to the core layer (its LAYERSERIES_CORENAMES), unless
 * BBC_COMPAT names one.
 */
#ifndef BB_COOK_LEVEL_H
#define BB_COOK_LEVEL_H

#include "base/ctx.h"

/* The level of the best-known series name in `corenames`; `fallback` when none is known. */
enum bb_level bb_level_of_series(bb_str corenames, enum bb_level fallback);
/* The level of a release number such as "2.8"; false when it is none that bbc knows. */
bool bb_level_parse(bb_str text, enum bb_level *ret);

#endif
