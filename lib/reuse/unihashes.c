/* SPDX-License-Identifier: MIT */
#include "reuse/unihashes.h"

#include "base/map.h"
#include "base/pack.h"
#include "reuse/cachefile.h"

#include <stdlib.h>

/* The file has the number of entries, then for each its key, task hash and unihash. */
static const char version[] = "bbc unihashes 1";
enum { LEAST = 3 /* bytes of an entry */ };

struct entry {
    bb_str taskhash, unihash;
};
struct bb_unihashes {
    char *path;
    struct bb_arena arena;
    struct bb_map entries; /* key -> struct entry */
    bool dirty;
};

static void put(struct bb_unihashes *u, bb_str key, bb_str taskhash, bb_str unihash)
{
    struct entry *e = bb_map_get(&u->entries, key);
    if (!e) {
        e = bb_arena_new(&u->arena, struct entry);
        bb_map_put(&u->entries, bb_arena_str(&u->arena, key), e);
    }
    e->taskhash = bb_arena_str(&u->arena, taskhash);
    e->unihash = bb_arena_str(&u->arena, unihash);
}

static void load(struct bb_unihashes *u)
{
    struct bb_cachefile file;
    if (!bb_cachefile_open(&file, u->path, version))
        return;
    struct bb_pack_in in = bb_pack_in(file.content);
    for (size_t n = bb_pack_take_count(&in, LEAST); n && !in.bad; n--) {
        bb_str key = bb_pack_take_text(&in), taskhash = bb_pack_take_text(&in);
        put(u, key, taskhash, bb_pack_take_text(&in));
    }
    if (!bb_pack_done(&in))
        bb_map_clear(&u->entries);
    bb_cachefile_close(&file);
}

struct bb_unihashes *bb_unihashes_open(const char *path)
{
    struct bb_unihashes *u = bb_calloc(1, sizeof(*u));
    bb_arena_init(&u->arena);
    if (path) {
        u->path = bb_strdup(path);
        load(u);
    }
    return u;
}

bb_str bb_unihashes_get(const struct bb_unihashes *u, bb_str key, bb_str taskhash)
{
    const struct entry *e = bb_map_get(&u->entries, key);
    return e && bb_str_eq(e->taskhash, taskhash) ? e->unihash : BB_STR("");
}

void bb_unihashes_put(struct bb_unihashes *u, bb_str key, bb_str taskhash, bb_str unihash)
{
    if (bb_str_eq(bb_unihashes_get(u, key, taskhash), unihash))
        return;
    put(u, key, taskhash, unihash);
    u->dirty = true;
}

int bb_unihashes_save(struct bb_unihashes *u)
{
    struct bb_cachefile_draft d;
    if (!u->path || !u->dirty)
        return 0;
    bb_cachefile_create(&d, u->path, version);
    bb_pack_put_uint(&d.buf, u->entries.live);
    bb_map_each(&u->entries, it) {
        const struct entry *e = it->val;
        bb_pack_put_text(&d.buf, it->key);
        bb_pack_put_text(&d.buf, e->taskhash);
        bb_pack_put_text(&d.buf, e->unihash);
        bb_cachefile_flush(&d);
    }
    int r = bb_cachefile_commit(&d);
    u->dirty = u->dirty && r < 0;
    return r;
}

void bb_unihashes_free(struct bb_unihashes *u)
{
    if (!u)
        return;
    free(u->path);
    bb_map_release(&u->entries);
    bb_arena_release(&u->arena);
    free(u);
}
