/* SPDX-License-Identifier: MIT */
#include "data/store_priv.h"

/* A computation that reads more names than this is taken to read anything: noting each would cost more than
 * it saves. */
#define MOST_READS 64

bool bb_cache_solid(const struct bb_store *d)
{
    return !d->parent || d->parent->frozen;
}

/* Drops the parses that have read `n`, and in turn, as its text may be in theirs, those that have read one of them. */
static void drop_readers(struct cache *c, struct node *n)
{
    size_t base = c->work.n;

    bb_vec_push(&c->work, n);
    while (c->work.n > base) {
        n = bb_vec_pop(&c->work);
        for (struct edge *e = n->readers; e; e = e->next_reader) {
            if (!bb_cache_valid(c, e->reader))
                continue;
            e->reader->valid = false;
            bb_vec_push(&c->work, e->reader->node);
        }
    }
}

void bb_cache_drop(struct bb_store *d, struct node *n)
{
    for (struct parse *p = n->parses; p; p = p->next)
        p->valid = false;
    drop_readers(&d->cache, n);
}

void bb_cache_clear(struct bb_store *d)
{
    d->cache.epoch++;
    d->cache.loose.n = 0;
}

void bb_cache_touch(struct bb_store *d, struct node *n)
{
    struct cache *c = &d->cache;

    c->writes++;
    if (!bb_cache_solid(d)) {
        bb_cache_clear(d);
        return;
    }
    while (c->loose.n > 0) {
        struct parse *p = bb_vec_pop(&c->loose);
        if (!bb_cache_valid(c, p))
            continue;
        p->valid = false;
        drop_readers(c, p->node);
    }
    bb_cache_drop(d, n);
}

struct parse *bb_cache_flag(const struct node *n, bb_sym flag)
{
    struct parse *p = n->parses;
    while (p && p->flag != flag)
        p = p->next;
    return p;
}

struct parse *bb_cache_make(struct bb_store *d, struct node *n, bb_sym flag)
{
    struct parse *p = bb_arena_new(&d->arena, struct parse);

    p->node = n;
    p->flag = flag;
    if (!flag || !n->parses) {
        p->next = n->parses;
        n->parses = p;
    } else {
        p->next = n->parses->next;
        n->parses->next = p;
    }
    return p;
}

void bb_cache_begin(struct bb_store *d, struct frame *f, struct parse *p, bb_sym var)
{
    struct cache *c = &d->cache;

    *f = (struct frame){.up = c->top, .parse = p, .var = var, .writes = c->writes};
    f->depth = c->top ? c->top->depth + 1 : 1;
    if (p) {
        p->valid = p->loose = false;
        f->expect = p->reads;
    }
    c->top = f;
}

void bb_cache_end(struct bb_store *d, struct frame *f, bool ok)
{
    struct cache *c = &d->cache;
    struct parse *p = f->parse;

    c->top = f->up;
    if (!p || !ok)
        return;
    c->made++;
    p->valid = true;
    p->epoch = c->epoch;
    p->writes = c->writes;
    /* What was read before a write in the course of this computation may be out of date, whatever was written. */
    if (c->writes != f->writes)
        p->loose = true;
    if (p->loose)
        bb_vec_push(&c->loose, p);
}

/*
 * Edges are never taken away, so a parse that is computed again mostly finds those it needs, in the same
 * order; one that is no longer true drops a parse too often, never too seldom.
 */
void bb_cache_note(struct bb_store *d, struct node *n)
{
    struct frame *f = d->cache.top;
    struct parse *p = f->parse;
    struct edge **end = &p->reads;

    if (p->loose)
        return;
    if (f->expect && f->expect->node == n) {
        f->expect = f->expect->next_read;
        return;
    }
    for (; *end; end = &(*end)->next_read) {
        if ((*end)->node == n) {
            f->expect = (*end)->next_read;
            return;
        }
    }
    if (++f->nreads > MOST_READS) {
        p->loose = true;
        return;
    }
    struct edge *e = bb_arena_new(&d->arena, struct edge);
    *e = (struct edge){.reader = p, .node = n, .next_reader = n->readers};
    n->readers = e;
    *end = e;
}

void bb_cache_read_anything(struct cache *c)
{
    if (c->top && c->top->parse)
        c->top->parse->loose = true;
}

struct bb_buf *bb_cache_buf(struct cache *c)
{
    if (c->nbufs == c->bufs.n) {
        struct bb_buf *b = bb_malloc(sizeof(*b));
        bb_buf_init(b);
        bb_vec_push(&c->bufs, b);
    }
    struct bb_buf *b = c->bufs.p[c->nbufs++];
    bb_buf_clear(b);
    return b;
}

void bb_cache_release(struct cache *c)
{
    bb_vec_each(&c->bufs, b) {
        bb_buf_release(*b);
        free(*b);
    }
    bb_vec_release(&c->bufs);
    bb_vec_release(&c->loose);
    bb_vec_release(&c->work);
    bb_vec_release(&c->syms);
}
