/* SPDX-License-Identifier: MIT */
#include "reuse/parsed.h"

#include "base/diag.h"

void bb_parsed_put_u32(struct bb_buf *out, uint32_t n)
{
    bb_buf_add(out, &n, sizeof(n));
}

void bb_parsed_put_u64(struct bb_buf *out, uint64_t n)
{
    bb_buf_add(out, &n, sizeof(n));
}

void bb_parsed_put_str(struct bb_buf *out, bb_str s)
{
    bb_parsed_put_u32(out, (uint32_t)s.len);
    bb_buf_adds(out, s);
}

static bool take(bb_str *in, void *ret, size_t n)
{
    if (in->len < n)
        return false;
    memcpy(ret, in->p, n);
    *in = bb_str_from(*in, n);
    return true;
}

bool bb_parsed_get_u32(bb_str *in, uint32_t *ret)
{
    return take(in, ret, sizeof(*ret));
}

bool bb_parsed_get_u64(bb_str *in, uint64_t *ret)
{
    return take(in, ret, sizeof(*ret));
}

bool bb_parsed_get_str(bb_str *in, bb_str *ret)
{
    uint32_t n;
    if (!bb_parsed_get_u32(in, &n) || in->len < n)
        return false;
    *ret = bb_str_sub(*in, 0, n);
    *in = bb_str_from(*in, n);
    return true;
}

void bb_parsed_put_depend(struct bb_buf *out, const struct bb_depend *d)
{
    bb_parsed_put_str(out, d->path);
    bb_parsed_put_u32(out, (d->st.exists ? 1 : 0) | (d->st.regular ? 2 : 0));
    bb_parsed_put_u64(out, (uint64_t)d->st.mtime_ns);
    bb_parsed_put_u64(out, d->st.size);
    bb_parsed_put_u64(out, d->st.inode);
}

bool bb_parsed_get_depend(bb_str *in, struct bb_depend *ret)
{
    uint32_t bits;
    uint64_t mtime;
    if (!bb_parsed_get_str(in, &ret->path) || !bb_parsed_get_u32(in, &bits) ||
        !bb_parsed_get_u64(in, &mtime) || !bb_parsed_get_u64(in, &ret->st.size) ||
        !bb_parsed_get_u64(in, &ret->st.inode))
        return false;
    ret->st.exists = bits & 1;
    ret->st.regular = bits & 2;
    ret->st.mtime_ns = (int64_t)mtime;
    return true;
}

void bb_parsed_write(struct bb_buf *out, const struct bb_parsed *p)
{
    bb_parsed_put_str(out, p->file);
    bb_parsed_put_str(out, p->mc);
    bb_parsed_put_u32(out, p->keep);
    bb_parsed_put_u32(out, p->listed);
    bb_parsed_put_u32(out, (uint32_t)p->nappends);
    for (size_t i = 0; i < p->nappends; i++)
        bb_parsed_put_str(out, p->appends[i]);
    bb_parsed_put_u32(out, (uint32_t)p->nvariants);
    for (size_t i = 0; i < p->nvariants; i++)
        bb_recipe_write(out, p->variants[i]);
}

int bb_parsed_read(struct bb_arena *a, bb_str *in, struct bb_parsed *ret)
{
    uint32_t keep, listed, n;
    *ret = (struct bb_parsed){0};
    if (!bb_parsed_get_str(in, &ret->file) || !bb_parsed_get_str(in, &ret->mc) ||
        !bb_parsed_get_u32(in, &keep) || !bb_parsed_get_u32(in, &listed) || !bb_parsed_get_u32(in, &n) ||
        n > in->len / sizeof(uint32_t))
        return -BB_ECORRUPT;
    ret->keep = keep;
    ret->listed = listed;
    ret->appends = bb_arena_array(a, bb_str, n);
    for (; ret->nappends < n; ret->nappends++)
        if (!bb_parsed_get_str(in, &ret->appends[ret->nappends]))
            return -BB_ECORRUPT;
    if (!bb_parsed_get_u32(in, &n) || n > in->len / sizeof(uint32_t))
        return -BB_ECORRUPT;
    ret->variants = bb_arena_array(a, struct bb_recipe *, n);
    for (; ret->nvariants < n; ret->nvariants++) {
        int r = bb_recipe_read(a, in, &ret->variants[ret->nvariants]);
        if (r < 0)
            return r;
    }
    return 0;
}

void bb_parsed_set_mc(struct bb_parsed *p, struct bb_mcgraph *mc)
{
    for (size_t i = 0; i < p->nvariants; i++)
        p->variants[i]->mc = mc;
}
