/* SPDX-License-Identifier: MIT */
/*
 * The queries of bitbake-layers about layers and files: show-layers, show-appends, show-cross-depends. Texts
 * as BitBake prints them; as JSON one array of objects. Queries about recipes are in recipeshow.h.
 */
#ifndef BB_COOK_LAYERSHOW_H
#define BB_COOK_LAYERSHOW_H

#include "cook/layerinfo.h"
#include "cook/targets.h"

/* Every layer with folder and priority, in the order of BBFILE_COLLECTIONS; needs no recipes. */
int bb_layershow_layers(struct bb_layerinfo *l, struct bb_answer *a);

/* The .bbappend files of every recipe whose name matches `names` (all when empty), then those of skipped
 * recipes. */
int bb_layershow_appends(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_strvec *names,
                         struct bb_answer *a);

struct bb_layershow_cross {
    bool filenames;          /* -f: whole paths */
    struct bb_strvec ignore; /* names of layers */
};
/* What a layer's recipes, classes and configuration files take from other layers. */
int bb_layershow_cross(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_layershow_cross *o,
                       struct bb_answer *a);

#endif
