/* SPDX-License-Identifier: MIT */
/*
 * Stamps: empty files that say that a task has run with a certain hash.
 *
 *   STAMP.do_x.HASH[.extra]            after a task; HASH is its unihash and is left out where stamps
 *   STAMP.do_x_setscene.HASH[.extra]   have no hashes (BB_SIGNATURE_HANDLER noop or basic)
 *   STAMP.do_x.taint                   made by -f and -C: its content goes into the task's hash
 *   STAMP.do_x.sigdata.HASH            signature data, written and read elsewhere; never cleaned here
 *
 * Old stamps of a task are those that match STAMP.do_x.*[.extra]. Times are compared in whole seconds, as
 * BitBake does. What was looked up is remembered for the life of `struct bb_stamps`.
 */
#ifndef BB_RUN_STAMP_H
#define BB_RUN_STAMP_H

#include "graph/setscene.h"
#include "run/stampdir.h"

struct bb_stamp_file;
struct bb_stamps {
    struct bb_ctx *ctx;
    const struct bb_plan *plan;
    bool hashed; /* stamps have the hash in their name */
    struct bb_arena arena;
    struct bb_stampdirs dirs;     /* where old stamps are looked for */
    struct bb_map files;          /* path -> struct bb_stamp_file * */
    struct bb_stamp_file **twice; /* by task: its stamp and that of its twin, NULL until asked for */
    signed char *currency;        /* by task: recursive answer; 0 unknown, 1 current, -1 not */
};

/* The plan is borrowed and must have its hashes. */
void bb_stamps_init(struct bb_stamps *st, struct bb_ctx *ctx, const struct bb_plan *plan, bool hashed);
void bb_stamps_release(struct bb_stamps *st);
/* The stamp's path, "" when the recipe has no STAMP. Borrowed until release. */
bb_str bb_stamps_path(struct bb_stamps *st, bb_tid t, bool setscene);
/*
 * Whether the task's stamp is current: it exists, the task is not nostamp, and no stamp of a task before it
 * in the same recipe is missing or newer (one restored by setscene counts as old). With `recurse` those must
 * be current as well.
 */
bool bb_stamps_current(struct bb_stamps *st, bb_tid t, bool recurse);
/* For bb_setscene_ops.stamp. */
enum bb_scene_stamp bb_stamps_scene(struct bb_stamps *st, bb_tid t);
/* Removes the task's old stamps and makes the new one. Negative codes are errnos, unreported. */
int bb_stamps_make(struct bb_stamps *st, bb_tid t, bool setscene);

/* For code that has no plan (bb.build in a task, -c clean). `hash` is ignored when not `hashed`. */
void bb_stamp_name(const struct bb_recipe *r, bb_str task, bb_str hash, bool hashed, struct bb_buf *out);
/* Removes the stamps of a task and its twin, whatever their hash; taints and signature data stay. */
int bb_stamp_clean(const struct bb_recipe *r, bb_str task, bool hashed);
/* Cleans, then makes a stamp of that name. */
int bb_stamp_make(struct bb_ctx *ctx, const struct bb_recipe *r, bb_str task, bb_str path, bool hashed);
/* Stamps of a task and its twin that are there but have neither of these names (StaleSetSceneTasks). */
int bb_stamp_stale(struct bb_arena *a, const struct bb_recipe *r, bb_str task, bb_str hash, bool hashed,
                   struct bb_strvec *ret);
/* Gives the task a new taint, a random text. Where stamps have no hash, bb_stamp_clean is what forces a task.
 */
int bb_stamp_taint(struct bb_ctx *ctx, const struct bb_recipe *r, bb_str task);
/* Appends the taint, nothing when there is none. */
int bb_stamp_read_taint(struct bb_ctx *ctx, const struct bb_recipe *r, bb_str task, struct bb_buf *ret);

#endif
