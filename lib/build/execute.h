/* SPDX-License-Identifier: MIT */
/*
 * Carries a plan out: connects the scheduler with shared state, stamps, user interface, signals and the processes
 * that run tasks.
 */
#ifndef BB_BUILD_EXECUTE_H
#define BB_BUILD_EXECUTE_H

#include "build/build.h"
#include "build/recorder.h"

/* How it ended: ordinary tasks that failed; 1 after Ctrl-C, 2 when the running tasks were stopped, too. */
struct bb_execute_end {
    size_t failures;
    unsigned interrupted;
};
/*
 * 0 when all tasks succeeded; -BB_EREPORTED, -BB_ECANCELLED. The summary line has been printed, and the recorder knows
 * what became of each task.
 */
int bb_execute_plan(struct bb_cooker *c, struct bb_plan *plan, struct bb_hashes *hashes,
                    struct bb_recorder *recorder, const struct bb_build_ui *ui, struct bb_execute_end *ret);

#endif
