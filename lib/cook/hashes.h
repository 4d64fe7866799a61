/* SPDX-License-Identifier: MIT */
/*
 * Task hashes for a plan: every task's base hash, the hashes of what it waits for, checksums of its local files and
 * its taint, computed in order of dependency. Without a hash equivalence server the unihash is the task hash.
 */
#ifndef BB_COOK_HASHES_H
#define BB_COOK_HASHES_H

#include "cook/cooker.h"
#include "graph/plan.h"
#include "sig/taskhash.h"

struct bb_hashes {
    struct bb_cooker *cooker;
    struct bb_plan *plan;
    struct bb_filesums *files;
    struct bb_arena arena; /* everything below, and the hashes in the plan */
    struct bb_taskhash_in *in; /* by task: what went into its hash */
};

/* Fills plan->tasks[].hash and .unihash. The plan must not outlive `ret`. */
int bb_hashes_compute(struct bb_hashes *ret, struct bb_cooker *c, struct bb_plan *plan);
void bb_hashes_release(struct bb_hashes *h);
/* Writes STAMP.task.sigdata.HASH for one task, unless it is there. `ret_path` (may be NULL) gets its path, in the arena. */
int bb_hashes_write_sigdata(struct bb_hashes *h, bb_tid t, bb_str *ret_path);

#endif
