/* SPDX-License-Identifier: MIT */
/*
 * The texts of `bbc -g`. task-depends.dot is BitBake's byte for byte. pn-buildlist has BitBake's lines in the
 * order in which recipes were needed (BitBake's order follows Python's string hashes). recipe-depends.dot,
 * which BitBake no longer writes but scripts read, is the task graph collapsed to recipes.
 */
#ifndef BB_GRAPH_DOT_H
#define BB_GRAPH_DOT_H

#include "graph/plan.h"

void bb_dot_tasks(const struct bb_plan *plan, struct bb_buf *out);
void bb_dot_recipes(const struct bb_plan *plan, struct bb_buf *out);
void bb_dot_buildlist(const struct bb_plan *plan, struct bb_buf *out);

#endif
