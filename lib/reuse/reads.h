/* SPDX-License-Identifier: MIT */
/*
 * The names of variables that something has read (data/seen.h tells them): what it was made from, as far as variables go.
 * Names are kept as their hashes; two names with one hash only make more look read than was.
 */
#ifndef BB_REUSE_READS_H
#define BB_REUSE_READS_H

#include "base/pack.h"
#include "base/vec.h"

struct bb_reads {
    uint64_t *p; /* hashes, sorted and each once after bb_reads_sort() */
    size_t n, cap;
    bool unknown; /* anything may have been read */
};

/* Adds a name; bb_reads_sort() before the set is asked or put. */
void bb_reads_add(struct bb_reads *r, bb_str name);
void bb_reads_sort(struct bb_reads *r);
/* Adds all of `more` and sorts. */
void bb_reads_merge(struct bb_reads *r, const struct bb_reads *more);
/* Whether the name may have been read. */
bool bb_reads_has(const struct bb_reads *r, bb_str name);
void bb_reads_release(struct bb_reads *r);

/* Binary form. The caller releases the result of _take, also when `in` is bad afterwards. */
void bb_reads_put(struct bb_buf *out, const struct bb_reads *r);
struct bb_reads bb_reads_take(struct bb_pack_in *in);

#endif
