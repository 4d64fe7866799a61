/* SPDX-License-Identifier: MIT */
/*
 * The queries of bitbake-layers about layers and files: show-layers and show-appends. Texts as BitBake prints
 * them; as JSON one array of objects. Others are in recipeshow.h and crossdeps.h.
 */
#ifndef BB_QUERY_LAYERSHOW_H
#define BB_QUERY_LAYERSHOW_H

#include "query/layerinfo.h"
#include "cook/targets.h"

/* Every layer with folder and priority, in the order of BBFILE_COLLECTIONS; needs no recipes. */
int bb_layershow_layers(struct bb_layerinfo *l, struct bb_answer *a);

/* The .bbappend files of every recipe whose name matches `names` (all when empty), then those of skipped recipes. */
int bb_layershow_appends(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_strvec *names,
                         struct bb_answer *a);

#endif
