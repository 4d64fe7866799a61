/* SPDX-License-Identifier: MIT */
/* The inside of the scheduler, for sched.c and rehash.c. */
#ifndef BB_RUN_SCHED_PRIV_H
#define BB_RUN_SCHED_PRIV_H

#include "run/enforce.h"
#include "run/sched.h"

/* All tasks of one name, for number_threads. */
struct name {
    unsigned limit, running;
};

/* All tasks with one stamp (multiconfigs, shared sources): they must not run at the same time. */
struct stamp_group {
    bb_tid running; /* BB_NO_TASK: none */
};

struct run_task {
    uint32_t waits, failed_deps;
    bool listed; /* in ready, heap or parked; there in vain while it waits for something again */
    bool stale;  /* what was found out when it was ready may no longer hold */
    enum bb_outcome outcome;
    bb_tid because; /* DEPENDENCY: the failed task at the bottom; COVERED: one of the scene tasks above */
    struct name *name;
    struct stamp_group *group; /* NULL: no stamp */
};

struct bb_sched {
    struct bb_ctx *ctx;
    const struct bb_plan *plan;
    const struct bb_runner *runner;
    struct bb_sched_opts o;
    struct bb_arena arena;
    struct bb_setscene scene;
    struct bb_setscene_ops scene_ops;
    struct bb_enforce enforce;
    struct run_task *t;
    uint32_t *rank;
    bb_tid *heap; /* tasks to start, the most important on top */
    size_t nheap;
    struct {
        bb_tid *p;
        size_t n, cap;
    } ready, parked; /* waits just became 0; blocked by a limit or a stamp until the next task has ended */
    struct {
        bb_tid *p;
        size_t n, cap;
    } changed,
        pending; /* tasks with another unihash; scene tasks that wait to be looked at again: rehash.c */
    struct bb_sched_stats stats;
    bool stopping, interrupted, killed, refused, scenes_told;
    int err; /* the runner broke down */
};

/* rehash.c: what follows from changed unihashes, before anything else is started. */
int bb_rehash_process(struct bb_sched *s);

#endif
