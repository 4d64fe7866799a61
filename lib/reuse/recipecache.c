/* SPDX-License-Identifier: MIT */
#include "reuse/recipecache.h"

#include "graph/mcgraph.h"
#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Layout: magic, hash of the configuration, hash over the blocks of all that follows, length of what tells
 * about the configuration (variables, names read), that, files, entries. Change the magic with the layout.
 */
static const char magic[] = "bbc recipes 4\n";
enum {
    MAGIC_LEN = sizeof(magic) - 1,
    HASH_LEN = 64,
    HEAD_LEN = MAGIC_LEN + HASH_LEN + sizeof(uint64_t),
    BLOCK = 1 << 20 /* what is hashed and written at a time */
};

static bb_str entry_key(struct bb_arena *a, bb_str mc, bb_str file)
{
    return bb_arena_fmt(a, "%.*s:%.*s", BB_STRF(mc), BB_STRF(file));
}

static int map_file(const char *path, struct bb_recipecache *c, bb_str *ret)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        c->map_len = (size_t)st.st_size;
        c->map = mmap(NULL, c->map_len, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
    if (!c->map || c->map == MAP_FAILED) {
        c->map = NULL;
        return -1;
    }
    *ret = bb_str_n(c->map, c->map_len);
    return 0;
}

/* Whether recipes of another configuration would be the same in this one. */
static bool carries(struct bb_ctx *ctx, struct bb_recipecache *c, bb_str *about,
                    const struct bb_confhash *conf)
{
    struct bb_confhash was;
    bb_str why;
    if (!bb_confhash_read(&c->arena, about, &was))
        return false;
    if (bb_confhash_harmless(&was, conf, &c->reads, &why))
        return true;
    bb_debug(ctx, 1, "recipes depend on '%.*s', which is not as it was", BB_STRF(why));
    return false;
}

static uint64_t block_sum(bb_str s)
{
    uint64_t sum = 0;
    for (; s.len; s = bb_str_from(s, s.len < BLOCK ? s.len : BLOCK))
        sum = sum * 31 + bb_str_hash(bb_str_sub(s, 0, s.len < BLOCK ? s.len : BLOCK));
    return sum;
}

/* Checks the head and leaves *in at the tables. */
static bool read_head(struct bb_ctx *ctx, struct bb_recipecache *c, bb_str *in,
                      const struct bb_confhash *conf)
{
    uint64_t sum, skip;
    if (in->len < MAGIC_LEN + HASH_LEN || memcmp(in->p, magic, MAGIC_LEN) != 0)
        return false;
    c->carried = memcmp(in->p + MAGIC_LEN, conf->hex, HASH_LEN) != 0;
    *in = bb_str_from(*in, MAGIC_LEN + HASH_LEN);
    if (!bb_parsed_get_u64(in, &sum) || sum != block_sum(*in) || !bb_parsed_get_u64(in, &skip) ||
        skip > in->len)
        return false;
    bb_str about = bb_str_sub(*in, 0, skip);
    *in = bb_str_from(*in, skip);
    return bb_reads_read(&about, &c->reads) && (!c->carried || carries(ctx, c, &about, conf));
}

static bool read_files(struct bb_arena *a, bb_str *in, struct bb_depend **ret, uint32_t *ret_n)
{
    if (!bb_parsed_get_u32(in, ret_n) || *ret_n > in->len / sizeof(uint32_t))
        return false;
    *ret = bb_arena_array(a, struct bb_depend, *ret_n);
    for (uint32_t i = 0; i < *ret_n; i++)
        if (!bb_parsed_get_depend(in, &(*ret)[i]))
            return false;
    return true;
}

static bool read_entry(struct bb_arena *a, bb_str *in, struct bb_depend *files, uint32_t nfiles,
                       struct bb_parsed *ret)
{
    uint32_t n, index;
    if (bb_parsed_read(a, in, ret) < 0 || !bb_parsed_get_u32(in, &n) || n > in->len / sizeof(uint32_t))
        return false;
    ret->depends = bb_arena_array(a, struct bb_depend, n);
    for (; ret->ndepends < n; ret->ndepends++) {
        if (!bb_parsed_get_u32(in, &index) || index >= nfiles)
            return false;
        ret->depends[ret->ndepends] = files[index];
    }
    return true;
}

static bool read_all(struct bb_ctx *ctx, struct bb_recipecache *c, bb_str in, const struct bb_confhash *conf)
{
    struct bb_depend *files;
    uint32_t nfiles, n;
    if (!read_head(ctx, c, &in, conf) || !read_files(&c->arena, &in, &files, &nfiles) ||
        !bb_parsed_get_u32(&in, &n) || n > in.len / sizeof(uint32_t))
        return false;
    c->entries = bb_arena_array(&c->arena, struct bb_parsed, n);
    for (; c->n < n; c->n++)
        if (!read_entry(&c->arena, &in, files, nfiles, &c->entries[c->n]))
            return false;
    for (size_t i = 0; i < c->n; i++)
        if (!c->carried || !c->entries[i].listed)
            bb_map_put(&c->by_key, entry_key(&c->arena, c->entries[i].mc, c->entries[i].file),
                       (void *)(i + 1));
    return true;
}

void bb_recipecache_load(struct bb_ctx *ctx, const char *path, const struct bb_confhash *conf,
                         struct bb_recipecache *ret)
{
    bb_str in;
    *ret = (struct bb_recipecache){0};
    bb_arena_init(&ret->arena);
    if (map_file(path, ret, &in) < 0)
        return;
    if (!read_all(ctx, ret, in, conf)) {
        bb_debug(ctx, 1, "recipe cache %s is of another configuration or damaged: not used", path);
        bb_recipecache_release(ret);
        bb_arena_init(&ret->arena);
    }
}

void bb_recipecache_release(struct bb_recipecache *c)
{
    if (c->map)
        munmap(c->map, c->map_len);
    bb_reads_release(&c->reads);
    bb_map_release(&c->by_key);
    bb_map_release(&c->checked);
    bb_map_release(&c->there);
    bb_arena_release(&c->arena);
    *c = (struct bb_recipecache){0};
}

static bool unchanged(struct bb_recipecache *c, struct bb_parser *p, const struct bb_depend *dep)
{
    void **slot = bb_map_slot(&c->checked, dep->path);
    if (!*slot)
        *slot = (void *)(uintptr_t)(bb_depends_unchanged(p, dep) ? 1 : 2);
    return *slot == (void *)1;
}

/*
 * Asked once for each path, and not at all below a folder that is missing: most places in which a recipe's
 * files are looked for are. `path` lives in the mapped file.
 */
static bool is_there(struct bb_recipecache *c, bb_str path)
{
    uintptr_t known = (uintptr_t)bb_map_get(&c->there, path);
    if (known)
        return known == 1;
    size_t slash = bb_str_rchr(path, '/');
    bool there = slash == BB_NPOS || slash == 0 || is_there(c, bb_str_sub(path, 0, slash));
    if (there) {
        BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
        bb_buf_adds(&z, path);
        there = bb_fs_exists(z.p);
    }
    bb_map_put(&c->there, path, (void *)(uintptr_t)(there ? 1 : 2));
    return there;
}

/* file-checksums names files whose coming and going changes the task: "path:True path:False ...". */
static bool checksum_files_as_before(struct bb_recipecache *c, bb_str flag)
{
    bb_str word;
    while (flag.p && bb_str_word(&flag, &word)) {
        bool was = bb_str_ends(word, BB_STR(":True"));
        if (!was && !bb_str_ends(word, BB_STR(":False")))
            continue;
        bb_str path = bb_str_sub(word, 0, word.len - (was ? 5 : 6));
        if (path.len && bb_str_chr(path, '*', 0) == BB_NPOS && is_there(c, path) != was)
            return false;
    }
    return true;
}

static bool checksums_as_before(struct bb_recipecache *c, const struct bb_parsed *e)
{
    for (size_t v = 0; v < e->nvariants; v++)
        for (size_t t = 0; t < e->variants[v]->ntasks; t++)
            if (!checksum_files_as_before(c, e->variants[v]->tasks[t].file_checksums))
                return false;
    return true;
}

const struct bb_parsed *bb_recipecache_find(struct bb_recipecache *c, struct bb_parser *p,
                                            struct bb_mcgraph *mc, bb_str file, const bb_str *appends,
                                            size_t nappends)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    bb_buf_addf(&key, "%.*s:%.*s", BB_STRF(mc->name), BB_STRF(file));
    uintptr_t index = (uintptr_t)bb_map_get(&c->by_key, bb_buf_str(&key));
    if (!index)
        return NULL;
    struct bb_parsed *e = &c->entries[index - 1];
    if (e->nappends != nappends)
        return NULL;
    for (size_t i = 0; i < nappends; i++)
        if (!bb_str_eq(e->appends[i], appends[i]))
            return NULL;
    for (size_t i = 0; i < e->ndepends; i++)
        if (!unchanged(c, p, &e->depends[i]))
            return NULL;
    if (!checksums_as_before(c, e))
        return NULL;
    bb_parsed_set_mc(e, mc);
    return e;
}

/* The table's key of a file in the state it was seen in: two states of one path are two files. */
static bb_str file_key(struct bb_buf *b, const struct bb_depend *d)
{
    bb_buf_clear(b);
    bb_buf_addf(b, "%lld/%.*s", (long long)d->st.mtime_ns, BB_STRF(d->path));
    return bb_buf_str(b);
}

/* All distinct files of all entries, numbered in order of first use. */
static void number_files(const struct bb_parsed *entries, size_t n, struct bb_map *numbers,
                         struct bb_buf *out, struct bb_arena *a)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < entries[i].ndepends; k++) {
            const struct bb_depend *d = &entries[i].depends[k];
            if (bb_map_has(numbers, file_key(&key, d)))
                continue;
            bb_map_put(numbers, bb_arena_str(a, bb_buf_str(&key)), (void *)(uintptr_t)(numbers->live + 1));
            bb_parsed_put_depend(out, d);
        }
}

static void write_entry(struct bb_buf *out, const struct bb_parsed *e, const struct bb_map *numbers)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    bb_parsed_write(out, e);
    bb_parsed_put_u32(out, (uint32_t)e->ndepends);
    for (size_t k = 0; k < e->ndepends; k++)
        bb_parsed_put_u32(out, (uint32_t)(uintptr_t)bb_map_get(numbers, file_key(&key, &e->depends[k])) - 1);
}

/* The file under construction: whole blocks go out as they are full. */
struct output {
    int fd, status;
    uint64_t sum;
    struct bb_buf buf;
};

static void flush(struct output *o, bool end)
{
    bb_str all = bb_buf_str(&o->buf), left = all;
    while (left.len >= BLOCK || (end && left.len)) {
        bb_str block = bb_str_sub(left, 0, left.len < BLOCK ? left.len : BLOCK);
        o->sum = o->sum * 31 + bb_str_hash(block);
        if (o->status == 0)
            o->status = bb_fs_write_all(o->fd, block);
        left = bb_str_from(left, block.len);
    }
    if (left.len < all.len)
        bb_buf_splice(&o->buf, 0, all.len - left.len, BB_STR(""));
}

static void put_entries(struct output *o, const struct bb_parsed *entries, size_t n)
{
    BB_CLEAN_BUF struct bb_buf files = BB_BUF_INIT;
    struct bb_map numbers = {0};
    struct bb_arena a;
    uint32_t kept = 0;
    bb_arena_init(&a);
    number_files(entries, n, &numbers, &files, &a);
    bb_parsed_put_u32(&o->buf, (uint32_t)numbers.live);
    bb_buf_adds(&o->buf, bb_buf_str(&files));
    for (size_t i = 0; i < n; i++)
        kept += entries[i].keep;
    bb_parsed_put_u32(&o->buf, kept);
    for (size_t i = 0; i < n; i++)
        if (entries[i].keep) {
            write_entry(&o->buf, &entries[i], &numbers);
            flush(o, false);
        }
    bb_map_release(&numbers);
    bb_arena_release(&a);
}

int bb_recipecache_save(const char *path, const struct bb_confhash *conf, const struct bb_reads *reads,
                        const struct bb_parsed *entries, size_t n)
{
    BB_CLEAN_BUF struct bb_buf about = BB_BUF_INIT;
    BB_CLEAN_DRAFT struct bb_fs_draft draft = BB_FS_DRAFT_INIT;
    int r = bb_fs_mkdirs_for(path);
    if (r == 0)
        r = bb_fs_draft_open(&draft, path, 0);
    if (r < 0)
        return r;
    struct output o = {.fd = draft.fd, .buf = BB_BUF_INIT};
    char head[HEAD_LEN] = "";
    o.status = bb_fs_write_all(o.fd, bb_str_n(head, HEAD_LEN)); /* its room */
    bb_reads_write(&about, reads);
    bb_confhash_write(&about, conf);
    bb_parsed_put_u64(&o.buf, about.len);
    bb_buf_adds(&o.buf, bb_buf_str(&about));
    put_entries(&o, entries, n);
    flush(&o, true);
    memcpy(head, magic, MAGIC_LEN);
    memcpy(head + MAGIC_LEN, conf->hex, HASH_LEN);
    memcpy(head + MAGIC_LEN + HASH_LEN, &o.sum, sizeof(o.sum));
    bb_buf_release(&o.buf);
    if (o.status == 0 && pwrite(draft.fd, head, HEAD_LEN, 0) != HEAD_LEN)
        o.status = -EIO;
    return o.status == 0 ? bb_fs_draft_commit(&draft) : o.status;
}
