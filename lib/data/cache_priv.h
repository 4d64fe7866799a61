/* SPDX-License-Identifier: MIT */
/*
 * Inside of the store: cached expansions. A parse is the expansion of a variable or flag; edges lead from a node to the
 * parses that have read it.
 *
 * BitBake empties its expansion cache on every write. Here a write (bb_cache_touch) drops only the parses that have read
 * the name, directly or through others, and those that ran Python, which may have read anything. Under ancestors that
 * can still be written a write drops every parse: at that moment BitBake's copy begins to see what its ancestors have
 * become.
 */
#ifndef BB_DATA_CACHE_PRIV_H
#define BB_DATA_CACHE_PRIV_H

#include "data/record_priv.h"

/* A cached expansion. Its memory is used again when it is computed again. */
struct parse {
    struct bb_varparse vp;
    struct node *node;
    bb_sym flag; /* NULL: content */
    struct parse *next;
    struct edge *reads;
    uint64_t epoch;
    uint64_t writes; /* of the store when this was last asked for: BitBake's cache has it if there was none
                        since */
    bool valid;
    bool loose;       /* may have read anything */
    bool filtered;    /* the value has been through its filter, if it has one */
    bool has_removes; /* BitBake: hasattr(parser, "removes") */
};
struct edge {
    struct parse *reader;
    struct node *node;
    struct edge *next_reader, *next_read;
};
/* A computation under way; reads are noted in the innermost. */
struct frame {
    struct frame *up;
    struct parse *parse; /* NULL: nobody remembers the result */
    struct edge *expect; /* the next edge if it reads what it read the last time */
    bb_sym var;
    uint64_t writes;
    unsigned depth, nreads;
};
struct cache {
    uint64_t epoch;  /* parses of older epochs are gone */
    uint64_t writes; /* this store's writes */
    uint64_t made;   /* parses completed */
    struct frame *top;
    BB_VEC(struct parse *) loose; /* those that may have read anything */
    BB_VEC(struct node *) work;   /* nodes whose readers are still to be dropped */
    BB_VEC(struct bb_buf *) bufs; /* work space of expansions, used as a stack */
    size_t nbufs;
    BB_VEC(bb_sym) syms; /* references found by expansions under way, a stack too */
};
/* A write to `n` begins: what depends on it goes. */
void bb_cache_touch(struct bb_store *d, struct node *n);
/* Something about `n` has changed in the course of a write. */
void bb_cache_drop(struct bb_store *d, struct node *n);
void bb_cache_clear(struct bb_store *d);
/* True when no ancestor can change under this store. */
bool bb_cache_solid(const struct bb_store *d);
static inline bool bb_cache_valid(const struct cache *c, const struct parse *p)
{
    return p && p->valid && p->epoch == c->epoch;
}
/* The parse of a node's content (flag NULL) or flag, valid or not; NULL when there was none. */
static inline struct parse *bb_cache_content(const struct node *n)
{
    return n->parses && !n->parses->flag ? n->parses : NULL;
}
struct parse *bb_cache_flag(const struct node *n, bb_sym flag);
struct parse *bb_cache_make(struct bb_store *d, struct node *n, bb_sym flag);
void bb_cache_begin(struct bb_store *d, struct frame *f, struct parse *p, bb_sym var);
/* Ends the frame; its parse becomes valid when `ok`. */
void bb_cache_end(struct bb_store *d, struct frame *f, bool ok);
void bb_cache_note(struct bb_store *d, struct node *n);
/* The computation under way, if any, reads `n`; or it may read anything. */
static inline void bb_cache_read(struct bb_store *d, struct cache *c, struct node *n)
{
    if (c->top && c->top->parse)
        bb_cache_note(d, n);
}
void bb_cache_read_anything(struct cache *c);
struct bb_buf *bb_cache_buf(struct cache *c);
static inline void bb_cache_unbuf(struct cache *c, size_t to)
{
    c->nbufs = to;
}
void bb_cache_release(struct cache *c);

#endif
