/* SPDX-License-Identifier: MIT */
#include "sig/taskhash.h"

#include <stdlib.h>

#include "base/path.h"
#include "ext/digest.h"

static int cmp_dep(const void *a, const void *b)
{
    const struct bb_taskhash_dep *x = a, *y = b;
    int c = bb_str_cmp(x->pnid, y->pnid);
    return c ? c : bb_str_cmp(x->tid, y->tid);
}

bb_str bb_taskhash_member(bb_str path)
{
    /* BitBake: the part between the first and a second "/./" when there are two */
    size_t at = bb_str_find(path, BB_STR("/./"), 0);
    if (at == BB_NPOS)
        return (bb_str){0};
    size_t end = bb_str_find(path, BB_STR("/./"), at + 3);
    return bb_str_sub(path, at + 1, end == BB_NPOS ? path.len : end);
}

/* Members of folders go by their place below the folder; others by their path, from 2.10 on by their name. */
static int cmp_file(const struct bb_filesum *x, const struct bb_filesum *y, bool by_name)
{
    bb_str kx = bb_taskhash_member(x->path), ky = bb_taskhash_member(y->path);
    if (!kx.p)
        kx = by_name ? bb_path_base(x->path) : x->path;
    if (!ky.p)
        ky = by_name ? bb_path_base(y->path) : y->path;
    int c = bb_str_cmp(kx, ky);
    return c ? c : bb_str_cmp(x->md5, y->md5);
}

static int cmp_file_path(const void *a, const void *b)
{
    return cmp_file(a, b, false);
}

static int cmp_file_name(const void *a, const void *b)
{
    return cmp_file(a, b, true);
}

void bb_taskhash_compute(enum bb_level level, struct bb_taskhash_in *in, char ret[65])
{
    struct bb_buf b = BB_BUF_INIT;
    bb_str taint = in->taint;
    if (in->ndeps)
        qsort(in->deps, in->ndeps, sizeof(*in->deps), cmp_dep);
    if (in->nfiles)
        qsort(in->files, in->nfiles, sizeof(*in->files),
              level > BB_LEVEL_2_8 ? cmp_file_name : cmp_file_path);
    bb_buf_adds(&b, in->basehash);
    for (size_t i = 0; i < in->ndeps; i++)
        bb_buf_adds(&b, in->deps[i].hash);
    for (size_t i = 0; i < in->nfiles; i++) {
        bb_buf_adds(&b, bb_taskhash_member(in->files[i].path));
        bb_buf_adds(&b, in->files[i].md5);
    }
    if (bb_str_starts(taint, BB_STR("nostamp:")))
        taint = bb_str_from(taint, 8);
    bb_buf_adds(&b, taint);
    bb_sha256(bb_buf_str(&b), ret);
    bb_buf_release(&b);
}

bb_str bb_taskhash_pnid(struct bb_arena *a, bb_str mc, bb_str pn, bb_str task)
{
    if (mc.len)
        return bb_arena_fmt(a, "mc:%.*s:%.*s:%.*s", BB_STRF(mc), BB_STRF(pn), BB_STRF(task));
    return bb_arena_fmt(a, "%.*s:%.*s", BB_STRF(pn), BB_STRF(task));
}

bb_str bb_taskhash_stamp(struct bb_arena *a, bb_str stamp, bb_str task, bb_str hash, bb_str extra)
{
    bb_str s =
        bb_arena_fmt(a, "%.*s.%.*s.%.*s.%.*s", BB_STRF(stamp), BB_STRF(task), BB_STRF(hash), BB_STRF(extra));
    while (s.len && s.p[s.len - 1] == '.')
        ((char *)s.p)[--s.len] = '\0';
    return s;
}
