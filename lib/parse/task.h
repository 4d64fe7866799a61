/* SPDX-License-Identifier: MIT */
/*
 * The task list of a recipe: variable __BBTASKS and the flags `task` and `deps` (bb.build.addtask, deltask,
 * add_tasks). Used by the statements and by Python's bb.build alike.
 */
#ifndef BB_PARSE_TASK_H
#define BB_PARSE_TASK_H

#include "data/store.h"

/* Adds a task ("do_" is put in front when missing); before and after are word lists, p NULL for none. */
int bb_task_add(struct bb_store *d, bb_str task, bb_str before, bb_str after);
/* Removes a task from the list and from the `deps` of the others. */
int bb_task_del(struct bb_store *d, bb_str task);

/* Flags that the task graph is made from, in the order of graph/recipe.h. */
#define BB_TASKINFO_FLAGS(X)                                                                                 \
    X(DEPENDS, "depends")                                                                                    \
    X(RDEPENDS, "rdepends")                                                                                  \
    X(DEPTASK, "deptask")                                                                                    \
    X(RDEPTASK, "rdeptask")                                                                                  \
    X(RECRDEPTASK, "recrdeptask")                                                                            \
    X(RECIDEPTASK, "recideptask")                                                                            \
    X(MCDEPENDS, "mcdepends")                                                                                \
    X(NOSTAMP, "nostamp")                                                                                    \
    X(FAKEROOT, "fakeroot")                                                                                  \
    X(NOEXEC, "noexec")                                                                                      \
    X(UMASK, "umask")
#define X(name, text) BB_TI_##name,
enum bb_taskinfo_flag { BB_TASKINFO_FLAGS(X) BB_TI_COUNT };
#undef X

struct bb_taskinfo {
    bb_str name;
    bb_str *parents; /* flag deps, expanded */
    size_t nparents;
    bb_str flags[BB_TI_COUNT]; /* expanded; p NULL when not set */
};
/*
 * bb.build.add_tasks for the names in `tasks` (raw __BBTASKS): sets flag `task` and returns what BitBake
 * keeps as _task_deps, whose text that variable gets. In the store's arena. `fn` is for messages.
 */
int bb_task_collect(struct bb_store *d, const struct bb_vlist *tasks, bb_str fn, struct bb_taskinfo **ret,
                    size_t *ret_n);

#endif
