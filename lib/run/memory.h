/* SPDX-License-Identifier: MIT */
/*
 * A budget of memory for all running tasks. The need of a task is learned: the most that it has been seen to use is
 * written to a file and holds from the next build on. Tasks that would not fit together do not run together; one alone
 * always may. A task that was never seen counts as nothing until it uses something.
 */
#ifndef BB_RUN_MEMORY_H
#define BB_RUN_MEMORY_H

#include "graph/plan.h"

struct bb_memory {
    const struct bb_plan *plan;
    struct bb_arena arena;
    uint64_t budget;  /* KiB */
    struct bb_map of; /* "pn:do_x" -> uint64_t *, KiB */
    uint64_t *seen;   /* by task: the most in this build */
    struct {
        bb_tid *p;
        size_t n, cap;
    } running;
};

/* Reads what is known from `path` (it need not be there). The plan is borrowed. */
void bb_memory_init(struct bb_memory *m, const struct bb_plan *plan, uint64_t budget_kib, const char *path);
void bb_memory_release(struct bb_memory *m);
/* Whether the task fits beside those that run; it does not begin to run by that. */
bool bb_memory_fits(const struct bb_memory *m, bb_tid t);
void bb_memory_begin(struct bb_memory *m, bb_tid t);
/* The running task uses that much. */
void bb_memory_see(struct bb_memory *m, bb_tid t, uint64_t kib);
/* It has ended; what was seen is known from now on when it succeeded. */
void bb_memory_end(struct bb_memory *m, bb_tid t, bool ok);
/* Writes what is known, lines "KIB pn:do_x". Negative errno. */
int bb_memory_save(const struct bb_memory *m, const char *path);

#endif
