/* SPDX-License-Identifier: MIT */
/*
 * Whether one more ordinary task may start beside those that run, where the user has set bounds besides BB_NUMBER_THREADS.
 *
 * BB_PRESSURE_MAX_CPU and its like: see pressure.h.
 *
 * BBC_JOBSERVER (a number, or "auto" for that of CPUs): so many jobs run at once in all tasks together. Each task has
 * one, and what it runs gets more from make's jobserver. Tasks are told by MAKEFLAGS when they run, so no hash
 * knows of it; PARALLEL_MAKE loses its -j, which would make make leave the jobserver.
 *
 * BBC_MEMORY_BUDGET (with K, M or G behind it, or "auto" for what is free at the start): see run/memory.h.
 */
#ifndef BB_BUILD_ADMIT_H
#define BB_BUILD_ADMIT_H

#include "build/pressure.h"
#include "build/worker.h"
#include "os/jobserver.h"
#include "run/memory.h"

struct bb_admit {
    struct bb_cooker *c;
    struct bb_arena arena;
    struct bb_jobserver *jobs; /* NULL: no bound */
    size_t taken;              /* jobs that tasks have */
    struct bb_pressure pressure;
    struct bb_memory memory;
    bool has_memory;
    bb_str path;   /* of what is known about memory */
    bool *counted; /* by task: it has a job, and counts for memory */
};

/* Reads the variables, makes the jobserver. Reports. To be released in any case. The plan is borrowed. */
int bb_admit_init(struct bb_admit *a, struct bb_cooker *c, const struct bb_plan *plan);
void bb_admit_release(struct bb_admit *a);
/* Whether the task may start; then it counts until its end is told. One that is `alone` always may. */
bool bb_admit_task(struct bb_admit *a, bb_tid t, bool alone);
/* An ordinary task has ended, counted or not. */
void bb_admit_ended(struct bb_admit *a, bb_tid t, bool ok);
/* To be called about once a second: looks at what the running tasks use. */
void bb_admit_look(struct bb_admit *a, const struct bb_worker *w);
/*
 * For a task's own store, once the recipe is evaluated: what makes it use the jobserver, if there is one. A recipe that
 * is not built in parallel stays so. A negative code of the store.
 */
int bb_admit_tell(struct bb_store *d);

#endif
