/* SPDX-License-Identifier: MIT */
/*
 * BB_SETSCENE_ENFORCE: everything has to come from shared state but tasks that match a pattern "pn:task" of
 * BB_SETSCENE_ENFORCE_IGNORE_TASKS ("%:task" stands for that task of each target). Those are not run either,
 * only counted as done: used to fill a folder from shared state alone.
 */
#ifndef BB_RUN_ENFORCE_H
#define BB_RUN_ENFORCE_H

#include "graph/plan.h"

struct bb_enforce {
    bool on;
    struct bb_arena arena;
    struct bb_strvec allowed;
};

/* Reads the configuration that the plan was made with. */
void bb_enforce_init(struct bb_enforce *e, const struct bb_plan *plan);
void bb_enforce_release(struct bb_enforce *e);
/* True when it is off, too. */
bool bb_enforce_allows(const struct bb_enforce *e, const struct bb_plan *plan, bb_tid t);

#endif
