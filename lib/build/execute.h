/* SPDX-License-Identifier: MIT */
/*
 * Carries a plan out: connects the scheduler with shared state, stamps, user interface, signals and the processes
 * that run tasks.
 */
#ifndef BB_BUILD_EXECUTE_H
#define BB_BUILD_EXECUTE_H

#include "build/build.h"

/* 0 when all tasks succeeded; -BB_EREPORTED, -BB_ECANCELLED. The summary line has been printed. */
int bb_execute_plan(struct bb_cooker *c, struct bb_plan *plan, struct bb_hashes *hashes,
                    const struct bb_build_ui *ui);

#endif
