/* SPDX-License-Identifier: MIT */
/*
 * A plan as signature generators of the metadata see it: dataCaches and the virtual/ names, made from the
 * summaries (BitBake: cache.CacheData and RunQueueData.prepare).
 */
#ifndef BB_BUILD_DATACACHE_H
#define BB_BUILD_DATACACHE_H

#include "graph/plan.h"

/* Fields of one recipe as a JSON object, named as in BitBake's CacheData. */
void bb_datacache_recipe(const struct bb_recipe *r, struct bb_buf *out);
/* {"setscene": [tid, ...], "virtual": {mc: {"virtual/x": ["/path/x.bb", pn], ...}, ...}} */
void bb_datacache_resolved(const struct bb_plan *plan, struct bb_buf *out);

#endif
