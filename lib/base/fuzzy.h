/* SPDX-License-Identifier: MIT */
/* Close matches for a mistyped name, for "Close matches:" under an error; the results of Python's difflib. */
#ifndef BB_BASE_FUZZY_H
#define BB_BASE_FUZZY_H

#include "base/vec.h"

/* difflib.SequenceMatcher(None, a, b).ratio(), 0 to 1, by bytes. */
double bb_fuzzy_ratio(bb_str a, bb_str b);
/* Appends the at most `max` best of `from` whose ratio to `word` is at least `cutoff`, best first. BitBake uses 3, 0.7. */
void bb_fuzzy_matches(bb_str word, const struct bb_strvec *from, size_t max, double cutoff,
                      struct bb_strvec *ret);

#endif
