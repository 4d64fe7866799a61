/* SPDX-License-Identifier: MIT */
/*
 * Layers: the collections that layer.conf files declare (BBFILE_COLLECTIONS), their patterns, priorities and
 * dependencies. Everything is read from one configuration store after all layer.conf files were read.
 */
#ifndef BB_COOK_LAYERS_H
#define BB_COOK_LAYERS_H

#include "data/store.h"

struct bb_regex;

struct bb_layer {
    bb_str name;    /* collection */
    bb_str pattern; /* BBFILE_PATTERN_<name>; empty: matches no file */
    struct bb_regex *regex;
    int priority;
};

struct bb_layers {
    /* In order of look-up: pattern descending, so that the inner of two nested layers is first. */
    struct bb_layer *p;
    size_t n;
};

/*
 * Checks LAYERDEPENDS/LAYERRECOMMENDS with their version conditions, computes priorities (BBFILE_PRIORITY, else the
 * highest of the dependencies plus one) and compiles the patterns. Every fault is reported, then -BB_EREPORTED.
 */
int bb_layers_load(struct bb_ctx *ctx, struct bb_store *d, struct bb_layers *ret);
void bb_layers_release(struct bb_layers *l);
/* The layer whose pattern matches the start of `path`, NULL when none does (priority 0 then). */
const struct bb_layer *bb_layers_of(const struct bb_layers *l, bb_str path);

#endif
