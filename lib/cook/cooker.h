/* SPDX-License-Identifier: MIT */
/*
 * The cooker: one build directory, opened. It reads the configuration, finds the recipes, gets their summaries from
 * the cache or by parsing, and evaluates single recipes on demand. build.h goes on from the summaries. Nothing here
 * takes a lock, so queries work while a build runs.
 */
#ifndef BB_COOK_COOKER_H
#define BB_COOK_COOKER_H

#include "cook/config.h"
#include "cook/parsepool.h"

/* Callbacks for a user interface while recipes are read. Members may be NULL. */
struct bb_cooker_ui {
    void *self;
    void (*cache_loaded)(void *self, size_t entries);
    void (*parse_progress)(void *self, size_t done, size_t total);
};

struct bb_cooker_opts {
    char **environ;
    const struct bb_options *options; /* NULL: none were given. Must stay as long as the cooker is open */
    bool tracking;                    /* keep the history of values */
    bool worker;                      /* the process only runs tasks */
    bool record;                      /* a record of this start may be made: cook/startcache.h */
    bool sanity;                      /* ask metadata's handlers of SanityCheck before recipes are parsed */
    const struct bb_cooker_ui *ui;
};

struct bb_parse_counts {
    size_t files, cached, parsed, targets, skipped, masked, errors;
};

struct bb_cooker {
    struct bb_ctx *ctx;
    struct bb_cooker_opts opts; /* `options` is never NULL here */
    struct bb_env env;
    const struct bb_pyhook *hook;
    struct bb_parse_hooks hooks;
    struct bb_parser *parser;
    struct bb_config config;
    struct bb_recipes cache;
    struct bb_parsed *parsed; /* every recipe file of every configuration */
    size_t nparsed;
    struct bb_parse_counts counts;
    struct bb_profile *profile; /* NULL: not wanted */
    struct bb_arena arena;
    struct bb_cooked *recent; /* evaluated recipes, most recently used first */
};

/* Reads the base configuration. Close also after a failure. */
int bb_cooker_open(struct bb_cooker *c, struct bb_ctx *ctx, const struct bb_cooker_opts *o);
/* Instead of bb_cooker_open(): only sets the context's level to that of the build directory, 2.8 where there is none. */
int bb_cooker_level(struct bb_cooker *c, struct bb_ctx *ctx, const struct bb_cooker_opts *o);
void bb_cooker_close(struct bb_cooker *c);

/* The base configuration's store. */
static inline struct bb_store *bb_cooker_data(const struct bb_cooker *c)
{
    return c->config.mcs.p[0].d;
}
/* Layers, recipe files and appends of every configuration. */
int bb_cooker_collect(struct bb_cooker *c);
/* Summaries of all recipes, from the cache where it holds; writes the cache when something was parsed. */
int bb_cooker_parse(struct bb_cooker *c);
/* Instead of it: one recipe file alone, by a virtual name of it, and nothing that it depends on. */
int bb_cooker_parse_file(struct bb_cooker *c, bb_str fn);

/*
 * Evaluates one recipe variant, by its virtual name, and returns its store, which stays valid until other recipes have
 * pushed it out (some twenty) unless the caller takes a reference. `ret_variant` (may be NULL) gives tasks and skip
 * reason, under the same condition.
 */
int bb_cooker_recipe(struct bb_cooker *c, bb_str fn, struct bb_store **ret,
                     const struct bb_recipe_variant **ret_variant);
/* Evaluates all variants of one recipe file of a configuration; hashes in `a`, release `ret`. */
int bb_cooker_variants(struct bb_cooker *c, struct bb_mc *mc, bb_str file, struct bb_arena *a,
                       struct bb_recipe_variants *ret, struct bb_sig_recipe **ret_hashes);
/* Its base hashes with everything that a signature data file holds; as long-lived as the store. */
int bb_cooker_signatures(struct bb_cooker *c, bb_str fn, const struct bb_sig_recipe **ret);
/* Evaluates the variant once more, whatever is known of it already; its hashes in `a`, release `ret`. */
int bb_cooker_again(struct bb_cooker *c, bb_str fn, struct bb_arena *a, struct bb_recipe_variants *ret,
                    const struct bb_sig_recipe **ret_sig);
/* How many processes the variable of that name allows (BB_NUMBER_THREADS ...); as many as there are CPUs when unset. */
unsigned bb_cooker_threads(struct bb_cooker *c, const char *var);
/* Path of the cache of that name in BB_CACHEDIR (before 2.4: PERSISTENT_DIR or CACHE), in `a`; empty when none is set. */
bb_str bb_cooker_cache_path(struct bb_cooker *c, struct bb_arena *a, const char *name);

#endif
