/* SPDX-License-Identifier: MIT */
/*
 * -S printdiff: the tasks at which a build starts to differ from what there is, and how each differs from the
 * newest signature data that there is of it.
 */
#ifndef BB_BUILD_PRINTDIFF_H
#define BB_BUILD_PRINTDIFF_H

#include "build/hashes.h"
#include "run/stamps.h"

/*
 * The tasks with nothing before them that is not there already, in their order, which are named; to free. A
 * task is there when shared state has its signature data, or when its stamp is current.
 */
int bb_printdiff_find(struct bb_cooker *c, struct bb_plan *plan, bb_tid **ret, size_t *ret_n);
/* Says how they differ, once signature data of the plan has been written. */
int bb_printdiff_explain(struct bb_cooker *c, const struct bb_plan *plan, const bb_tid *tids, size_t n);

#endif
