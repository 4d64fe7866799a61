/* SPDX-License-Identifier: MIT */
#include "reuse/recipekeys.h"

#include "base/map.h"
#include "base/pack.h"
#include "ext/tar.h"

static const char version[] = "bbc recipekeys 1";
enum { MOST = 1 << 28 /* bytes of a set, unpacked */, LEAST = 3 /* of a key */ };

static bb_str path_of(struct bb_arena *a, bb_str dir, uint64_t digest)
{
    return bb_arena_fmt(a, "%.*s/keys-%016llx.dat", BB_STRF(dir), (unsigned long long)digest);
}

static void put_all(const struct bb_recipekeys *k, struct bb_buf *out)
{
    bb_pack_put_uint(out, k->nkeys);
    for (size_t i = 0; i < k->nkeys; i++) {
        bb_pack_put_text(out, k->keys[i].name);
        bb_pack_put_text(out, k->keys[i].value);
        bb_pack_put_text(out, k->keys[i].place);
    }
    bb_pack_put_uint(out, k->ntasks);
    for (size_t i = 0; i < k->ntasks; i++) {
        const struct bb_recipekeys_task *t = &k->tasks[i];
        bb_pack_put_text(out, t->name);
        bb_pack_put_text(out, t->basehash);
        bb_pack_put_uint(out, t->nkeys);
        for (size_t n = 0; n < t->nkeys; n++)
            bb_pack_put_uint(out, t->keys[n] - (n ? t->keys[n - 1] : 0));
    }
}

int bb_recipekeys_write(bb_str dir, const struct bb_recipekeys *k, uint64_t *ret_digest)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_cachefile_draft d;
    struct bb_arena a;
    put_all(k, &text);
    uint64_t digest = bb_str_hash(bb_buf_str(&text));
    digest += !digest;
    bb_arena_init(&a);
    bb_str path = path_of(&a, dir, digest);
    int r = 0;
    if (!bb_fs_exists(path.p)) {
        bb_cachefile_create(&d, path.p, version);
        int packed = bb_zstd_pack(bb_buf_str(&text), 1, &d.buf);
        r = bb_cachefile_commit(&d);
        if (packed < 0) {
            bb_fs_unlink(path.p);
            r = packed;
        }
    }
    bb_arena_release(&a);
    if (r == 0)
        *ret_digest = digest;
    return r;
}

static void take_task(struct bb_pack_in *in, struct bb_arena *a, size_t nkeys, struct bb_recipekeys_task *t)
{
    uint32_t last = 0;
    t->name = bb_pack_take_text(in);
    t->basehash = bb_pack_take_text(in);
    t->nkeys = bb_pack_take_count(in, 1);
    t->keys = bb_arena_array(a, uint32_t, t->nkeys);
    for (size_t i = 0; i < t->nkeys; i++) {
        last = t->keys[i] = last + bb_pack_take_u32(in);
        in->bad = in->bad || last >= nkeys;
    }
}

static bool take_all(bb_str text, struct bb_arena *a, struct bb_recipekeys *ret)
{
    struct bb_pack_in in = bb_pack_in(text);
    ret->nkeys = bb_pack_take_count(&in, LEAST);
    ret->keys = bb_arena_array(a, struct bb_recipekey, ret->nkeys);
    for (size_t i = 0; i < ret->nkeys; i++) {
        ret->keys[i].name = bb_pack_take_text(&in);
        ret->keys[i].value = bb_pack_take_text(&in);
        ret->keys[i].place = bb_pack_take_text(&in);
    }
    ret->ntasks = bb_pack_take_count(&in, LEAST);
    ret->tasks = bb_arena_array(a, struct bb_recipekeys_task, ret->ntasks);
    for (size_t i = 0; i < ret->ntasks && !in.bad; i++)
        take_task(&in, a, ret->nkeys, &ret->tasks[i]);
    return bb_pack_done(&in);
}

bool bb_recipekeys_read(struct bb_arena *a, bb_str dir, uint64_t digest, struct bb_recipekeys *ret)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_cachefile file;
    struct bb_recipekeys found = {0};
    if (!digest || !bb_cachefile_open(&file, path_of(a, dir, digest).p, version))
        return false;
    bool ok = bb_zstd_unpack(file.content, MOST, &text) == 0 &&
              take_all(bb_arena_str(a, bb_buf_str(&text)), a, &found);
    bb_cachefile_close(&file);
    if (ok)
        *ret = found;
    return ok;
}

void bb_recipekeys_prune(bb_str dir, const uint64_t *used, size_t n)
{
    struct bb_arena a;
    struct bb_strvec names = {0};
    struct bb_map keep = {0};
    bb_arena_init(&a);
    for (size_t i = 0; i < n; i++)
        bb_map_put(&keep, path_of(&a, dir, used[i]), NULL);
    if (bb_fs_list(&a, bb_arena_strz(&a, dir), &names) == 0)
        bb_vec_each(&names, name) {
            bb_str path = bb_arena_fmt(&a, "%.*s/%.*s", BB_STRF(dir), BB_STRF(*name));
            if (bb_str_starts(*name, BB_STR("keys-")) && !bb_map_has(&keep, path))
                bb_fs_unlink(path.p);
        }
    bb_map_release(&keep);
    bb_vec_release(&names);
    bb_arena_release(&a);
}

const struct bb_recipekeys_task *bb_recipekeys_task(const struct bb_recipekeys *k, bb_str name)
{
    for (size_t i = 0; i < k->ntasks; i++)
        if (bb_str_eq(k->tasks[i].name, name))
            return &k->tasks[i];
    return NULL;
}
