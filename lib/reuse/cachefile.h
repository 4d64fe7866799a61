/* SPDX-License-Identifier: MIT */
/*
 * The file that a cache lives in. It begins with a line that says what it is and of which version, the length and the sum
 * of all that follows. One that is missing, cut off, damaged or of another version is as good as none, and that is never
 * an error. It is replaced as a whole, so that parallel runs see the old or the new one.
 */
#ifndef BB_REUSE_CACHEFILE_H
#define BB_REUSE_CACHEFILE_H

#include "base/arena.h"
#include "os/fs.h"

/* Where the cache of that name is: all of bbc's are in one folder of `dir`, which is BB_CACHEDIR. In `a`. */
bb_str bb_cachefile_path(struct bb_arena *a, bb_str dir, const char *name);

struct bb_cachefile {
    void *map;
    size_t size;
    bb_str content; /* behind the head; valid until closed */
};
/* `version` is one line without its end, the same as the file was written with. False when there is no such file; the
 * struct is then empty. */
bool bb_cachefile_open(struct bb_cachefile *f, const char *path, const char *version);
/* Harmless when empty. */
void bb_cachefile_close(struct bb_cachefile *f);

/* A file that is being written: append to `buf`, flush now and then, commit at the end. */
struct bb_cachefile_draft {
    struct bb_buf buf;
    struct bb_fs_draft file;
    int status; /* 0, or the -errno of what went wrong first: all else then does nothing */
    size_t head;
    uint64_t size, sum;
};
/* Makes missing folders, too. Commit whatever this gives. */
void bb_cachefile_create(struct bb_cachefile_draft *d, const char *path, const char *version);
/* Writes whole blocks of `buf`, so that it need not hold all of the file. */
void bb_cachefile_flush(struct bb_cachefile_draft *d);
/* Ends the file and gives it its name; releases the draft. 0 or -errno, with nothing left behind. */
int bb_cachefile_commit(struct bb_cachefile_draft *d);

#endif
