/* SPDX-License-Identifier: MIT */
/*
 * "Did you mean": the names most like one that does not exist, measured as Python's difflib does (twice the characters
 * in common blocks over all characters), because BitBake's users know its suggestions.
 */
#ifndef BB_GRAPH_CLOSEST_H
#define BB_GRAPH_CLOSEST_H

#include "base/vec.h"

/* 0 (nothing in common) to 1 (equal). */
double bb_closest_ratio(bb_str a, bb_str b);
/* At most three of `names` with a ratio of 0.7 or more, best first, appended to `ret` as borrowed views. */
void bb_closest_find(bb_str word, const bb_str *names, size_t n, struct bb_strvec *ret);

#endif
