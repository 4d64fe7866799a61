/* SPDX-License-Identifier: MIT */
/*
 * Stamps of a plan: which of its tasks have run with their present hash, and the stamps of those that run now; run/stamp.h
 * says how they are named. Times are compared in whole seconds, as BitBake does. Answers of the disk are remembered for
 * the life of `struct bb_stamps`.
 */
#ifndef BB_RUN_STAMPS_H
#define BB_RUN_STAMPS_H

#include "graph/setscene.h"
#include "run/stampdir.h"

struct bb_stamp_file;
struct bb_stamps {
    const struct bb_plan *plan;
    struct bb_arena arena;
    struct bb_stampdirs dirs;     /* where old stamps are looked for */
    struct bb_map files;          /* path -> struct bb_stamp_file * */
    struct bb_stamp_file **twice; /* by task: its stamp and that of its twin, NULL until asked for */
    signed char *currency;        /* by task: recursive answer; 0 unknown, 1 current, -1 not */
    bool outdated;                /* those answers no longer hold */
};

/* -f and -C, before the plan has hashes: a new taint for each of plan->invalidate; where stamps have no hashes, its
 * stamps are removed. Reports. */
int bb_stamps_invalidate(const struct bb_plan *plan);

/* The plan is borrowed and must have its hashes. */
void bb_stamps_init(struct bb_stamps *st, const struct bb_plan *plan);
void bb_stamps_release(struct bb_stamps *st);
/* The stamp's path, "" when the recipe has no STAMP. Borrowed until release. */
bb_str bb_stamps_path(struct bb_stamps *st, bb_tid t, bool setscene);
/*
 * Stamps of the task and its twin that are there, but not those that it has with the present hashes; borrowed until release.
 * BitBake: bb.build.find_stale_stamps.
 */
int bb_stamps_stale(struct bb_stamps *st, bb_tid t, struct bb_strvec *ret);
/* The task has other hashes in the plan now. */
void bb_stamps_rehashed(struct bb_stamps *st, bb_tid t);
/*
 * Whether the task's stamp is current: it exists, the task is not nostamp, and no stamp of a task before it
 * in the same recipe is missing or newer (one restored by setscene counts as old). With `recurse` those must
 * be current as well.
 */
bool bb_stamps_current(struct bb_stamps *st, bb_tid t, bool recurse);
/* For bb_setscene_ops.stamp. */
enum bb_scene_stamp bb_stamps_scene(struct bb_stamps *st, bb_tid t);
/*
 * Removes the task's old stamps, which are those of any hash, and makes the new one; with the task's own stamps go
 * those of its twin. Negative codes are errnos, unreported.
 */
int bb_stamps_make(struct bb_stamps *st, bb_tid t, bool setscene);

#endif
