/* SPDX-License-Identifier: MIT */
/* Life of stores: making, copying, freezing, releasing. */
#include "base/rules.h"
#include "data/store_priv.h"

static struct family *family_new(enum bb_level level)
{
    struct family *f = bb_calloc(1, sizeof(*f));

    f->refs = 1;
    bb_arena_init(&f->arena);
    bb_arena_init(&f->fault.arena);
    f->refuses_renamed = bb_rules_has(level, BB_RULE_RENAMED_VARIABLES);
    for (size_t i = 0; f->refuses_renamed && i < bb_rules_nrenames; i++) {
        bb_str *to = bb_arena_new(&f->arena, bb_str);
        *to = bb_str_z(bb_rules_renames[i].now);
        bb_pmap_put(&f->renames, bb_sym_z(bb_rules_renames[i].was), to);
    }
    return f;
}

static void family_unref(struct family *f)
{
    if (--f->refs > 0)
        return;
    bb_pmap_release(&f->renames);
    bb_map_release(&f->said);
    bb_map_release(&f->codes);
    bb_vec_release(&f->fault.chain);
    bb_arena_release(&f->fault.arena);
    bb_arena_release(&f->arena);
    free(f);
}

static struct bb_store *make(struct bb_ctx *ctx, const struct bb_pyhook *hook, struct family *family)
{
    struct bb_store *d = bb_calloc(1, sizeof(*d));

    d->ctx = ctx;
    d->hook = hook;
    d->family = family;
    d->refs = 1;
    bb_arena_init(&d->arena);
    return d;
}

struct bb_store *bb_store_new(struct bb_ctx *ctx, const struct bb_pyhook *hook)
{
    bb_symx_init();
    struct bb_store *d = make(ctx, hook, family_new(ctx->level));

    bb_override_init(d);
    bb_history_init(d);
    return d;
}

struct bb_store *bb_store_copy(struct bb_store *parent)
{
    struct bb_store *d = make(parent->ctx, parent->hook, parent->family);

    /* What is read through a copy is not noted. */
    bb_cache_read_anything(&parent->cache);
    parent->family->refs++;
    d->parent = bb_store_ref(parent);
    bb_override_copy(d, parent);
    d->filters = parent->filters;
    bb_history_copy(d, parent);
    bb_cache_clear(d);
    return d;
}

void bb_store_freeze(struct bb_store *d)
{
    for (; d && !d->frozen; d = d->parent)
        d->frozen = true;
}

bool bb_store_frozen(const struct bb_store *d)
{
    return d->frozen;
}

void bb_store_writable(const struct bb_store *d)
{
    if (d->frozen)
        BB_BUG("write to a frozen store");
}

struct bb_store *bb_store_ref(struct bb_store *d)
{
    d->refs++;
    return d;
}

void bb_store_unref(struct bb_store *d)
{
    while (d && --d->refs == 0) {
        struct bb_store *parent = d->parent;
        if (d->hook && d->hook->obj_unref)
            bb_vec_each(&d->objs, o)
                d->hook->obj_unref(d->hook->self, *o);
        bb_vec_release(&d->objs);
        bb_override_release(d);
        bb_record_release(&d->nodes);
        bb_cache_release(&d->cache);
        bb_pmap_release(&d->hist.vars);
        family_unref(d->family);
        bb_arena_release(&d->arena);
        free(d);
        d = parent;
    }
}

int bb_store_kept_objects(const struct bb_store *d, int (*visit)(void *self, void *obj), void *self)
{
    for (; d && d->refs == 1; d = d->parent)
        bb_vec_each(&d->objs, o) {
            int r = visit(self, *o);
            if (r)
                return r;
        }
    return 0;
}

size_t bb_store_held(const struct bb_store *d)
{
    return d->refs > 1 ? d->arena.total : 0;
}

struct bb_ctx *bb_store_ctx(const struct bb_store *d)
{
    return d->ctx;
}

const struct bb_pyhook *bb_store_hook(const struct bb_store *d)
{
    return d->hook;
}

struct bb_arena *bb_store_arena(struct bb_store *d)
{
    return &d->arena;
}

void *bb_store_get_user(const struct bb_store *d)
{
    return d->user;
}

void bb_store_set_user(struct bb_store *d, void *user)
{
    d->user = user;
}
