/* SPDX-License-Identifier: MIT */
/*
 * Names and taints of stamps: the one place that knows how the files beside a recipe's STAMP are called. The stamps of a
 * build are in run/stamps.h.
 *
 *   STAMP.do_x[.HASH][.extra]            a task has run; HASH is its unihash, left out where stamps have no hashes
 *   STAMP.do_x_setscene[.HASH][.extra]   a task was restored; the hash is the task's own
 *   STAMP.do_x.taint                     made by -f and -C: its content goes into the task's hash
 *   STAMP.do_x.sigdata.HASH              signature data of a task
 *
 * `stamp` is the value of STAMP, `task` has its "do_" and may end with "_setscene".
 */
#ifndef BB_RUN_STAMP_H
#define BB_RUN_STAMP_H

#include "base/arena.h"
#include "os/os.h"

/* Whether stamps have hashes with this BB_SIGNATURE_HANDLER. BitBake's "noop", which is also the default, and "basic"
 * have none. */
bool bb_stamp_has_hashes(bb_str handler);

/* Appends the stamp's name. `hash` is "" where stamps have none, "*" for a pattern of stamps of any hash; `extra` is the
 * task's flag stamp-extra-info, "" for none. */
void bb_stamp_name(bb_str stamp, bb_str task, bb_str hash, bb_str extra, struct bb_buf *out);
/* Appends the name of signature data; `hash` "*" gives a pattern. */
void bb_stamp_sigdata_name(bb_str stamp, bb_str task, bb_str hash, struct bb_buf *out);
/* False for signature data and taints, which lie beside stamps, match their patterns and are never cleaned. */
bool bb_stamp_is_one(bb_str path);

/* Gives the task a new taint, a random text; makes the folder. A negative errno, unreported. */
int bb_stamp_taint(const struct bb_os *os, bb_str stamp, bb_str task);
/* Appends the taint. False when there is none, or when it cannot be read: BitBake tells no difference. */
bool bb_stamp_read_taint(const struct bb_os *os, bb_str stamp, bb_str task, struct bb_buf *out);
/* A random UUID, as text in `a`. */
bb_str bb_stamp_uuid(struct bb_arena *a);
/* mkdir -p of the folder that a stamp or taint is in. A negative errno, unreported. */
int bb_stamp_make_folder(const struct bb_os *os, bb_str path);

#endif
