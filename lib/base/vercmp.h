/* SPDX-License-Identifier: MIT */
/*
 * BitBake's order of versions (bb.utils.vercmp): epoch, version, revision; runs of digits compare as numbers, runs of
 * letters as text, '~' sorts before everything, the end of the text included.
 */
#ifndef BB_BASE_VERCMP_H
#define BB_BASE_VERCMP_H

#include "base/str.h"

struct bb_version {
    bb_str e, v, r; /* PE, PV, PR; an empty or malformed epoch counts as 0 */
};
/* Negative, 0, positive. */
int bb_vercmp(struct bb_version a, struct bb_version b);
/* One part, "1.2.3-rc1". */
int bb_vercmp_part(bb_str a, bb_str b);
/* Splits "[E:]V[-R]", leading and trailing blanks and comparison signs dropped. */
struct bb_version bb_vercmp_split(bb_str s);
/* Both of the above: bb.utils.vercmp_string. */
int bb_vercmp_string(bb_str a, bb_str b);

#endif
