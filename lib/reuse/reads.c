/* SPDX-License-Identifier: MIT */
#include "reuse/reads.h"

#include <stdlib.h>

static int hash_cmp(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

void bb_reads_add(struct bb_reads *r, bb_str name)
{
    bb_vec_push(r, bb_str_hash(name));
}

void bb_reads_sort(struct bb_reads *r)
{
    size_t kept = 0;
    if (r->n)
        qsort(r->p, r->n, sizeof(*r->p), hash_cmp);
    for (size_t i = 0; i < r->n; i++)
        if (!kept || r->p[kept - 1] != r->p[i])
            r->p[kept++] = r->p[i];
    r->n = kept;
}

void bb_reads_merge(struct bb_reads *r, const struct bb_reads *more)
{
    r->unknown = r->unknown || more->unknown;
    for (size_t i = 0; i < more->n; i++)
        bb_vec_push(r, more->p[i]);
    bb_reads_sort(r);
}

bool bb_reads_has(const struct bb_reads *r, bb_str name)
{
    uint64_t hash = bb_str_hash(name);
    return r->unknown || (r->n && bsearch(&hash, r->p, r->n, sizeof(*r->p), hash_cmp));
}

void bb_reads_release(struct bb_reads *r)
{
    bb_vec_release(r);
    r->unknown = false;
}

void bb_reads_put(struct bb_buf *out, const struct bb_reads *r)
{
    bb_pack_put_uint(out, r->unknown);
    bb_pack_put_uint(out, r->n);
    for (size_t i = 0; i < r->n; i++)
        bb_pack_put_hash(out, r->p[i]);
}

struct bb_reads bb_reads_take(struct bb_pack_in *in)
{
    struct bb_reads r = {.unknown = bb_pack_take_bool(in)};
    size_t n = bb_pack_take_count(in, sizeof(*r.p));
    bb_vec_reserve(&r, n);
    while (r.n < n)
        r.p[r.n++] = bb_pack_take_hash(in);
    return r;
}
