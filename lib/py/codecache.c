/* SPDX-License-Identifier: MIT */
#include "py/impl.h"

#include "base/cleanup.h"
#include "base/map.h"
#include "base/vec.h"
#include "os/fs.h"
#include "py/codecache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Layout: head, contents, index sorted by key. Numbers are the machine's own: the file is for one machine. */
static const char magic[] = "bbc code 1\n";
enum { TOO_MUCH = 128 << 20 }; /* old results are dropped then: some are of texts that are no more */

struct head {
    char magic[sizeof(magic)];
    uint32_t python;
    uint64_t program[2]; /* time and size of the program that wrote it */
    uint64_t size;       /* of the whole file */
    uint64_t n;          /* elements of the index, which is at its end */
};
struct place {
    uint64_t key, sum, at, len;
};
struct addition {
    uint64_t key;
    bb_str content;
};

static struct {
    char *path; /* NULL: results are not kept */
    const char *map;
    const struct place *index;
    size_t n, size;
    BB_VEC(struct addition) more;
    size_t saved;       /* of them */
    struct bb_map have; /* keys of `more`, as 8 bytes each -> index + 1 */
    struct bb_arena arena;
} cache;

static void fill_head(struct head *h)
{
    struct bb_stat st = {0};
    *h = (struct head){.python = PY_VERSION_HEX};
    memcpy(h->magic, magic, sizeof(magic));
    bb_fs_stat("/proc/self/exe", &st);
    h->program[0] = (uint64_t)st.mtime_ns;
    h->program[1] = st.size;
}

static bool index_is_sound(size_t size)
{
    for (size_t i = 0; i < cache.n; i++)
        if (cache.index[i].at > size || cache.index[i].len > size - cache.index[i].at)
            return false;
    return true;
}

static void map_file(void)
{
    struct head want;
    off_t size;
    BB_CLEAN_FD int fd = open(cache.path, O_RDONLY | O_CLOEXEC);
    fill_head(&want);
    if (fd < 0 || (size = lseek(fd, 0, SEEK_END)) < (off_t)sizeof(want))
        return;
    const char *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return;
    const struct head *h = (const void *)map;
    uint64_t room = ((uint64_t)size - sizeof(*h)) / sizeof(struct place);
    want.size = (uint64_t)size;
    want.n = h->n;
    if (memcmp(h, &want, sizeof(want)) == 0 && h->n <= room) {
        cache.map = map;
        cache.n = h->n;
        cache.size = (size_t)size;
        cache.index = (const void *)(map + size - h->n * sizeof(struct place));
        if (index_is_sound((size_t)size))
            return;
    }
    cache.map = NULL;
    cache.index = NULL;
    cache.n = 0;
    munmap((void *)map, (size_t)size);
}

void bb_py_code_cache(const char *path)
{
    if (cache.path)
        return;
    cache.path = bb_strdup(path);
    bb_arena_init(&cache.arena);
    map_file();
}

uint64_t bb_codecache_key(enum bb_code_kind kind, bb_str text, bb_str where, uint32_t line)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT;
    if (!cache.path)
        return 0;
    bb_buf_addf(&all, "%c%d %u %zu %.*s", kind, (int)bb_pyst.ctx->level, line, where.len, BB_STRF(where));
    bb_buf_adds(&all, text);
    return bb_str_hash(bb_buf_str(&all));
}

static bb_str key_text(const uint64_t *key)
{
    return bb_str_n((const char *)key, sizeof(*key));
}

bb_str bb_codecache_get(uint64_t key)
{
    size_t lo = 0, hi = cache.n;
    uintptr_t own = cache.path ? (uintptr_t)bb_map_get(&cache.have, key_text(&key)) : 0;
    if (own)
        return cache.more.p[own - 1].content;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (cache.index[mid].key < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == cache.n || cache.index[lo].key != key)
        return (bb_str){0};
    bb_str content = bb_str_n(cache.map + cache.index[lo].at, cache.index[lo].len);
    return bb_str_hash(content) == cache.index[lo].sum ? content : (bb_str){0};
}

void bb_codecache_put(uint64_t key, bb_str content)
{
    if (!cache.path || bb_map_has(&cache.have, key_text(&key)))
        return;
    struct addition a = {key, bb_arena_str(&cache.arena, content)};
    bb_vec_push(&cache.more, a);
    bb_map_put(&cache.have, bb_arena_str(&cache.arena, key_text(&key)), (void *)(uintptr_t)cache.more.n);
}

size_t bb_py_code_count(void)
{
    return cache.more.n;
}

void bb_py_code_write(struct bb_buf *out, size_t from)
{
    for (; from < cache.more.n; from++) {
        const struct addition *a = &cache.more.p[from];
        uint64_t len = a->content.len;
        bb_buf_add(out, &a->key, sizeof(a->key));
        bb_buf_add(out, &len, sizeof(len));
        bb_buf_adds(out, a->content);
    }
}

void bb_py_code_read(bb_str in)
{
    uint64_t head[2];
    while (in.len >= sizeof(head)) {
        memcpy(head, in.p, sizeof(head));
        in = bb_str_from(in, sizeof(head));
        if (head[1] > in.len)
            return;
        bb_codecache_put(head[0], bb_str_sub(in, 0, head[1]));
        in = bb_str_from(in, head[1]);
    }
}

static int place_cmp(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

/* Contents on their way to the file, and where each goes. */
struct writing {
    int fd, status;
    uint64_t at;
    struct bb_buf buf;
    BB_VEC(struct place) index;
};

static void flush(struct writing *w, size_t above)
{
    if (w->buf.len <= above)
        return;
    if (w->status == 0)
        w->status = bb_fs_write_all(w->fd, bb_buf_str(&w->buf));
    bb_buf_clear(&w->buf);
}

static void put(struct writing *w, uint64_t key, bb_str content)
{
    bb_vec_push(&w->index, (struct place){key, bb_str_hash(content), w->at, content.len});
    bb_buf_adds(&w->buf, content);
    w->at += content.len;
    flush(w, 1 << 20);
}

static int write_file(int fd)
{
    struct writing w = {.fd = fd, .at = sizeof(struct head), .buf = BB_BUF_INIT};
    struct head h;
    fill_head(&h);
    bb_buf_add(&w.buf, &h, sizeof(h));
    for (size_t i = 0; i < cache.n && cache.size < TOO_MUCH; i++)
        if (!bb_map_has(&cache.have, key_text(&cache.index[i].key)))
            put(&w, cache.index[i].key, bb_str_n(cache.map + cache.index[i].at, cache.index[i].len));
    bb_vec_each(&cache.more, a)
        put(&w, a->key, a->content);
    for (; w.at % sizeof(uint64_t); w.at++)
        bb_buf_addc(&w.buf, 0);
    if (w.index.n)
        qsort(w.index.p, w.index.n, sizeof(*w.index.p), place_cmp);
    bb_buf_add(&w.buf, w.index.p, w.index.n * sizeof(*w.index.p));
    flush(&w, 0);
    h.n = w.index.n;
    h.size = w.at + w.index.n * sizeof(*w.index.p);
    bb_vec_release(&w.index);
    bb_buf_release(&w.buf);
    if (w.status == 0 && pwrite(fd, &h, sizeof(h), 0) != sizeof(h))
        w.status = -EIO;
    return w.status;
}

int bb_py_code_save(void)
{
    BB_CLEAN_DRAFT struct bb_fs_draft draft = BB_FS_DRAFT_INIT;
    if (!cache.path || cache.saved == cache.more.n)
        return 0;
    int r = bb_fs_draft_open(&draft, cache.path, 0);
    if (r == 0)
        r = write_file(draft.fd);
    if (r == 0)
        r = bb_fs_draft_commit(&draft);
    if (r == 0)
        cache.saved = cache.more.n;
    return r;
}
