/* SPDX-License-Identifier: MIT */
/*
 * The base configuration: bblayers.conf, every layer.conf, bitbake.conf and what it includes, base.bbclass and
 * INHERIT, once for the base and once for each of BBMULTICONFIG. The result is a set of stores that recipes copy.
 *
 * Rules come from BitBake's cookerdata.CookerDataBuilder; differences (`~` in BBLAYERS is expanded first) are in
 * docs/differences.md.
 */
#ifndef BB_COOK_CONFIG_H
#define BB_COOK_CONFIG_H

#include "cook/env.h"
#include "cook/mc.h"
#include "parse/parser.h"
#include "reuse/confhash.h"

struct bb_config_opts {
    const struct bb_env *env;
    bb_str cwd;                       /* where the command was started */
    const struct bb_options *options; /* -r, -R */
    bool tracking;                    /* keep the history of values */
    bool worker;                      /* BB_WORKERCONTEXT: for a process that only runs tasks */
};

struct bb_config {
    struct bb_ctx *ctx;
    const struct bb_pyhook *hook;
    struct {
        struct bb_mc *p; /* [0] is the base */
        size_t n, cap;
    } mcs;
    struct bb_store *origenv; /* BB_ORIGENV: the caller's whole environment */
    bb_str topdir;
    struct bb_confhash hash; /* over all configurations: what recipe caches depend on */
};

/* Reads it all. -BB_EREPORTED after the user was told. */
int bb_config_load(struct bb_parser *parser, const struct bb_pyhook *hook, const struct bb_config_opts *o,
                   struct bb_config *ret);
/* Only sets the context's level to that of the core layer that will be read. -BB_EREPORTED after the user was told. */
int bb_config_level(struct bb_parser *parser, const struct bb_pyhook *hook, const struct bb_config_opts *o);
void bb_config_release(struct bb_config *c);
/* The configuration of that name, NULL when there is none. */
struct bb_mc *bb_config_mc(const struct bb_config *c, bb_str name);
/* The same, but -BB_EREPORTED after a message when there is none: for a name that a user gave. */
int bb_config_need_mc(const struct bb_config *c, bb_str name, struct bb_mc **ret);
/*
 * The build directory: the grandparent of conf/bblayers.conf, found below BBPATH or from cwd upwards; cwd when there
 * is none. `ret_conf` (may be NULL) gets the file's path, empty when there is none.
 */
int bb_config_find_topdir(struct bb_ctx *ctx, const struct bb_env *env, bb_str cwd, bb_str *ret_topdir,
                          bb_str *ret_conf);

/* Path of a cache that is asked before the configuration is read, and so before BB_CACHEDIR is known. In `a`. */
bb_str bb_config_early_cache(struct bb_arena *a, bb_str topdir, const char *name);

#endif
