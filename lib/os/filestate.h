/* SPDX-License-Identifier: MIT */
/*
 * The state of a path, by which it can be told later whether it is still what it was. All caches of bbc know files by it.
 *
 * A file's content is taken to be the same as long as size, inode, time of last change and time of last change of the
 * inode are; the last one shows a file that was written and given its old time again. A state has as much as
 * matters: whether something is there, what is in a file, or which names a folder has.
 */
#ifndef BB_OS_FILESTATE_H
#define BB_OS_FILESTATE_H

#include "base/pack.h"
#include "os/fs.h"

enum bb_filestate_kind {
    BB_FILE_ABSENT,  /* nothing is there, or nothing that can be asked for */
    BB_FILE_PRESENT, /* something is there, whatever it is */
    BB_FILE_SAME,    /* this very file, unchanged */
    BB_FILE_LISTED,  /* this very folder, with the same names in it */
};
struct bb_filestate {
    enum bb_filestate_kind kind;
    int64_t mtime_ns, ctime_ns; /* 0 where the kind does not tell, as the others */
    uint64_t size, inode;
};
/* A path and the state it was seen in. */
struct bb_seenfile {
    bb_str path;
    struct bb_filestate state;
};

/* From what stat said of a path: BB_FILE_SAME for a file, BB_FILE_LISTED for anything else. */
struct bb_filestate bb_filestate_of(const struct bb_stat *st);
/* Asks the disk for as much as `kind` tells (BB_FILE_PRESENT and above); BB_FILE_ABSENT where nothing is. Links are
 * followed. */
struct bb_filestate bb_filestate_ask(const char *path, enum bb_filestate_kind kind);
bool bb_filestate_eq(const struct bb_filestate *a, const struct bb_filestate *b);
/* Whether the path is still as it was; asks the disk. */
bool bb_filestate_holds(const struct bb_filestate *was, const char *path);

/* Binary form of a path with its state; the path that is taken is a view. */
void bb_filestate_put(struct bb_buf *out, const struct bb_seenfile *f);
struct bb_seenfile bb_filestate_take(struct bb_pack_in *in);

#endif
