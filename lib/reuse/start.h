/* SPDX-License-Identifier: MIT */
/*
 * A record of a start that had nothing to parse and nothing to say: what that start was given, and the state of all that
 * it looked at. While all of that is as it was, another start would do the same again, so it need not be done.
 *
 * Whoever makes a start says what it was given, as a text, and what it looked at.
 */
#ifndef BB_REUSE_START_H
#define BB_REUSE_START_H

#include "reuse/filetable.h"

struct bb_start {
    struct bb_filetable files;
    int64_t since; /* ns since 1970: a folder that was changed so lately may change again unseen */
    bool unsure;   /* it depends on what no file tells: no record is made */
};

/* `now` in ns since 1970; texts are kept in `a`. */
void bb_start_init(struct bb_start *s, struct bb_arena *a, int64_t now);
void bb_start_release(struct bb_start *s);
/* A path in the state in which the start saw it. */
void bb_start_saw(struct bb_start *s, const struct bb_seenfile *f);
/*
 * A path that is taken to be as the start saw it: a file, whatever is there otherwise, or a folder whose names were
 * `listed`. What the system makes up (/proc ...) has no state; a path that is not absolute makes the start unsure.
 */
void bb_start_touched(struct bb_start *s, bb_str path, bool listed);
/* Writes the record unless the start is unsure. `entries`: what the recipe cache has. 0 or -errno. */
int bb_start_save(const struct bb_start *s, const char *path, bb_str given, size_t entries);

/* Whether the record in `path` holds for a start that is given this; then *ret_entries is as it was saved. */
bool bb_start_holds(const char *path, bb_str given, size_t *ret_entries);

#endif
