/* SPDX-License-Identifier: MIT */
#include "sig/taskhash.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/rules.h"
#include "ext/digest.h"

static int cmp_dep(const void *a, const void *b)
{
    const struct bb_taskhash_dep *x = a, *y = b;
    int c = bb_str_cmp(x->pnid, y->pnid);
    return c ? c : bb_str_cmp(x->tid, y->tid);
}

/*
 * BitBake before 2.8: siggen.clean_basepath. The last folder, the file and the task, then what stands before
 * the path: "mc:x:virtual:native:/a/b/c.bb:do_d" gives "b/c.bb:do_d:virtual:native:mc:x".
 */
static bb_str old_key(struct bb_arena *a, bb_str tid)
{
    bb_str mc = {"", 0}, rest = tid;
    if (bb_str_starts(tid, BB_STR("mc:"))) {
        size_t end = bb_str_chr(tid, ':', 3);
        mc = bb_arena_cat(a, BB_STR(":"), bb_str_sub(tid, 0, end == BB_NPOS ? tid.len : end));
        rest = end == BB_NPOS ? rest : bb_str_from(tid, end + 1);
    }
    size_t path = bb_str_find(rest, BB_STR(":/"), 0);
    bb_str variant =
        path == BB_NPOS ? (bb_str){"", 0} : bb_arena_cat(a, BB_STR(":"), bb_str_sub(rest, 0, path));
    size_t file = bb_str_rchr(rest, '/');
    size_t dir = file == BB_NPOS ? file : bb_str_rchr(bb_str_sub(rest, 0, file), '/');
    bb_str tail = dir == BB_NPOS ? rest : bb_str_from(rest, dir + 1);
    return bb_arena_fmt(a, "%.*s%.*s%.*s", BB_STRF(tail), BB_STRF(variant), BB_STRF(mc));
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

static int cmp_file_sum(const void *a, const void *b)
{
    const struct bb_filesum *x = a, *y = b;
    return bb_str_cmp(x->md5, y->md5);
}

struct old_dep {
    bb_str key;
    struct bb_taskhash_dep dep;
};

static int cmp_old_dep(const void *a, const void *b)
{
    return bb_str_cmp(((const struct old_dep *)a)->key, ((const struct old_dep *)b)->key);
}

static void order_old_deps(struct bb_taskhash_in *in)
{
    struct bb_arena a;
    bb_arena_init(&a);
    struct old_dep *deps = bb_arena_array(&a, struct old_dep, in->ndeps);
    for (size_t i = 0; i < in->ndeps; i++)
        deps[i] = (struct old_dep){old_key(&a, in->deps[i].tid), in->deps[i]};
    qsort(deps, in->ndeps, sizeof(*deps), cmp_old_dep);
    for (size_t i = 0; i < in->ndeps; i++)
        in->deps[i] = deps[i].dep;
    bb_arena_release(&a);
}

static void order(enum bb_level level, struct bb_taskhash_in *in)
{
    if (in->ndeps && !bb_rules_has(level, BB_RULE_NAMED_DEPENDENCIES))
        order_old_deps(in);
    else if (in->ndeps)
        qsort(in->deps, in->ndeps, sizeof(*in->deps), cmp_dep);
    if (in->nfiles)
        qsort(in->files, in->nfiles, sizeof(*in->files),
              !bb_rules_has(level, BB_RULE_FILE_ORDER)  ? cmp_file_sum
              : bb_rules_has(level, BB_RULE_FILE_NAMES) ? cmp_file_name
                                                        : cmp_file_path);
}

bb_str bb_taskhash_taint(bb_str taint, bool *ret_nostamp)
{
    bb_str prefix = BB_STR(BB_TAINT_NOSTAMP);
    bool nostamp = bb_str_starts(taint, prefix);
    if (ret_nostamp)
        *ret_nostamp = nostamp;
    return nostamp ? bb_str_from(taint, prefix.len) : taint;
}

void bb_taskhash_compute(enum bb_level level, struct bb_taskhash_in *in, char ret[65])
{
    struct bb_buf b = BB_BUF_INIT;
    order(level, in);
    bb_buf_adds(&b, in->basehash);
    for (size_t i = 0; i < in->ndeps; i++)
        bb_buf_adds(&b, in->deps[i].hash);
    for (size_t i = 0; i < in->nfiles; i++) {
        if (bb_rules_has(level, BB_RULE_FILE_PATHS))
            bb_buf_adds(&b, bb_taskhash_member(in->files[i].path));
        bb_buf_adds(&b, in->files[i].md5);
    }
    bb_buf_adds(&b, bb_taskhash_taint(in->taint, NULL));
    bb_sha256(bb_buf_str(&b), ret);
    bb_buf_release(&b);
}

bb_str bb_taskhash_pnid(struct bb_arena *a, bb_str mc, bb_str pn, bb_str task)
{
    if (mc.len)
        return bb_arena_fmt(a, "mc:%.*s:%.*s:%.*s", BB_STRF(mc), BB_STRF(pn), BB_STRF(task));
    return bb_arena_fmt(a, "%.*s:%.*s", BB_STRF(pn), BB_STRF(task));
}
