/* SPDX-License-Identifier: MIT */
/*
 * Strings: `bb_str`, a borrowed view that is passed by value, and `struct bb_buf`, an owned buffer that grows.
 *
 * A view owns nothing and need not end in NUL; whoever made the bytes says how long they live. A buffer is always
 * NUL-terminated after its `len` bytes, so `buf.p` may be handed to libc. Out of memory aborts (see arena.h), so
 * nothing here fails.
 */
#ifndef BB_BASE_STR_H
#define BB_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct bb_str {
    const char *p;
    size_t len;
} bb_str;

/* A view of a string literal. */
#define BB_STR(lit) ((bb_str){"" lit, sizeof(lit) - 1})
/* Arguments for "%.*s". */
#define BB_STRF(s) (int)(s).len, (s).p

static inline bb_str bb_str_n(const char *p, size_t len)
{
    return (bb_str){p, len};
}
/* View of a NUL-terminated string; NULL gives the empty view with p == NULL. */
static inline bb_str bb_str_z(const char *z)
{
    return (bb_str){z, z ? strlen(z) : 0};
}
static inline bool bb_str_eq(bb_str a, bb_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}
static inline bool bb_str_eqz(bb_str a, const char *z)
{
    return bb_str_eq(a, bb_str_z(z));
}
static inline bool bb_str_starts(bb_str s, bb_str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}
static inline bool bb_str_ends(bb_str s, bb_str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.p + s.len - suffix.len, suffix.p, suffix.len) == 0);
}
/* The view from byte `from` on; `from` past the end gives the empty view. */
static inline bb_str bb_str_from(bb_str s, size_t from)
{
    if (from > s.len)
        from = s.len;
    return (bb_str){from ? s.p + from : s.p, s.len - from};
}
static inline bb_str bb_str_sub(bb_str s, size_t from, size_t to)
{
    return (bb_str){from ? s.p + from : s.p, to - from};
}

#define BB_NPOS ((size_t)-1)
/* Byte offset of the first/last occurrence at or after `from`, BB_NPOS when there is none. */
size_t bb_str_find(bb_str s, bb_str needle, size_t from);
size_t bb_str_chr(bb_str s, char c, size_t from);
size_t bb_str_rchr(bb_str s, char c);
static inline bool bb_str_has(bb_str s, bb_str needle)
{
    return bb_str_find(s, needle, 0) != BB_NPOS;
}
/* Order by bytes, which for UTF-8 is the order of code points; negative, 0, positive. */
int bb_str_cmp(bb_str a, bb_str b);
/* qsort comparator for arrays of bb_str. */
int bb_str_cmp_qsort(const void *a, const void *b);
/* Without white space, as Python sees it, at both ends / at the right end. */
bb_str bb_str_trim(bb_str s);
bb_str bb_str_rtrim(bb_str s);
/*
 * Takes the next white-space separated word off *rest into *ret_word; false when there is none left. Splits as
 * Python's str.split() does.
 */
bool bb_str_word(bb_str *rest, bb_str *ret_word);
/* True when `word` is one of the white-space separated words of `list`. */
bool bb_str_has_word(bb_str list, bb_str word);
/* Takes the text up to the next `sep` off *rest ("a:b:" gives "a", "b", ""; "" gives ""); false after the last part,
 * when rest->p has become NULL. */
bool bb_str_split(bb_str *rest, char sep, bb_str *ret_part);
/* 64-bit hash, for tables and for caches of this machine: another byte order or release of bbc may give another. */
uint64_t bb_str_hash(bb_str s);
/* Whole decimal integer with optional sign; false when `s` is anything else or out of range. */
bool bb_str_to_int(bb_str s, int64_t *ret);
/*
 * The character at the head of `s`, which may not be empty; returns its length in bytes. Where the bytes are not
 * UTF-8 it is BB_UTF8_BAD (U+FFFD) and the length 1.
 */
#define BB_UTF8_BAD 0xfffd
size_t bb_utf8_next(bb_str s, uint32_t *ret);

struct bb_buf {
    char *p;
    size_t len, cap;
};
#define BB_BUF_INIT                                                                                          \
    {                                                                                                        \
        (char *)"", 0, 0                                                                                     \
    }

void bb_buf_init(struct bb_buf *b);
void bb_buf_release(struct bb_buf *b);
static inline void bb_buf_clear(struct bb_buf *b)
{
    b->len = 0;
    if (b->cap)
        b->p[0] = '\0';
}
/* Room for `extra` more bytes. */
void bb_buf_reserve(struct bb_buf *b, size_t extra);
void bb_buf_add(struct bb_buf *b, const void *p, size_t len);
static inline void bb_buf_adds(struct bb_buf *b, bb_str s)
{
    bb_buf_add(b, s.p, s.len);
}
static inline void bb_buf_addz(struct bb_buf *b, const char *z)
{
    bb_buf_add(b, z, strlen(z));
}
void bb_buf_addc(struct bb_buf *b, char c);
void bb_buf_addf(struct bb_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void bb_buf_vaddf(struct bb_buf *b, const char *fmt, va_list ap);
/* Cuts to `len` bytes, which may not be more than there are. */
void bb_buf_truncate(struct bb_buf *b, size_t len);
/* Replaces `del` bytes at `at` by `s`, which may not point into the buffer. */
void bb_buf_splice(struct bb_buf *b, size_t at, size_t del, bb_str s);
/* Gives the malloc'd, NUL-terminated bytes to the caller (never NULL) and empties the buffer. */
char *bb_buf_detach(struct bb_buf *b);
static inline bb_str bb_buf_str(const struct bb_buf *b)
{
    return (bb_str){b->p, b->len};
}
/* `__attribute__((cleanup))` handler: BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT; */
#define BB_CLEAN_BUF __attribute__((cleanup(bb_buf_release)))

#endif
