/* SPDX-License-Identifier: MIT */
/* Where in the metadata the value of a variable comes from, for messages that name it. */
#ifndef BB_BUILD_PLACE_H
#define BB_BUILD_PLACE_H

#include "data/store.h"

/*
 * The last statement behind a variable, a function or a flag ("VAR[flag]"): that of the override in force before that of the
 * variable itself. False, with `ret` untouched, when no file has one.
 */
bool bb_place_find(struct bb_store *d, bb_str key, struct bb_loc *ret);

#endif
