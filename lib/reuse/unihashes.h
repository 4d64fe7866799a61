/* SPDX-License-Identifier: MIT */
/*
 * Unihashes that hash equivalence servers have answered with, kept from run to run (BitBake: bb_unihashes.dat): for each task
 * the last task hash and its unihash. Hashes that a server did not know are not kept; it may come to know them.
 */
#ifndef BB_REUSE_UNIHASHES_H
#define BB_REUSE_UNIHASHES_H

#include "base/arena.h"

struct bb_unihashes;

/* Reads the file, which need not exist; NULL: kept in memory only. Never fails: a bad file is as none. */
struct bb_unihashes *bb_unihashes_open(const char *path);
/* The unihash, "" when it is not known for this hash. Valid until the next put. `key` is "mc:pn:do_x". */
bb_str bb_unihashes_get(const struct bb_unihashes *u, bb_str key, bb_str taskhash);
/* Replaces what was known of the task. */
void bb_unihashes_put(struct bb_unihashes *u, bb_str key, bb_str taskhash, bb_str unihash);
/* Writes the file when there is something new. 0 or -errno. */
int bb_unihashes_save(struct bb_unihashes *u);
/* NULL is fine. */
void bb_unihashes_free(struct bb_unihashes *u);

#endif
