/* SPDX-License-Identifier: MIT */
/*
 * Where the metadata says that one task waits for another: the statement that wrote the word. Asking evaluates the recipe,
 * so it is for edges that a person reads. The cooker must have been opened with tracking.
 */
#ifndef BB_QUERY_DEPPLACE_H
#define BB_QUERY_DEPPLACE_H

#include "cook/cooker.h"
#include "graph/edge.h"

/*
 * Appends "FILE:LINE"; nothing when no statement can be named (it was written by code, or the recipe cannot be evaluated
 * any more). `task` is the name of the task that waits. -BB_EREPORTED after a message.
 */
int bb_depplace_find(struct bb_cooker *c, const struct bb_recipe *r, bb_str task, const struct bb_edge *e,
                     struct bb_buf *out);

#endif
