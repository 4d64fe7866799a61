/* SPDX-License-Identifier: MIT */
#include "reuse/checksums.h"

#include "base/map.h"
#include "base/path.h"
#include "ext/digest.h"
#include "os/filestate.h"
#include "reuse/cachefile.h"

#include <errno.h>
#include <stdlib.h>

/* The file has the number of entries, then for each its path, state and MD5. */
static const char version[] = "bbc checksums 2";
enum { MD5 = 32, LEAST = 40 /* bytes of an entry */ };

struct entry {
    struct bb_filestate state;
    bool checked; /* looked at in this run */
    char md5[MD5 + 1];
};
struct bb_checksums {
    char *path;
    struct bb_arena arena;
    struct bb_map entries; /* normalised path -> struct entry */
    bool dirty;
};

static void load_entry(struct bb_checksums *c, struct bb_pack_in *in)
{
    struct bb_seenfile f = bb_filestate_take(in);
    bb_str md5 = bb_pack_take_text(in);
    in->bad = in->bad || md5.len != MD5;
    if (in->bad)
        return;
    struct entry *e = bb_arena_new(&c->arena, struct entry);
    e->state = f.state;
    memcpy(e->md5, md5.p, MD5);
    bb_map_put(&c->entries, bb_arena_str(&c->arena, f.path), e);
}

static void load(struct bb_checksums *c)
{
    struct bb_cachefile file;
    if (!bb_cachefile_open(&file, c->path, version))
        return;
    struct bb_pack_in in = bb_pack_in(file.content);
    for (size_t n = bb_pack_take_count(&in, LEAST); n; n--)
        load_entry(c, &in);
    if (!bb_pack_done(&in))
        bb_map_clear(&c->entries);
    bb_cachefile_close(&file);
}

struct bb_checksums *bb_checksums_open(const char *path)
{
    struct bb_checksums *c = bb_calloc(1, sizeof(*c));
    bb_arena_init(&c->arena);
    if (path) {
        c->path = bb_strdup(path);
        load(c);
    }
    return c;
}

int bb_checksums_save(struct bb_checksums *c)
{
    struct bb_cachefile_draft d;
    if (!c->path || !c->dirty)
        return 0;
    bb_cachefile_create(&d, c->path, version);
    bb_pack_put_uint(&d.buf, c->entries.live);
    bb_map_each(&c->entries, it) {
        const struct entry *e = it->val;
        bb_filestate_put(&d.buf, &(struct bb_seenfile){it->key, e->state});
        bb_pack_put_text(&d.buf, bb_str_z(e->md5));
        bb_cachefile_flush(&d);
    }
    int r = bb_cachefile_commit(&d);
    c->dirty = c->dirty && r < 0;
    return r;
}

void bb_checksums_free(struct bb_checksums *c)
{
    if (!c)
        return;
    free(c->path);
    bb_map_release(&c->entries);
    bb_arena_release(&c->arena);
    free(c);
}

/* The entry of a file that has been read just now. */
static int compute(struct bb_checksums *c, bb_str path, const struct bb_stat *st, struct entry **e)
{
    char md5[BB_DIGEST_HEX];
    int r = st->type == BB_F_FILE ? bb_digest_file("md5", path.p, md5) : -EISDIR;
    if (r < 0)
        return r;
    if (!*e) {
        *e = bb_arena_new(&c->arena, struct entry);
        bb_map_put(&c->entries, bb_arena_str(&c->arena, path), *e);
    }
    (*e)->state = bb_filestate_of(st);
    memcpy((*e)->md5, md5, sizeof((*e)->md5));
    c->dirty = true;
    return 0;
}

int bb_checksums_get(struct bb_checksums *c, bb_str path, const char **ret)
{
    BB_CLEAN_BUF struct bb_buf norm = BB_BUF_INIT;
    struct bb_arena_mark mark = bb_arena_mark(&c->arena);
    struct bb_stat st;
    bb_buf_adds(&norm, bb_path_norm(&c->arena, path));
    bb_arena_reset(&c->arena, mark);
    struct entry *e = bb_map_get(&c->entries, bb_buf_str(&norm));
    if (!e || !e->checked) {
        int r = bb_fs_stat(norm.p, &st);
        struct bb_filestate now = bb_filestate_of(&st);
        if (r == 0 && !(e && bb_filestate_eq(&e->state, &now)))
            r = compute(c, bb_buf_str(&norm), &st, &e);
        if (r < 0)
            return r;
        e->checked = true;
    }
    *ret = e->md5;
    return 0;
}
