/* SPDX-License-Identifier: MIT */
/*
 * DepTreeGenerated: what depends on what in a build, which user interfaces and handlers are told once the plan and its
 * hashes are made. Nothing is collected when no handler wants it.
 */
#ifndef BB_BUILD_DEPTREE_H
#define BB_BUILD_DEPTREE_H

#include "cook/cooker.h"
#include "graph/plan.h"

/* 0, or -BB_EREPORTED when a handler failed. BitBake: cooker.buildDependTree. */
int bb_deptree_tell(struct bb_cooker *c, const struct bb_plan *plan);

#endif
