/* SPDX-License-Identifier: MIT */
/*
 * The recipe cache: the summaries of all recipes and the state of every file that they were made from. It is read
 * without parsing anything. One of another configuration is used only where nothing that is different there was ever read
 * by any recipe. A summary is a text here: cook/parsed.h makes and reads it.
 */
#ifndef BB_REUSE_RECIPES_H
#define BB_REUSE_RECIPES_H

#include "base/ctx.h"
#include "reuse/cachefile.h"
#include "reuse/confhash.h"
#include "reuse/filetable.h"

/* What parsing one recipe file gave. */
struct bb_recipes_entry {
    bb_str file;     /* the .bb */
    bb_str mc;       /* configuration, "" for the base */
    bool keep;       /* may be cached: no BB_DONT_CACHE, no floating revision */
    bool listed;     /* looked at the names of all variables, so any new one may matter to it */
    bb_str *appends; /* the .bbappend files applied, in order */
    size_t nappends;
    size_t nvariants; /* in `summaries` */
    bb_str summaries;
    uint32_t *files; /* rows of the cache's table, the recipe itself among them */
    size_t nfiles;
};

struct bb_recipes {
    struct bb_recipes_entry *entries; /* as they were loaded, whether they still hold or not */
    size_t n;
    struct bb_filetable files; /* of these and of those that are to be saved */
    struct bb_reads reads;     /* names that the recipes, taken together, may have read */
    bool carried;              /* it was made under another configuration */
    struct bb_map by_key;      /* "mc:file" -> index + 1 */
    struct bb_cachefile file;  /* texts of entries point into it */
    struct bb_arena arena;
};

/* An empty cache. */
void bb_recipes_init(struct bb_recipes *c);
void bb_recipes_release(struct bb_recipes *c);
/* Loads `path` into an empty cache if it holds for configuration `conf`; else it stays empty. */
void bb_recipes_load(struct bb_recipes *c, struct bb_ctx *ctx, const char *path,
                     const struct bb_confhash *conf);
/*
 * The entry for a recipe file of a configuration, NULL when there is none or when any file it was made from, its list of
 * appends included, is no longer as it was.
 */
const struct bb_recipes_entry *bb_recipes_find(struct bb_recipes *c, bb_str mc, bb_str file,
                                               const bb_str *appends, size_t nappends);
/* Writes those of the n entries that may be kept, with the cache's files and reads. 0 or -errno. */
int bb_recipes_save(const struct bb_recipes *c, const char *path, const struct bb_confhash *conf,
                    const struct bb_recipes_entry *const *entries, size_t n);

/* Binary form of all but `files`. Taking allocates from `a`, texts are views. */
void bb_recipes_put_entry(struct bb_buf *out, const struct bb_recipes_entry *e);
struct bb_recipes_entry bb_recipes_take_entry(struct bb_pack_in *in, struct bb_arena *a);

#endif
