/* SPDX-License-Identifier: MIT */
/*
 * Task hashes for a plan: every task's base hash, the hashes of what it waits for, checksums of its local files and
 * its taint, computed in order of dependency. Without a hash equivalence server the unihash is the task hash. A
 * dependency is in a hash with its unihash.
 */
#ifndef BB_BUILD_HASHES_H
#define BB_BUILD_HASHES_H

#include "build/equiv.h"
#include "graph/plan.h"
#include "py/siggen.h"
#include "sig/taskhash.h"

struct bb_hashes {
    struct bb_cooker *cooker;
    struct bb_plan *plan;
    struct bb_filesums *files;
    struct bb_arena arena;         /* everything below, and the hashes in the plan */
    struct bb_taskhash_in *in;     /* by task: what went into its hash */
    bb_str *known;                 /* by task: the unihash that dependents have of it */
    bool *locked;                  /* by task: the generator gave a hash that these do not make */
    struct bb_taskhash_dep *names; /* by task; without hash */
    struct bb_siggen *siggen;      /* the metadata's generator, NULL where ours does */
    struct bb_siggen_plan shown;   /* the plan as it sees it */
    struct bb_map recipes;         /* fn -> struct bb_recipe *, for it */
    struct bb_map reparsed;        /* fn of recipes that bb_reparse_check() has looked at */
    struct bb_equiv *equiv;        /* hash equivalence, NULL where there is none */
};

/* Fills plan->tasks[].hash and .unihash. The plan must not outlive `ret`. */
int bb_hashes_compute(struct bb_hashes *ret, struct bb_cooker *c, struct bb_plan *plan);
void bb_hashes_release(struct bb_hashes *h);

/*
 * While tasks run. All three report; the plan itself is the caller's to change.
 *
 * Task `t` has the unihash that the server gave its result.
 */
int bb_hashes_set_unihash(struct bb_hashes *h, bb_tid t, bb_str unihash);
/* Hashes and unihashes of tasks after those of what they depend on have changed; none of them depends on another one. */
int bb_hashes_again(struct bb_hashes *h, const bb_tid *tids, size_t n, bb_str *ret_hashes,
                    bb_str *ret_unihashes);
/* The task, whose hash gives `hash` and `unihash` now, has been restored already as plan->tasks[t].unihash. */
int bb_hashes_report_equiv(struct bb_hashes *h, bb_tid t, bb_str hash, bb_str unihash);

/*
 * Signature data of a recipe's task as JSON text, appended to `ret`, which stays empty when the hash is locked and the
 * data would not explain it. What only the plan knows of the task is left out unless it is in there and `runtime`;
 * `ret_hash` is the unihash then, else the base hash. Reports a task that the recipe does not have.
 */
int bb_hashes_sigdata(struct bb_hashes *h, const struct bb_recipe *r, bb_str task, bool runtime,
                      struct bb_buf *ret, bb_str *ret_hash);
/*
 * Writes STAMP.task.sigdata.HASH for one task, unless it is there, or the hash is locked and the data would
 * not explain it. `ret_path` (may be NULL) gets its path, in the arena.
 */
int bb_hashes_write_sigdata(struct bb_hashes *h, bb_tid t, bb_str *ret_path);

#endif
