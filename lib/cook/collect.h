/* SPDX-License-Identifier: MIT */
/*
 * The recipe files of a configuration: BBFILES (globs and folders) in order of layer priority, less BBMASK, and the
 * .bbappend files of each.
 */
#ifndef BB_COOK_COLLECT_H
#define BB_COOK_COLLECT_H

#include "base/map.h"
#include "cook/layers.h"

struct bb_append {
    bb_str base; /* "name_1.%.bb": what it applies to */
    bb_str path;
};

struct bb_collection {
    bb_str *files; /* .bb files, lowest priority first */
    size_t nfiles;
    struct bb_append *appends; /* in order of application */
    size_t nappends;
    size_t masked;
    bb_str *dirs; /* folders that were looked into; a change of one may change this list */
    size_t ndirs;
};

/* Collects from the store of one configuration and sets BBFILES_PRIORITIZED in it. Texts live in ctx->arena. */
int bb_collect(struct bb_ctx *ctx, struct bb_store *d, const struct bb_layers *layers,
               struct bb_collection *ret);
void bb_collect_release(struct bb_collection *c);
/* The .bbappend paths for a recipe file, in order, appended to `ret`. */
void bb_collect_appends(const struct bb_collection *c, bb_str file, struct bb_strvec *ret);
/* Whether one append applies to a recipe's base name (equal, or '%' after a common start). */
bool bb_collect_append_matches(const struct bb_append *a, bb_str basename);

#endif
