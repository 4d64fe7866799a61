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

#include "data/store.h"
#include "reuse/reads.h"

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

/* Over the n stores; everything lives in `a`. -BB_EREPORTED when one cannot be read. */
int bb_confhash_make(struct bb_store *const *stores, size_t n, struct bb_arena *a, struct bb_confhash *ret);
/*
 * Whether what read only `reads` under `was` would be the same under `is`. If not, *ret_why is a variable
 * that can have made a difference, or empty when it cannot be told.
 */
bool bb_confhash_harmless(const struct bb_confhash *was, const struct bb_confhash *is,
                          const struct bb_reads *reads, bb_str *ret_why);

/* Binary form. Taking gives views and arrays in `a`; nothing may be made of it when `in` is bad afterwards. */
void bb_confhash_put(struct bb_buf *out, const struct bb_confhash *c);
struct bb_confhash bb_confhash_take(struct bb_pack_in *in, struct bb_arena *a);

#endif
