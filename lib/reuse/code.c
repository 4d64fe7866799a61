/* SPDX-License-Identifier: MIT */
#include "reuse/code.h"

#include "base/map.h"
#include "base/pack.h"
#include "base/vec.h"
#include "reuse/cachefile.h"

#include <stdlib.h>

/* The file has, one behind the other, results by rising key: key, content. */
enum {
    LEAST = 9 /* bytes of one */,
    TOO_MUCH = 128 << 20 /* old ones are dropped then: some are of texts that are gone */
};

struct result {
    uint64_t key;
    bb_str content;
};

static struct {
    char *path; /* NULL: nothing is kept */
    char *version;
    struct bb_cachefile file;
    BB_VEC(struct result) old; /* the file's */
    BB_VEC(struct result) more;
    struct bb_map have; /* keys of `more`, as 8 bytes each -> index + 1 */
    struct bb_arena arena;
} cache;

/* The program's state stands for all that its source says about results. */
static char *version_of(const char *maker)
{
    struct bb_stat st;
    struct bb_buf b = BB_BUF_INIT;
    bb_fs_stat("/proc/self/exe", &st);
    bb_buf_addf(&b, "bbc code 2 %s %lld %llu", maker, (long long)st.mtime_ns, (unsigned long long)st.size);
    return bb_buf_detach(&b);
}

static void load(void)
{
    if (!bb_cachefile_open(&cache.file, cache.path, cache.version))
        return;
    struct bb_pack_in in = bb_pack_in(cache.file.content);
    size_t n = bb_pack_take_count(&in, LEAST);
    bb_vec_reserve(&cache.old, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t key = bb_pack_take_hash(&in);
        bb_vec_push(&cache.old, (struct result){key, bb_pack_take_text(&in)});
    }
    if (!bb_pack_done(&in))
        cache.old.n = 0;
}

void bb_code_open(const char *path, const char *maker)
{
    if (cache.path)
        return;
    cache.path = bb_strdup(path);
    cache.version = version_of(maker);
    bb_arena_init(&cache.arena);
    load();
}

uint64_t bb_code_key(enum bb_code_kind kind, enum bb_level level, bb_str text, bb_str where, uint32_t line)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT;
    if (!cache.path)
        return 0;
    bb_buf_addf(&all, "%c%d %u %zu %.*s", kind, (int)level, line, where.len, BB_STRF(where));
    bb_buf_adds(&all, text);
    return bb_str_hash(bb_buf_str(&all));
}

static bb_str key_text(const uint64_t *key)
{
    return bb_str_n((const char *)key, sizeof(*key));
}

static int result_cmp(const void *a, const void *b)
{
    const struct result *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

bb_str bb_code_get(uint64_t key)
{
    if (!cache.path)
        return (bb_str){0};
    uintptr_t own = (uintptr_t)bb_map_get(&cache.have, key_text(&key));
    if (own)
        return cache.more.p[own - 1].content;
    struct result wanted = {.key = key}, *found = NULL;
    if (cache.old.n)
        found = bsearch(&wanted, cache.old.p, cache.old.n, sizeof(wanted), result_cmp);
    return found ? found->content : (bb_str){0};
}

void bb_code_put(uint64_t key, bb_str content)
{
    if (!cache.path || bb_map_has(&cache.have, key_text(&key)))
        return;
    struct result r = {key, bb_arena_str(&cache.arena, content)};
    bb_vec_push(&cache.more, r);
    bb_map_put(&cache.have, bb_arena_str(&cache.arena, key_text(&key)), (void *)(uintptr_t)cache.more.n);
}

size_t bb_code_count(void)
{
    return cache.more.n;
}

static void put(struct bb_buf *out, const struct result *r)
{
    bb_pack_put_hash(out, r->key);
    bb_pack_put_text(out, r->content);
}

void bb_code_write(struct bb_buf *out, size_t from)
{
    for (; from < cache.more.n; from++)
        put(out, &cache.more.p[from]);
}

void bb_code_read(bb_str text)
{
    struct bb_pack_in in = bb_pack_in(text);
    while (!bb_pack_done(&in)) {
        uint64_t key = bb_pack_take_hash(&in);
        bb_str content = bb_pack_take_text(&in);
        if (in.bad)
            return;
        bb_code_put(key, content);
    }
}

static int save(void)
{
    struct bb_cachefile_draft d;
    BB_VEC(struct result) all = {0};
    bb_vec_each(&cache.old, r)
        if (cache.file.size < TOO_MUCH && !bb_map_has(&cache.have, key_text(&r->key)))
            bb_vec_push(&all, *r);
    bb_vec_each(&cache.more, r)
        bb_vec_push(&all, *r);
    qsort(all.p, all.n, sizeof(*all.p), result_cmp);
    bb_cachefile_create(&d, cache.path, cache.version);
    bb_pack_put_uint(&d.buf, all.n);
    bb_vec_each(&all, r) {
        put(&d.buf, r);
        bb_cachefile_flush(&d);
    }
    bb_vec_release(&all);
    return bb_cachefile_commit(&d);
}

int bb_code_close(void)
{
    int r = cache.path && cache.more.n ? save() : 0;
    if (!cache.path)
        return 0;
    free(cache.path);
    free(cache.version);
    bb_cachefile_close(&cache.file);
    bb_vec_release(&cache.old);
    bb_vec_release(&cache.more);
    bb_map_release(&cache.have);
    bb_arena_release(&cache.arena);
    cache.path = cache.version = NULL;
    return r;
}
