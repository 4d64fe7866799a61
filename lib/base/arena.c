/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

#ifdef BB_SANITIZE
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

/* Chunks double from the first size up to the last, so that small arenas stay small and big ones have few chunks. */
#define FIRST_CHUNK ((size_t)4 << 10)
#define LAST_CHUNK  ((size_t)1 << 20)
#define ALIGN       16

struct bb_arena_chunk {
    struct bb_arena_chunk *prev;
    size_t size; /* of the bytes after this header */
    _Alignas(ALIGN) char data[];
};

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr, "bbc: out of memory (%zu bytes)\n", size);
    abort();
}

void *bb_malloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory(size);
    return p;
}

void *bb_calloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        out_of_memory(n * size);
    return p;
}

void *bb_realloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);
    if (!q)
        out_of_memory(size);
    return q;
}

char *bb_strndup(bb_str s)
{
    char *p = bb_malloc(s.len + 1);
    if (s.len)
        memcpy(p, s.p, s.len);
    p[s.len] = '\0';
    return p;
}

char *bb_strdup(const char *z)
{
    return bb_strndup(bb_str_z(z));
}

void bb_bug(const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "bbc: bug at %s:%d: ", file, line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    abort();
}

void bb_arena_init(struct bb_arena *a)
{
    *a = (struct bb_arena){0};
}

static void drop_chunk(struct bb_arena *a, struct bb_arena_chunk *c)
{
    a->total -= sizeof(*c) + c->size;
    UNPOISON(c->data, c->size);
    free(c);
}

void bb_arena_release(struct bb_arena *a)
{
    while (a->head) {
        struct bb_arena_chunk *c = a->head;
        a->head = c->prev;
        drop_chunk(a, c);
    }
    if (a->spare)
        drop_chunk(a, a->spare);
    bb_arena_init(a);
}

static void use_chunk(struct bb_arena *a, struct bb_arena_chunk *c)
{
    c->prev = a->head;
    a->head = c;
    a->cur = c->data;
    a->end = c->data + c->size;
    POISON(c->data, c->size);
}

/* Makes a->cur .. a->end hold at least `size` bytes, aligned. What was left of the old chunk is given up. */
static void grow(struct bb_arena *a, size_t size)
{
    struct bb_arena_chunk *c = a->spare;

    if (c && c->size >= size) {
        a->spare = NULL;
        use_chunk(a, c);
        return;
    }
    size_t want = a->head ? a->head->size * 2 : FIRST_CHUNK;
    if (want > LAST_CHUNK)
        want = LAST_CHUNK;
    if (want < size)
        want = size;
    c = bb_malloc(sizeof(*c) + want);
    c->size = want;
    a->total += sizeof(*c) + want;
    use_chunk(a, c);
}

void *bb_arena_alloc(struct bb_arena *a, size_t size)
{
    size_t pad = -(uintptr_t)a->cur & (ALIGN - 1), left = (size_t)(a->end - a->cur);

    if (!a->head || left < pad || left - pad < size) {
        grow(a, size);
        pad = 0;
    }
    char *p = a->cur + pad;
    a->cur = p + size;
    UNPOISON(p, size);
    return size ? memset(p, 0, size) : p;
}

/* Unaligned and not zeroed. */
static char *alloc_text(struct bb_arena *a, size_t size)
{
    if ((size_t)(a->end - a->cur) < size)
        grow(a, size);
    char *p = a->cur;
    a->cur += size;
    UNPOISON(p, size);
    return p;
}

bb_str bb_arena_cat(struct bb_arena *a, bb_str x, bb_str y)
{
    char *p = alloc_text(a, x.len + y.len + 1);
    if (x.len)
        memcpy(p, x.p, x.len);
    if (y.len)
        memcpy(p + x.len, y.p, y.len);
    p[x.len + y.len] = '\0';
    return bb_str_n(p, x.len + y.len);
}

bb_str bb_arena_str(struct bb_arena *a, bb_str s)
{
    return bb_arena_cat(a, s, bb_str_n(NULL, 0));
}

char *bb_arena_strz(struct bb_arena *a, bb_str s)
{
    return (char *)bb_arena_str(a, s).p;
}

bb_str bb_arena_fmt(struct bb_arena *a, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        BB_BUG("bad format '%s'", fmt);
    char *p = alloc_text(a, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return bb_str_n(p, (size_t)n);
}

struct bb_arena_mark bb_arena_mark(struct bb_arena *a)
{
    return (struct bb_arena_mark){a->head, a->cur};
}

void bb_arena_reset(struct bb_arena *a, struct bb_arena_mark mark)
{
    while (a->head != mark.head) {
        struct bb_arena_chunk *c = a->head;
        if (!c)
            BB_BUG("mark of another arena, or older than a reset");
        a->head = c->prev;
        /* One chunk is kept, so that scratch use at a chunk's end does not go to malloc each time. */
        if (!a->spare && c->size <= LAST_CHUNK)
            a->spare = c;
        else
            drop_chunk(a, c);
    }
    a->cur = mark.cur;
    a->end = a->head ? a->head->data + a->head->size : NULL;
    if (a->cur)
        POISON(a->cur, (size_t)(a->end - a->cur));
}
