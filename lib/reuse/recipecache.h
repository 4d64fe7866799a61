/* SPDX-License-Identifier: MIT */
/*
 * The recipe cache: one file in BB_CACHEDIR with the summaries of all recipes and the state of every file
 * they were made from. It is read without parsing anything; each distinct file is asked about once. A cache
 * of another version, truncated or damaged is as good as none and never an error. So is one of another
 * configuration, unless what is different there was never read by any recipe. It is replaced as a whole
 * (written beside, then renamed), so that parallel runs see the old or the new one.
 */
#ifndef BB_REUSE_RECIPECACHE_H
#define BB_REUSE_RECIPECACHE_H

#include "base/map.h"
#include "reuse/confhash.h"
#include "reuse/parsed.h"

struct bb_recipecache {
    struct bb_parsed *entries;
    size_t n;
    struct bb_reads reads; /* names that the recipes, taken together, may have read */
    bool carried;          /* it was made under another configuration */
    struct bb_map by_key;  /* "mc:file" -> index + 1 */
    struct bb_map checked; /* path -> whether it is unchanged (1) or not (2) */
    struct bb_map there;   /* path -> whether it exists (1) or not (2) */
    void *map;             /* the mapped file; texts of entries point into it */
    size_t map_len;
    struct bb_arena arena;
};

/* Loads `path` if it holds for configuration `conf`. `ret` is empty otherwise. */
void bb_recipecache_load(struct bb_ctx *ctx, const char *path, const struct bb_confhash *conf,
                         struct bb_recipecache *ret);
void bb_recipecache_release(struct bb_recipecache *c);
/*
 * The entry for a recipe file of a configuration, to which its summaries then point; NULL when there is none or when any file it was made from,
 * its list of appends included, is no longer as it was.
 */
const struct bb_parsed *bb_recipecache_find(struct bb_recipecache *c, struct bb_parser *p,
                                            struct bb_mcgraph *mc, bb_str file, const bb_str *appends,
                                            size_t nappends);
/* Writes the entries that may be kept. 0 or a negative errno, with no file left half-written. */
int bb_recipecache_save(const char *path, const struct bb_confhash *conf, const struct bb_reads *reads,
                        const struct bb_parsed *entries, size_t n);

#endif
