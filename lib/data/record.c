/* SPDX-License-Identifier: MIT */
#include "data/seen.h"
#include "data/store_priv.h"

#define FIRST_PLACES 256

static void nodes_insert(struct nodes *t, struct node *n)
{
    uint32_t i = (uint32_t)n->sym->hash;
    while (t->tab[i & t->mask].sym)
        i++;
    t->tab[i & t->mask] = (struct node_slot){n->sym, n};
}

static void nodes_grow(struct nodes *t)
{
    struct node_slot *old = t->tab;
    uint32_t places = old ? t->mask + 1 : 0;

    t->mask = (places ? places * 2 : FIRST_PLACES) - 1;
    t->tab = bb_calloc(t->mask + 1, sizeof(*t->tab));
    for (uint32_t i = 0; i < places; i++)
        if (old[i].sym)
            nodes_insert(t, old[i].node);
    free(old);
}

void bb_record_release(struct nodes *t)
{
    free(t->tab);
    bb_vec_release(&t->written);
    bb_vec_release(&t->dollar);
}

struct node *bb_record_node(struct bb_store *d, bb_sym s)
{
    struct nodes *t = &d->nodes;
    struct node *n = bb_record_peek(t, s);

    if (n)
        return n;
    if (!t->tab || t->n * 2 > t->mask)
        nodes_grow(t);
    n = bb_arena_new(&d->arena, struct node);
    n->sym = s;
    bb_seen_note(s);
    nodes_insert(t, n);
    t->n++;
    return n;
}

static struct rec *look_above(struct bb_store *d, bb_sym s)
{
    for (struct bb_store *p = d->parent; p; p = p->parent) {
        struct node *n = bb_record_peek(&p->nodes, s);
        if (n && n->rec)
            return n->rec;
        if (n && n->flags & NODE_INHERITED)
            return n->inherited;
    }
    return NULL;
}

struct rec *bb_record_look(struct bb_store *d, bb_sym s)
{
    struct node *n = bb_record_peek(&d->nodes, s);
    return n ? bb_record_find(d, n) : look_above(d, s);
}

struct rec *bb_record_find(struct bb_store *d, struct node *n)
{
    if (n->rec)
        return n->rec;
    if (n->flags & NODE_INHERITED)
        return n->inherited;
    struct rec *r = look_above(d, n->sym);
    if (bb_cache_solid(d)) {
        n->inherited = r;
        n->flags |= NODE_INHERITED;
    }
    return r;
}

static void list_written(struct bb_store *d, struct node *n)
{
    if (n->flags & NODE_LISTED)
        return;
    n->flags |= NODE_LISTED;
    bb_vec_push(&d->nodes.written, n);
    if (bb_symx_var(n->sym)->flags & SYMX_DOLLAR)
        bb_vec_push(&d->nodes.dollar, n->sym);
}

struct rec *bb_record_own(struct bb_store *d, struct node *n)
{
    if (n->rec)
        return n->rec;
    const struct rec *above = bb_record_find(d, n);
    n->rec = bb_arena_new(&d->arena, struct rec);
    list_written(d, n);
    if (!above || !above->n)
        return n->rec;
    *n->rec = *above;
    n->rec->cap = (uint16_t)(above->n + 1);
    n->rec->slots = bb_arena_array(&d->arena, struct slot, n->rec->cap);
    memcpy(n->rec->slots, above->slots, above->n * sizeof(*above->slots));
    memset(n->rec->own, 0, sizeof(n->rec->own));
    for (uint16_t i = 0; i < above->n; i++)
        if (above->slots[i].val.kind == BB_V_OBJ)
            n->rec->slots[i].val = bb_store_keep(d, above->slots[i].val, true);
    return n->rec;
}

void bb_record_empty(struct bb_store *d, struct node *n)
{
    n->rec = bb_arena_new(&d->arena, struct rec);
    list_written(d, n);
}

/* The special slot a name stands for, AT_COUNT for an ordinary flag. */
static enum special special_of(bb_sym name)
{
    const bb_sym names[AT_COUNT] = {bb_known.content, bb_known.defaultval, bb_known.append, bb_known.prepend,
                                    bb_known.remove};
    for (int i = 0; i < AT_COUNT; i++)
        if (names[i] == name)
            return (enum special)i;
    return AT_COUNT;
}

static void find_plain(struct rec *r)
{
    const struct bb_val *v = bb_record_at(r, AT_CONTENT);
    r->plain = v && v->kind == BB_V_STR && !bb_op_has(r) && bb_expand_dollar(v->s, 0) == BB_NPOS;
}

static uint16_t position(const struct rec *r, bb_sym name)
{
    for (uint16_t i = 0; i < r->n; i++)
        if (r->slots[i].name == name)
            return (uint16_t)(i + 1);
    return 0;
}

const struct bb_val *bb_record_get(const struct rec *r, bb_sym name)
{
    uint16_t at = r ? position(r, name) : 0;
    return at ? &r->slots[at - 1].val : NULL;
}

void bb_record_put(struct bb_store *d, struct rec *r, bb_sym name, struct bb_val v)
{
    enum special k = special_of(name);
    uint16_t at = k < AT_COUNT ? r->at[k] : position(r, name);

    if (!at) {
        if (r->n == r->cap) {
            uint16_t cap = r->cap ? (uint16_t)(r->cap * 2) : 2;
            struct slot *slots = bb_arena_array(&d->arena, struct slot, cap);
            if (r->n)
                memcpy(slots, r->slots, r->n * sizeof(*slots));
            r->slots = slots;
            r->cap = cap;
        }
        at = ++r->n;
        r->slots[at - 1].name = name;
        if (k < AT_COUNT)
            r->at[k] = at;
    }
    r->slots[at - 1].val = v;
    if (k < AT_COUNT)
        find_plain(r);
}

void bb_record_del(struct rec *r, bb_sym name)
{
    uint16_t at = position(r, name);
    enum special k = special_of(name);

    if (!at)
        return;
    memmove(r->slots + at - 1, r->slots + at, (size_t)(r->n - at) * sizeof(*r->slots));
    r->n--;
    for (int i = 0; i < AT_COUNT; i++)
        if (r->at[i] > at)
            r->at[i]--;
        else if (r->at[i] == at)
            r->at[i] = 0;
    if (k < AT_COUNT) {
        r->own[k] = false;
        find_plain(r);
    }
}
