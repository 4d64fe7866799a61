/* SPDX-License-Identifier: MIT */
/*
 * The plan: which tasks take part in a build and which waits for which, BitBake's RunQueueData.prepare().
 * Made from task data alone, so the same summaries and targets always give the same plan.
 *
 * Tasks are numbered from 0 in the order of configurations, recipes (as they were first needed) and
 * __BBTASKS; those numbers are what everything after this module speaks of. `deps` and `revdeps` are sorted,
 * without duplicates, and each is the inverse of the other; there is no loop.
 */
#ifndef BB_GRAPH_PLAN_H
#define BB_GRAPH_PLAN_H

#include "graph/taskdata.h"

typedef uint32_t bb_tid;
#define BB_NO_TASK UINT32_MAX

struct bb_tids {
    bb_tid *p;
    size_t n;
};

struct bb_plan_task {
    struct bb_entry *entry;
    const struct bb_recipe_task *task;
    /* NAME_setscene, NULL when there is none or --no-setscene was given. */
    const struct bb_recipe_task *setscene;
    struct bb_tids deps, revdeps;
    double weight;        /* of the task and all that wait for it, BitBake's measure for "speed" */
    bool target;          /* asked for by the user */
    bb_str hash, unihash; /* filled in by whoever computes signatures; "" until then */
};

/* A task whose stamp is to be made invalid by a new taint before hashing: -f and -C. */
struct bb_invalidate {
    struct bb_entry *entry;
    const struct bb_recipe_task *task;
};

struct bb_plan {
    struct bb_ctx *ctx;
    struct bb_arena arena;
    struct bb_plan_task *tasks;
    size_t n;
    bool hashed; /* stamps have hashes in their names, and signature data is wanted; the maker says so */
    struct bb_taskdatas *from;
    const struct bb_options *options; /* those of the task data */
    struct bb_invalidate *invalidate;
    size_t ninvalidate;
};

/*
 * Makes the plan as the options say with which `all` was made; `all` is borrowed. -BB_EREPORTED after a message in
 * BitBake's words: a dependency on a task that does not exist, a target without that task, a loop, two versions of one
 * recipe. A plan without tasks is not an error.
 */
int bb_plan_make(struct bb_plan *plan, struct bb_ctx *ctx, struct bb_taskdatas *all);
void bb_plan_release(struct bb_plan *plan);

/* The number of a recipe's task, BB_NO_TASK when it is not in the plan. O(log n). */
bb_tid bb_plan_find(const struct bb_plan *plan, const struct bb_recipe *r, bb_str task);
static inline bb_str bb_plan_name(const struct bb_plan *plan, bb_tid t)
{
    return plan->tasks[t].task->name;
}
static inline const struct bb_recipe *bb_plan_recipe(const struct bb_plan *plan, bb_tid t)
{
    return plan->tasks[t].entry->recipe;
}
/* Appends BitBake's tid, "[mc:NAME:]/path/x.bb:do_task". */
void bb_plan_tid(const struct bb_plan *plan, bb_tid t, struct bb_buf *out);
/* Appends what orders hashes and is shown to users: "[mc:NAME:]pn:do_task". */
void bb_plan_pnid(const struct bb_plan *plan, bb_tid t, struct bb_buf *out);

#endif
