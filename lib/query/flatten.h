/* SPDX-License-Identifier: MIT */
/* bitbake-layers flatten: several layers as one folder, without what is overlayed and with .bbappends appended. */
#ifndef BB_QUERY_FLATTEN_H
#define BB_QUERY_FLATTEN_H

#include "query/layerinfo.h"

/*
 * Copies the layers with these folder names (all when empty) into `outdir`, which must be empty or not be
 * there; what is done goes to `out`. bb_cooker_collect() has run.
 */
int bb_flatten_layers(struct bb_layerinfo *l, const struct bb_strvec *names, bb_str outdir,
                      struct bb_buf *out);

#endif
