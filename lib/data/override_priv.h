/* SPDX-License-Identifier: MIT */
/*
 * Inside of the store: overrides. The override keys of a variable A are the names A:x that have been written; OVERRIDES
 * says which of them count. A copy has the keys that its parent had when it was made, as in BitBake.
 */
#ifndef BB_DATA_OVERRIDE_PRIV_H
#define BB_DATA_OVERRIDE_PRIV_H

#include "base/map.h"
#include "data/store.h"
#include "data/symx_priv.h"

struct node;

struct ovlist {
    struct bb_override_key *p; /* BitBake's [r, o] */
    uint32_t n, cap;
    uint32_t epoch; /* of the store when the list was made; an older one is shared with a copy */
    const struct bb_store *owner;
};
/* A layer of BitBake's overridedata: what a store has changed since it was last copied. */
struct ovlayer {
    struct ovlayer *base;
    struct bb_pmap map; /* bb_sym -> struct ovlist *, NULL when deleted */
    unsigned refs, depth;
    bool deletes; /* holds a NULL */
};
struct overrides {
    struct ovlayer *data;
    uint32_t epoch;   /* counts the copies made of this store */
    bool known, busy; /* BitBake: overrides is not None; inoverride */
    bb_sym *list;
    size_t n;
    struct symmap set;  /* of list; num is the index of the first occurrence */
    struct symmap vars; /* overridevars */
    uint32_t vars_epoch;
};
void bb_override_init(struct bb_store *d);
void bb_override_copy(struct bb_store *d, struct bb_store *parent);
void bb_override_release(struct bb_store *d);
/* BitBake: need_overrides(). */
int bb_override_need(struct bb_store *d);
/* The override keys of a name. NULL when it has none; an empty list still counts for hasOverrides(). */
struct ovlist *bb_override_keys(struct bb_store *d, struct node *n);
/* BitBake: _setvar_update_overrides, and its reverse in delVar. */
void bb_override_file(struct bb_store *d, bb_sym var);
void bb_override_unfile(struct bb_store *d, bb_sym var);
/* del overridedata[var]; overridedata[var] = [], and its append. */
void bb_override_drop(struct bb_store *d, struct node *n);
void bb_override_reset(struct bb_store *d, struct node *n);
void bb_override_append(struct bb_store *d, struct node *n, struct bb_override_key pair);
static inline bool bb_override_has(const struct overrides *o, bb_sym name)
{
    return bb_symx_map_find(&o->set, name) != NULL;
}
/* Whether every part of an override is in OVERRIDES. */
bool bb_override_active(const struct bb_store *d, bb_sym override);
/* The variable whose content takes the place of that of the keys' owner, NULL for none. */
bb_sym bb_override_match(const struct bb_store *d, const struct ovlist *keys);
static inline bool bb_override_is_var(const struct overrides *o, bb_sym var)
{
    return bb_symx_map_find(&o->vars, var) != NULL;
}
/* BitBake: _setvar_update_overridevars. `var`, on which OVERRIDES depends, was set to `value`. */
int bb_override_refresh(struct bb_store *d, bb_sym var, struct bb_val value);
/* All names with override keys: bb_sym -> struct ovlist *. */
void bb_override_all(const struct bb_store *d, struct bb_pmap *ret);

#endif
