/* SPDX-License-Identifier: MIT */
/* Messages about a name that has no provider, or several: BitBake's NoProvider and MultipleProviders. */
#ifndef BB_GRAPH_NOPROVIDER_H
#define BB_GRAPH_NOPROVIDER_H

#include "graph/taskdata.h"

/*
 * "Nothing [R]PROVIDES 'x'" with who needs it, and the reasons or close matches; `none_eligible`: there are
 * providers, but none can be built. An error, or a warning for the target universe. Returns -BB_EREPORTED.
 */
int bb_noprovider_report(struct bb_taskdata *td, const struct bb_target *t, bool runtime, bool none_eligible);
/* "Multiple providers are available for x", a note. */
void bb_noprovider_several(struct bb_taskdata *td, const struct bb_target *t, const struct bb_recipe_vec *v,
                           bool runtime);

#endif
