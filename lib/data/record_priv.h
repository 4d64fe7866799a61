/* SPDX-License-Identifier: MIT */
/*
 * Inside of the store: what one store knows of its variables. A node is a name in one store; its record holds the
 * variable as BitBake's dict does, in slots (flags, "_content", ":append" ...) in order of setting. Copies share records
 * until they write (bb_record_own).
 */
#ifndef BB_DATA_RECORD_PRIV_H
#define BB_DATA_RECORD_PRIV_H

#include "data/store.h"
#include "data/symx_priv.h"

/* The kind of a slot that holds operations; `s` is then the array of struct bb_varop and its length. */
#define V_OPS ((enum bb_vkind)(BB_V_OBJ + 1))

struct slot {
    bb_sym name;
    struct bb_val val;
};
enum special { AT_CONTENT, AT_WEAK, AT_APPEND, AT_PREPEND, AT_REMOVE, AT_COUNT };
struct rec {
    struct slot *slots;
    uint16_t n, cap;
    uint16_t at[AT_COUNT]; /* positions of the special slots plus one, 0 for none */
    bool own[AT_COUNT];    /* the array of operations is this record's own, so it may grow in place */
    bool plain;            /* the content is text without "${" and there are no operations */
    struct bb_loc loc;     /* of the last assignment */
};
enum node_flags {
    NODE_INHERITED = 1 << 0, /* `inherited` is known */
    NODE_KEYS = 1 << 1,      /* `keys` is known */
    NODE_LISTED = 1 << 2,    /* stands in the table's list of written names */
};
struct node {
    bb_sym sym;
    struct rec *rec;       /* written in this store */
    struct rec *inherited; /* what frozen ancestors have */
    struct ovlist *keys;   /* override keys */
    struct parse *parses;  /* cached expansions; that of the content, when there is one, comes first */
    struct edge *readers;
    uint8_t flags;
};
struct nodes {
    struct node_slot {
        bb_sym sym;
        struct node *node;
    } * tab;
    uint32_t n, mask;
    BB_VEC(struct node *) written; /* in order of first write */
    BB_VEC(bb_sym) dollar;         /* of them, names that hold "${" */
};

static inline struct node *bb_record_peek(const struct nodes *t, bb_sym s)
{
    if (!t->tab)
        return NULL;
    for (uint32_t i = (uint32_t)s->hash;; i++) {
        const struct node_slot *e = &t->tab[i & t->mask];
        if (e->sym == s || !e->sym)
            return e->node;
    }
}
/* The node of a name, made when there is none. */
struct node *bb_record_node(struct bb_store *d, bb_sym s);
/* BitBake: _findVar. The nearest record, NULL when no store of the chain has one. An empty one means deleted. */
struct rec *bb_record_find(struct bb_store *d, struct node *n);
/* The same for a name that may have no node, without making one. */
struct rec *bb_record_look(struct bb_store *d, bb_sym s);
/* BitBake: _makeShadowCopy. The store's own record, at first a copy of the nearest ancestor's. */
struct rec *bb_record_own(struct bb_store *d, struct node *n);
/* BitBake: dict[var] = {}. */
void bb_record_empty(struct bb_store *d, struct node *n);
void bb_record_release(struct nodes *t);
const struct bb_val *bb_record_get(const struct rec *r, bb_sym name);
void bb_record_put(struct bb_store *d, struct rec *r, bb_sym name, struct bb_val v);
void bb_record_del(struct rec *r, bb_sym name);
static inline const struct bb_val *bb_record_at(const struct rec *r, enum special k)
{
    return r && r->at[k] ? &r->slots[r->at[k] - 1].val : NULL;
}

/* op.c: :append, :prepend and :remove of a record. */

/* The operations of a record; none gives NULL and 0. */
static inline const struct bb_varop *bb_op_list(const struct rec *r, enum special k, size_t *ret_n)
{
    const struct bb_val *v = bb_record_at(r, k);
    *ret_n = v ? v->s.len : 0;
    return v ? (const struct bb_varop *)(const void *)v->s.p : NULL;
}
enum special bb_op_special(enum bb_symop op);
void bb_op_add(struct bb_store *d, struct rec *r, enum special k, const struct bb_varop *ops, size_t n);
bool bb_op_has(const struct rec *r);
/* Whether the condition of an operation holds. */
bool bb_op_applies(const struct bb_store *d, const struct bb_varop *op);
/* Puts what applies of :append and :prepend around *value. */
int bb_op_combine(struct bb_store *d, const struct rec *r, const struct bb_val *old, struct bb_val *value);
/* Takes the words that the `removes` expand to out of vp->value, and says in vp which of them had an effect. */
int bb_op_remove(struct bb_store *d, const bb_str *removes, size_t n, struct bb_varparse *vp);

#endif
