/* SPDX-License-Identifier: MIT */
/*
 * Arenas: many allocations, one release. Memory is zeroed; released ranges are poisoned under ASan. Alignment is 16
 * bytes except for text. When memory runs out the process says so and aborts: no caller checks.
 */
#ifndef BB_BASE_ARENA_H
#define BB_BASE_ARENA_H

#include "base/str.h"

struct bb_arena_chunk;
struct bb_arena {
    struct bb_arena_chunk *head, *spare;
    char *cur, *end; /* what is free in head */
    size_t total;    /* bytes taken from malloc so far */
};

void bb_arena_init(struct bb_arena *a);
void bb_arena_release(struct bb_arena *a);
void *bb_arena_alloc(struct bb_arena *a, size_t size);
#define bb_arena_new(a, type)      ((type *)bb_arena_alloc((a), sizeof(type)))
#define bb_arena_array(a, type, n) ((type *)bb_arena_alloc((a), sizeof(type) * (n)))
/* A NUL-terminated copy of `s`. */
bb_str bb_arena_str(struct bb_arena *a, bb_str s);
char *bb_arena_strz(struct bb_arena *a, bb_str s);
bb_str bb_arena_fmt(struct bb_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* a + b in one copy. */
bb_str bb_arena_cat(struct bb_arena *a, bb_str x, bb_str y);

/* Scratch use: everything allocated after `mark` is dropped by `bb_arena_reset`. */
struct bb_arena_mark {
    struct bb_arena_chunk *head;
    char *cur;
};
struct bb_arena_mark bb_arena_mark(struct bb_arena *a);
void bb_arena_reset(struct bb_arena *a, struct bb_arena_mark mark);

/* malloc family that aborts when memory runs out. */
void *bb_malloc(size_t size);
void *bb_calloc(size_t n, size_t size);
void *bb_realloc(void *p, size_t size);
char *bb_strdup(const char *z);
char *bb_strndup(bb_str s);

#define BB_BUG(...) bb_bug(__FILE__, __LINE__, __VA_ARGS__)
/* An invariant of ours is broken: says where and aborts. */
_Noreturn void bb_bug(const char *file, int line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
