/* SPDX-License-Identifier: MIT */
/*
 * show-recipes and show-overlayed of bitbake-layers: recipes by name with the versions that layers have, the one that
 * would be built first. A skipped recipe's name and version are those of its file: nothing else is known of it.
 */
#ifndef BB_QUERY_RECIPESHOW_H
#define BB_QUERY_RECIPESHOW_H

#include "query/layerinfo.h"
#include "cook/targets.h"

struct bb_recipeshow {
    bool filenames;           /* -f: files instead of layers and versions */
    bool names;               /* -r: names alone */
    bool multiple;            /* -m: only names with more than one recipe */
    bool bare;                /* -b: do not say what is skipped */
    bool overlayed;           /* only recipes and classes that several layers have */
    bool same_version;        /* -s: only recipes with the same version everywhere */
    bb_str layer;             /* -l: only from the layer of this name */
    struct bb_strvec classes; /* -i: only recipes that inherit all of these */
    struct bb_strvec match;   /* patterns of names */
};

/* Appends the answer. -BB_EREPORTED for a class that is nowhere in BBPATH. */
int bb_recipeshow_list(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_recipeshow *o,
                       struct bb_answer *a);

#endif
