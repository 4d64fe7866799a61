/* SPDX-License-Identifier: MIT */
/* bitbake-layers show-cross-depends: the recipes, classes and configuration files that a layer takes from other layers. */
#ifndef BB_QUERY_CROSSDEPS_H
#define BB_QUERY_CROSSDEPS_H

#include "query/layerinfo.h"
#include "cook/targets.h"

struct bb_crossdeps_opts {
    bool filenames;          /* -f: whole paths */
    struct bb_strvec ignore; /* names of layers */
};
/* Appends one line for each, in BitBake's words, or an array of objects. */
int bb_crossdeps_show(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_crossdeps_opts *o,
                      struct bb_answer *a);

#endif
