/* SPDX-License-Identifier: MIT */
#include "reuse/buildrecord.h"

#include "base/map.h"
#include "base/pack.h"
#include "base/path.h"
#include "reuse/recipekeys.h"

#include <errno.h>

static const char version[] = "bbc record 1";
enum { LEAST = 8 /* bytes of a task or recipe */ };
enum { RAN = 1, RESTORED = 2, MISSED = 4, NOSTAMP = 8, SAME_UNIHASH = 16 };

bb_str bb_buildrecord_dir(struct bb_arena *a, bb_str topdir)
{
    return bb_arena_fmt(a, "%.*s/cache/bbc/why", BB_STRF(topdir));
}

/* "build-000012.dat" */
static bool number_of(bb_str name, uint64_t *ret)
{
    int64_t n;
    if (!bb_str_starts(name, BB_STR("build-")) || !bb_str_ends(name, BB_STR(".dat")))
        return false;
    if (!bb_str_to_int(bb_str_sub(name, 6, name.len - 4), &n) || n < 0)
        return false;
    *ret = (uint64_t)n;
    return true;
}

void bb_buildrecord_list(struct bb_arena *a, bb_str dir, struct bb_strvec *ret)
{
    struct bb_strvec names = {0};
    uint64_t n;
    if (bb_fs_list(a, bb_arena_strz(a, dir), &names) < 0)
        names.n = 0;
    bb_vec_each(&names, name)
        if (number_of(*name, &n))
            bb_vec_push(ret, bb_arena_fmt(a, "%.*s/%.*s", BB_STRF(dir), BB_STRF(*name)));
    bb_vec_release(&names);
}

/* -- writing: texts that come again are numbers in a table -- */

struct writer {
    struct bb_buf body;
    struct bb_map texts; /* text -> number + 1 */
    struct bb_strvec table;
};

static void put(struct writer *w, bb_str s)
{
    void **slot = bb_map_slot(&w->texts, s);
    if (!*slot) {
        bb_vec_push(&w->table, s);
        *slot = (void *)w->table.n;
    }
    bb_pack_put_uint(&w->body, (uintptr_t)*slot - 1);
}

/* Hashes are half as long as bytes; anything else stays a text. */
static void put_hex(struct writer *w, bb_str hex)
{
    char bytes[32];
    static const char digits[] = "0123456789abcdef";
    bool fits = hex.len == 2 * sizeof(bytes);
    for (size_t i = 0; fits && i < hex.len; i++) {
        const char *d = memchr(digits, hex.p[i], 16);
        fits = d != NULL;
        if (fits)
            bytes[i / 2] = (char)(i % 2 ? bytes[i / 2] | (d - digits) : (d - digits) << 4);
    }
    bb_pack_put_uint(&w->body, fits);
    if (fits)
        bb_buf_add(&w->body, bytes, sizeof(bytes));
    else
        put(w, hex);
}

static void put_task(struct writer *w, const struct bb_buildrecord_task *t)
{
    bool same = bb_str_eq(t->hash, t->unihash);
    unsigned flags = (t->ran ? RAN : 0) | (t->restored ? RESTORED : 0) | (t->missed ? MISSED : 0) |
                     (t->nostamp ? NOSTAMP : 0) | (same ? SAME_UNIHASH : 0);
    bb_pack_put_uint(&w->body, flags);
    bb_pack_put_uint(&w->body, t->recipe);
    put(w, t->name);
    put_hex(w, t->basehash);
    put_hex(w, t->hash);
    if (!same)
        put_hex(w, t->unihash);
    put(w, t->taint);
    put(w, t->outcome);
    bb_pack_put_uint(&w->body, t->ndeps);
    for (size_t i = 0; i < t->ndeps; i++)
        bb_pack_put_uint(&w->body, t->deps[i]);
    bb_pack_put_uint(&w->body, t->nfiles);
    for (size_t i = 0; i < t->nfiles; i++) {
        put(w, t->files[i].path);
        put(w, t->files[i].md5);
    }
}

static void put_body(struct writer *w, const struct bb_buildrecord *r)
{
    bb_pack_put_int(&w->body, r->time);
    bb_pack_put_uint(&w->body, r->dry);
    put(w, r->name);
    put(w, r->targets);
    put(w, r->stores);
    bb_pack_put_uint(&w->body, r->nrecipes);
    for (size_t i = 0; i < r->nrecipes; i++) {
        put(w, r->recipes[i].fn);
        put(w, r->recipes[i].name);
        bb_pack_put_hash(&w->body, r->recipes[i].keys);
    }
    bb_pack_put_uint(&w->body, r->ntasks);
    for (size_t i = 0; i < r->ntasks; i++)
        put_task(w, &r->tasks[i]);
}

static int write_record(const char *path, const struct bb_buildrecord *r)
{
    struct writer w = {.body = BB_BUF_INIT};
    struct bb_cachefile_draft d;
    put_body(&w, r);
    bb_cachefile_create(&d, path, version);
    bb_pack_put_uint(&d.buf, w.table.n);
    bb_vec_each(&w.table, s)
        bb_pack_put_text(&d.buf, *s);
    bb_buf_adds(&d.buf, bb_buf_str(&w.body));
    bb_buf_release(&w.body);
    bb_map_release(&w.texts);
    bb_vec_release(&w.table);
    return bb_cachefile_commit(&d);
}

/* Removes old records, then the variables that no record speaks of any more. */
static void prune(struct bb_arena *a, bb_str dir, unsigned keep)
{
    struct bb_strvec all = {0};
    BB_VEC(uint64_t) used = {0};
    bb_buildrecord_list(a, dir, &all);
    size_t gone = all.n > keep ? all.n - keep : 0;
    for (size_t i = 0; i < gone; i++)
        bb_fs_unlink(all.p[i].p);
    for (size_t i = gone; gone && i < all.n; i++) {
        struct bb_buildrecord r;
        if (!bb_buildrecord_read(a, all.p[i].p, &r))
            continue;
        for (size_t k = 0; k < r.nrecipes; k++)
            bb_vec_push(&used, r.recipes[k].keys);
    }
    if (gone)
        bb_recipekeys_prune(dir, used.p, used.n);
    bb_vec_release(&used);
    bb_vec_release(&all);
}

int bb_buildrecord_write(bb_str dir, const struct bb_buildrecord *r, unsigned keep)
{
    struct bb_arena a;
    struct bb_strvec all = {0};
    uint64_t last = 0;
    bb_arena_init(&a);
    bb_buildrecord_list(&a, dir, &all);
    if (all.n)
        number_of(bb_path_base(all.p[all.n - 1]), &last);
    bb_str path = bb_arena_fmt(&a, "%.*s/build-%06llu.dat", BB_STRF(dir), (unsigned long long)last + 1);
    int rc = write_record(path.p, r);
    if (rc == 0)
        prune(&a, dir, keep);
    bb_vec_release(&all);
    bb_arena_release(&a);
    return rc;
}

/* -- reading -- */

struct reader {
    struct bb_arena *a;
    struct bb_pack_in in;
    bb_str *table;
    size_t ntable;
};

static bb_str take(struct reader *r)
{
    uint64_t i = bb_pack_take_uint(&r->in);
    r->in.bad = r->in.bad || i >= r->ntable;
    return r->in.bad ? BB_STR("") : r->table[i];
}

static bb_str take_hex(struct reader *r)
{
    enum { BYTES = 32 };
    char hex[2 * BYTES];
    if (!bb_pack_take_bool(&r->in))
        return take(r);
    if (r->in.bad || r->in.end - r->in.p < BYTES) {
        r->in.bad = true;
        return BB_STR("");
    }
    for (size_t i = 0; i < sizeof(hex); i++) {
        unsigned byte = (unsigned char)r->in.p[i / 2];
        hex[i] = "0123456789abcdef"[i % 2 ? byte & 15 : byte >> 4];
    }
    r->in.p += BYTES;
    return bb_arena_str(r->a, bb_str_n(hex, sizeof(hex)));
}

static void take_task(struct reader *r, struct bb_buildrecord_task *t, size_t ntasks, size_t nrecipes)
{
    unsigned flags = bb_pack_take_u32(&r->in);
    t->ran = flags & RAN;
    t->restored = flags & RESTORED;
    t->missed = flags & MISSED;
    t->nostamp = flags & NOSTAMP;
    t->recipe = bb_pack_take_u32(&r->in);
    t->name = take(r);
    t->basehash = take_hex(r);
    t->hash = take_hex(r);
    t->unihash = flags & SAME_UNIHASH ? t->hash : take_hex(r);
    t->taint = take(r);
    t->outcome = take(r);
    t->ndeps = bb_pack_take_count(&r->in, 1);
    t->deps = bb_arena_array(r->a, uint32_t, t->ndeps);
    for (size_t i = 0; i < t->ndeps; i++) {
        t->deps[i] = bb_pack_take_u32(&r->in);
        r->in.bad = r->in.bad || t->deps[i] >= ntasks;
    }
    t->nfiles = bb_pack_take_count(&r->in, 2);
    t->files = bb_arena_array(r->a, struct bb_buildrecord_sum, t->nfiles);
    for (size_t i = 0; i < t->nfiles; i++) {
        t->files[i].path = take(r);
        t->files[i].md5 = take(r);
    }
    r->in.bad = r->in.bad || t->recipe >= nrecipes;
}

static void take_body(struct reader *r, struct bb_buildrecord *ret)
{
    ret->time = bb_pack_take_int(&r->in);
    ret->dry = bb_pack_take_bool(&r->in);
    ret->name = take(r);
    ret->targets = take(r);
    ret->stores = take(r);
    ret->nrecipes = bb_pack_take_count(&r->in, LEAST);
    ret->recipes = bb_arena_array(r->a, struct bb_buildrecord_recipe, ret->nrecipes);
    for (size_t i = 0; i < ret->nrecipes; i++) {
        ret->recipes[i].fn = take(r);
        ret->recipes[i].name = take(r);
        ret->recipes[i].keys = bb_pack_take_hash(&r->in);
    }
    ret->ntasks = bb_pack_take_count(&r->in, LEAST);
    ret->tasks = bb_arena_array(r->a, struct bb_buildrecord_task, ret->ntasks);
    for (size_t i = 0; i < ret->ntasks && !r->in.bad; i++)
        take_task(r, &ret->tasks[i], ret->ntasks, ret->nrecipes);
}

bool bb_buildrecord_read(struct bb_arena *a, const char *path, struct bb_buildrecord *ret)
{
    struct bb_cachefile file;
    if (!bb_cachefile_open(&file, path, version))
        return false;
    struct reader r = {.a = a, .in = bb_pack_in(file.content)};
    struct bb_buildrecord found = {0};
    r.ntable = bb_pack_take_count(&r.in, 2);
    r.table = bb_arena_array(a, bb_str, r.ntable);
    for (size_t i = 0; i < r.ntable; i++)
        r.table[i] = bb_arena_str(a, bb_pack_take_text(&r.in));
    take_body(&r, &found);
    bool ok = bb_pack_done(&r.in);
    bb_cachefile_close(&file);
    if (ok)
        *ret = found;
    return ok;
}
