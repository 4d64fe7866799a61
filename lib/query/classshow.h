/* SPDX-License-Identifier: MIT */
/* Classes that several layers have: the second half of bitbake-layers show-overlayed. */
#ifndef BB_QUERY_CLASSSHOW_H
#define BB_QUERY_CLASSSHOW_H

#include "query/layerinfo.h"

/* Appends each such class, the layer whose class is used first; *ret_any becomes true when there is one. */
int bb_classshow_overlayed(struct bb_layerinfo *l, bb_str bbpath, bool filenames, struct bb_answer *a,
                           bool *ret_any);

#endif
