/* SPDX-License-Identifier: MIT */
/*
 * What a configuration comes to, as far as recipes can see it: one hash over all (BitBake's data_hash) and
 * one for each variable, by which it can be told what has changed between two configurations, and whether
 * anything that was made under the one holds under the other, too.
 *
 * That is so when no variable that differs can have been read. Reads are known by name (struct bb_reads);
 * what acts without being read by its name - functions, exported variables, settings of bbc itself - always
 * counts as read.
 */
#ifndef BB_REUSE_CONFHASH_H
#define BB_REUSE_CONFHASH_H

#include "base/vec.h"
#include "data/store.h"

struct bb_confvar {
    bb_str name;
    uint64_t hash;
    bool always; /* matters whether it was read or not */
};

struct bb_confhash {
    char hex[65];
    struct bb_confvar *vars; /* configuration by configuration, each sorted by name after one that has none */
    size_t n;
};

/* The names that were read, as sorted hashes without duplicates. */
struct bb_reads {
    uint64_t *p;
    size_t n, cap;
    bool unknown; /* anything may have been read */
};

/* Over the n stores; everything lives in `a`. -BB_EREPORTED when one cannot be read. */
int bb_confhash_make(struct bb_store *const *stores, size_t n, struct bb_arena *a, struct bb_confhash *ret);
/*
 * Whether what read only `reads` under `was` would be the same under `is`. If not, *ret_why is a variable
 * that can have made a difference, or empty when it cannot be told.
 */
bool bb_confhash_harmless(const struct bb_confhash *was, const struct bb_confhash *is,
                          const struct bb_reads *reads, bb_str *ret_why);

/* Adds a name; bb_reads_sort() before the set is asked or written. */
void bb_reads_add(struct bb_reads *r, bb_str name);
void bb_reads_sort(struct bb_reads *r);
void bb_reads_merge(struct bb_reads *r, const struct bb_reads *more);
void bb_reads_release(struct bb_reads *r);

/* Binary forms; reading gives views into *in and arrays in `a`, false for what is damaged. */
void bb_confhash_write(struct bb_buf *out, const struct bb_confhash *c);
bool bb_confhash_read(struct bb_arena *a, bb_str *in, struct bb_confhash *ret);
void bb_reads_write(struct bb_buf *out, const struct bb_reads *r);
bool bb_reads_read(bb_str *in, struct bb_reads *ret);

#endif
