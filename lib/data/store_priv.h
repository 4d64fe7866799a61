/* SPDX-License-Identifier: MIT */
/*
 * The inside of the store, shared by the files of lib/data and by nobody else. Each part has a header:
 *
 *   symx_priv.h       facts that follow from a name alone; sets of names
 *   record_priv.h     nodes, records and operations: what a store knows of a variable
 *   override_priv.h   override keys, and which overrides count
 *   cache_priv.h      expansions that are remembered, and who has read what
 *   expand_priv.h     from a record to a value; failures
 *   history_priv.h    who set what
 *
 * Values and texts live in the store's arena. The store never moves them or frees them before its own end.
 */
#ifndef BB_DATA_STORE_PRIV_H
#define BB_DATA_STORE_PRIV_H

#include "base/map.h"
#include "data/cache_priv.h"
#include "data/expand_priv.h"
#include "data/history_priv.h"
#include "data/override_priv.h"
#include "data/record_priv.h"
#include "data/store.h"
#include "data/symx_priv.h"

/* What a store and all copies of it share. */
struct family {
    unsigned refs;
    struct bb_arena arena;
    struct bb_pmap renames; /* bb_sym -> bb_str *: bitbake_renamed_vars and BB_RENAMED_VARIABLES */
    bool refuses_renamed;   /* whether there are any at this level */
    struct bb_map said;     /* errors that are reported once */
    struct bb_map codes;    /* text -> struct inline_code *, NULL when it has no native form */
    struct fault fault;
};

/* filter.c */

struct filter {
    bb_sym var;
    bb_str text;
};
struct filters {
    const struct filter *p;
    size_t n;
};
/* The filter of a variable or of what it overrides; NULL when it has none. */
const bb_str *bb_filter_of(const struct bb_store *d, bb_sym var);
int bb_filter_apply(struct bb_store *d, bb_sym var, struct bb_val *inout);

struct bb_store {
    struct bb_ctx *ctx;
    struct bb_store *parent;
    const struct bb_pyhook *hook;
    struct family *family;
    struct bb_arena arena;
    struct nodes nodes;
    struct overrides ov;
    struct filters filters;
    struct cache cache;
    struct history hist;
    BB_VEC(void *) objs; /* references held until the store goes */
    void *user;
    unsigned refs;
    bool frozen;
};
/* The value as the store keeps it: text copied unless `borrowed`, a reference to an object taken. */
struct bb_val bb_store_keep(struct bb_store *d, struct bb_val v, bool borrowed);
/* Aborts on a write to a frozen store. */
void bb_store_writable(const struct bb_store *d);

#endif
