/* SPDX-License-Identifier: MIT */
/*
 * Questions to the metadata about shared state: BB_HASHCHECK_FUNCTION says which objects can be had,
 * BB_SETSCENE_DEPVALID whether a task is still wanted when those above it are restored.
 */
#ifndef BB_BUILD_HASHCHECK_H
#define BB_BUILD_HASHCHECK_H

#include "cook/cooker.h"
#include "graph/plan.h"

struct bb_hashcheck {
    struct bb_cooker *cooker;
    const struct bb_plan *plan;
    bb_str check, depvalid;  /* names of the functions, empty when unset */
    bool siginfo;            /* ask for signature data instead of objects */
    struct bb_map notneeded; /* tids that depvalid found superfluous */
};

int bb_hashcheck_init(struct bb_hashcheck *h, struct bb_cooker *c, const struct bb_plan *plan);
void bb_hashcheck_release(struct bb_hashcheck *h);
/* As bb_setscene_ops.available and .depvalid. Failures are reported. */
int bb_hashcheck_available(struct bb_hashcheck *h, const bb_tid *tids, size_t n, size_t current, bool summary,
                           bool *ret);
bool bb_hashcheck_superfluous(struct bb_hashcheck *h, bb_tid t, const struct bb_tids *above);

#endif
