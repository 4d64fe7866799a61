/* SPDX-License-Identifier: MIT */
/*
 * The index of a SSTATE_DIR: which objects there are, who made them, how large they are and when they were last used.
 * The index is a cache beside the objects, and many processes write it. bbc makes a missing index anew from the
 * objects in the folder, also a damaged one or one of another version. All SQL stands in index.c.
 *
 * A handle belongs to its process: close it before fork. Functions return 0 or a negative code; a caller that
 * only wants to note something goes on without.
 */
#ifndef BB_SSTATE_INDEX_H
#define BB_SSTATE_INDEX_H

#include "base/arena.h"

struct bb_index;

struct bb_index_entry {
    bb_str path; /* relative to SSTATE_DIR */
    bb_str hash, task, pn;
    bb_str origin;               /* "built", "fetched", "found" (by a scan) */
    int64_t size, created, used; /* bytes, seconds since 1970 */
};

/* Opens or makes the index of the folder `dir`; a new one is filled by a scan. */
int bb_index_open(const char *dir, struct bb_index **ret);
void bb_index_close(struct bb_index *ix);
/* `path` relative to the folder, p == NULL when it is not below. */
bb_str bb_index_relative(const struct bb_index *ix, bb_str path);

/* Enters or replaces an object. */
int bb_index_put(struct bb_index *ix, const struct bb_index_entry *e);
/* Notes a use; an object that is not known yet is entered as found. */
int bb_index_use(struct bb_index *ix, bb_str path, int64_t now);
int bb_index_del(struct bb_index *ix, bb_str path);
/* Brings the index in step with the folder. */
int bb_index_scan(struct bb_index *ix);
/* All objects, by path or the longest unused first, in `a`. */
int bb_index_list(struct bb_index *ix, struct bb_arena *a, bool by_use, struct bb_index_entry **ret,
                  size_t *ret_n);

#endif
