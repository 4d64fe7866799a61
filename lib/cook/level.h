/* SPDX-License-Identifier: MIT */
/*
 * The release of BitBake whose rules hold: that of the core layer (its LAYERSERIES_CORENAMES), unless BBC_COMPAT
 * names one. base/rules.h has the differences.
 */
#ifndef BB_COOK_LEVEL_H
#define BB_COOK_LEVEL_H

#include "cook/env.h"
#include "parse/parser.h"

/* The level of the newest series that `corenames` has; false when it has none that bbc knows. */
bool bb_level_of_series(bb_str corenames, enum bb_level *ret);
/* The level of a release number such as "2.8"; false when it is none that bbc knows. */
bool bb_level_parse(bb_str text, enum bb_level *ret);
/* Appends the release numbers that bb_level_parse() knows: "1.46, 1.48 ...". */
void bb_level_list(struct bb_buf *out);

/* Where to look for the core layer. */
struct bb_level_probe {
    struct bb_parser *parser;
    const struct bb_pyhook *hook;
    const struct bb_env *env;
    bb_str bblayers_conf, topdir;
};
/*
 * Sets the context's level to that of the core layer, which has to be known before the first file is read by the
 * rules of that level. So this looks for LAYERSERIES_CORENAMES in the text of the layers' layer.conf files. It
 * reports no faults of bblayers.conf, which will be read again. The level is `fallback` when no core layer is found.
 * No store may exist.
 */
void bb_level_find(const struct bb_level_probe *probe, enum bb_level fallback);

#endif
