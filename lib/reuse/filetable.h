/* SPDX-License-Identifier: MIT */
/*
 * The files that a cache depends on, each in the state it was seen in and each only once: what depends on a file has the
 * number of its row. Two states of one path are two rows, of which one holds at most.
 *
 * The disk is asked about a row once in a run, and not at all about what would be below a folder that is missing.
 */
#ifndef BB_REUSE_FILETABLE_H
#define BB_REUSE_FILETABLE_H

#include "base/map.h"
#include "base/vec.h"
#include "os/filestate.h"

struct bb_filetable {
    struct bb_arena *arena; /* for the paths of rows that are added */
    BB_VEC(struct bb_seenfile) rows;
    BB_VEC(uint8_t) known; /* of rows that were asked about: 1 as it was, 2 not */
    struct bb_map numbers; /* a row's binary form -> its number + 1 */
    size_t numbered;       /* rows that are in it */
    struct bb_map there;   /* path -> whether something is there (1) or not (2) */
};

void bb_filetable_init(struct bb_filetable *t, struct bb_arena *arena);
void bb_filetable_release(struct bb_filetable *t);

/* The row's number, a new one where there is no such row yet; the path is copied then. */
uint32_t bb_filetable_add(struct bb_filetable *t, const struct bb_seenfile *f);
/* Whether what the row tells of is still so. */
bool bb_filetable_holds(struct bb_filetable *t, uint32_t row);

/* Binary form of all rows. Taking adds to a table that is empty, with views of the paths. */
void bb_filetable_put(struct bb_buf *out, const struct bb_filetable *t);
void bb_filetable_take(struct bb_pack_in *in, struct bb_filetable *t);

#endif
