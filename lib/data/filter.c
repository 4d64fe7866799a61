/* SPDX-License-Identifier: MIT */
/*
 * Filters: what the expanded value of a variable, and of its overrides, goes through when it is read (BitBake:
 * setVarFilter). A copy has the filters that its parent has when it is made, so the array is never changed in place.
 */
#include "data/store_priv.h"

const bb_str *bb_filter_of(const struct bb_store *d, bb_sym var)
{
    if (!d->filters.n)
        return NULL;
    bb_sym base = bb_symx_var(var)->shortvar;
    for (size_t i = 0; i < d->filters.n; i++)
        if (d->filters.p[i].var == base)
            return &d->filters.p[i].text;
    return NULL;
}

int bb_filter_apply(struct bb_store *d, bb_sym var, struct bb_val *inout)
{
    const bb_str *filter = bb_filter_of(d, var);
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (!filter || inout->kind != BB_V_STR || inout->s.len == 0)
        return 0;
    if (!d->hook || !d->hook->filter)
        return bb_fault_set(d, -BB_EPARSE, "RuntimeError: no Python to filter '%.*s'", BB_STRF(var->name));
    int rc = d->hook->filter(d->hook->self, inout->s, *filter, &out);
    if (rc < 0) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        d->hook->error_text(d->hook->self, &text);
        return bb_fault_set(d, rc, "%.*s", BB_STRF(bb_buf_str(&text)));
    }
    *inout = bb_val_s(bb_arena_str(&d->arena, bb_buf_str(&out)));
    return 0;
}

void bb_store_set_filter(struct bb_store *d, bb_sym var, bb_str filter)
{
    struct filters *f = &d->filters;
    struct filter *p = bb_arena_array(&d->arena, struct filter, f->n + 1);
    size_t n = 0;

    bb_store_writable(d);
    for (size_t i = 0; i < f->n; i++)
        if (f->p[i].var != var)
            p[n++] = f->p[i];
    if (filter.len)
        p[n++] = (struct filter){var, bb_arena_str(&d->arena, filter)};
    f->p = p;
    f->n = n;
    bb_cache_clear(d);
}
