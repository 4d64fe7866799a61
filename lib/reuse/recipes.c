/* SPDX-License-Identifier: MIT */
#include "reuse/recipes.h"

/* Change it with the layout, which is: block about the configuration, table of files, entries. */
static const char version[] = "bbc recipes 6";
enum { LEAST = 10 /* bytes of an entry */ };

void bb_recipes_init(struct bb_recipes *c)
{
    *c = (struct bb_recipes){0};
    bb_arena_init(&c->arena);
    bb_filetable_init(&c->files, &c->arena);
}

void bb_recipes_release(struct bb_recipes *c)
{
    bb_cachefile_close(&c->file);
    bb_reads_release(&c->reads);
    bb_map_release(&c->by_key);
    bb_filetable_release(&c->files);
    bb_arena_release(&c->arena);
    *c = (struct bb_recipes){0};
}

/* --- entries --- */

void bb_recipes_put_entry(struct bb_buf *out, const struct bb_recipes_entry *e)
{
    bb_pack_put_text(out, e->file);
    bb_pack_put_text(out, e->mc);
    bb_pack_put_uint(out, e->keep);
    bb_pack_put_uint(out, e->listed);
    bb_pack_put_uint(out, e->nappends);
    for (size_t i = 0; i < e->nappends; i++)
        bb_pack_put_text(out, e->appends[i]);
    bb_pack_put_uint(out, e->nvariants);
    bb_pack_put_text(out, e->summaries);
}

struct bb_recipes_entry bb_recipes_take_entry(struct bb_pack_in *in, struct bb_arena *a)
{
    struct bb_recipes_entry e = {.file = bb_pack_take_text(in), .mc = bb_pack_take_text(in)};
    e.keep = bb_pack_take_bool(in);
    e.listed = bb_pack_take_bool(in);
    e.nappends = bb_pack_take_count(in, 1);
    e.appends = bb_arena_array(a, bb_str, e.nappends);
    for (size_t i = 0; i < e.nappends; i++)
        e.appends[i] = bb_pack_take_text(in);
    e.nvariants = bb_pack_take_u32(in);
    e.summaries = bb_pack_take_text(in);
    return e;
}

static void take_files(struct bb_pack_in *in, struct bb_recipes *c, struct bb_recipes_entry *e)
{
    e->nfiles = bb_pack_take_count(in, 1);
    e->files = bb_arena_array(&c->arena, uint32_t, e->nfiles);
    for (size_t i = 0; i < e->nfiles; i++) {
        e->files[i] = bb_pack_take_u32(in);
        in->bad = in->bad || e->files[i] >= c->files.rows.n;
    }
}

/* --- reading --- */

/* Whether recipes of the configuration that the cache is of would be the same in this one. */
static bool holds_for(struct bb_recipes *c, struct bb_ctx *ctx, struct bb_pack_in *about,
                      const struct bb_confhash *conf)
{
    bb_str why;
    struct bb_confhash was = bb_confhash_take(about, &c->arena);
    if (!bb_pack_done(about))
        return false;
    c->carried = strcmp(was.hex, conf->hex) != 0;
    if (!c->carried || bb_confhash_harmless(&was, conf, &c->reads, &why))
        return true;
    bb_debug(ctx, 1, "recipes depend on '%.*s', which is not as it was", BB_STRF(why));
    return false;
}

static bb_str entry_key(struct bb_arena *a, bb_str mc, bb_str file)
{
    return bb_arena_fmt(a, "%.*s:%.*s", BB_STRF(mc), BB_STRF(file));
}

static bool take_all(struct bb_recipes *c, struct bb_ctx *ctx, const struct bb_confhash *conf)
{
    struct bb_pack_in in = bb_pack_in(c->file.content), about = bb_pack_in(bb_pack_take_block(&in));
    c->reads = bb_reads_take(&about);
    if (!holds_for(c, ctx, &about, conf))
        return false;
    bb_filetable_take(&in, &c->files);
    c->n = bb_pack_take_count(&in, LEAST);
    c->entries = bb_arena_array(&c->arena, struct bb_recipes_entry, c->n);
    for (size_t i = 0; i < c->n && !in.bad; i++) {
        struct bb_recipes_entry *e = &c->entries[i];
        *e = bb_recipes_take_entry(&in, &c->arena);
        take_files(&in, c, e);
        if (!c->carried || !e->listed)
            bb_map_put(&c->by_key, entry_key(&c->arena, e->mc, e->file), (void *)(i + 1));
    }
    return bb_pack_done(&in);
}

void bb_recipes_load(struct bb_recipes *c, struct bb_ctx *ctx, const char *path,
                     const struct bb_confhash *conf)
{
    if (!bb_cachefile_open(&c->file, path, version) || take_all(c, ctx, conf))
        return;
    bb_debug(ctx, 1, "the recipe cache %s is of another configuration or damaged: not used", path);
    bb_recipes_release(c);
    bb_recipes_init(c);
}

const struct bb_recipes_entry *bb_recipes_find(struct bb_recipes *c, bb_str mc, bb_str file,
                                               const bb_str *appends, size_t nappends)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    bb_buf_addf(&key, "%.*s:%.*s", BB_STRF(mc), BB_STRF(file));
    uintptr_t index = (uintptr_t)bb_map_get(&c->by_key, bb_buf_str(&key));
    if (!index)
        return NULL;
    const struct bb_recipes_entry *e = &c->entries[index - 1];
    if (e->nappends != nappends)
        return NULL;
    for (size_t i = 0; i < nappends; i++)
        if (!bb_str_eq(e->appends[i], appends[i]))
            return NULL;
    for (size_t i = 0; i < e->nfiles; i++)
        if (!bb_filetable_holds(&c->files, e->files[i]))
            return NULL;
    return e;
}

/* --- writing --- */

/* The files of the entries that are kept, numbered by first use; numbers[row of the cache's table] is the new number + 1. */
static void put_files(const struct bb_recipes *c, const struct bb_recipes_entry *const *entries, size_t n,
                      uint32_t *numbers, struct bb_buf *out)
{
    struct bb_filetable kept = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; entries[i]->keep && k < entries[i]->nfiles; k++) {
            uint32_t row = entries[i]->files[k];
            if (numbers[row])
                continue;
            bb_vec_push(&kept.rows, c->files.rows.p[row]);
            numbers[row] = (uint32_t)kept.rows.n;
        }
    bb_filetable_put(out, &kept);
    bb_filetable_release(&kept);
}

static void put_entries(struct bb_cachefile_draft *d, const struct bb_recipes_entry *const *entries, size_t n,
                        const uint32_t *numbers)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        kept += entries[i]->keep;
    bb_pack_put_uint(&d->buf, kept);
    for (size_t i = 0; i < n; i++) {
        const struct bb_recipes_entry *e = entries[i];
        if (!e->keep)
            continue;
        bb_recipes_put_entry(&d->buf, e);
        bb_pack_put_uint(&d->buf, e->nfiles);
        for (size_t k = 0; k < e->nfiles; k++)
            bb_pack_put_uint(&d->buf, numbers[e->files[k]] - 1);
        bb_cachefile_flush(d);
    }
}

int bb_recipes_save(const struct bb_recipes *c, const char *path, const struct bb_confhash *conf,
                    const struct bb_recipes_entry *const *entries, size_t n)
{
    struct bb_cachefile_draft d;
    uint32_t *numbers = bb_calloc(c->files.rows.n + 1, sizeof(*numbers));
    bb_cachefile_create(&d, path, version);
    size_t about = bb_pack_open(&d.buf);
    bb_reads_put(&d.buf, &c->reads);
    bb_confhash_put(&d.buf, conf);
    bb_pack_close(&d.buf, about);
    put_files(c, entries, n, numbers, &d.buf);
    put_entries(&d, entries, n, numbers);
    free(numbers);
    return bb_cachefile_commit(&d);
}
