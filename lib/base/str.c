/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

size_t bb_str_find(bb_str s, bb_str needle, size_t from)
{
    if (from > s.len)
        return BB_NPOS;
    if (needle.len == 0)
        return from;
    if (needle.len > s.len - from)
        return BB_NPOS;
    const char *hit = memmem(s.p + from, s.len - from, needle.p, needle.len);
    return hit ? (size_t)(hit - s.p) : BB_NPOS;
}

size_t bb_str_chr(bb_str s, char c, size_t from)
{
    if (from >= s.len)
        return BB_NPOS;
    const char *hit = memchr(s.p + from, c, s.len - from);
    return hit ? (size_t)(hit - s.p) : BB_NPOS;
}

size_t bb_str_rchr(bb_str s, char c)
{
    if (s.len == 0)
        return BB_NPOS;
    const char *hit = memrchr(s.p, c, s.len);
    return hit ? (size_t)(hit - s.p) : BB_NPOS;
}

int bb_str_cmp(bb_str a, bb_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int r = n ? memcmp(a.p, b.p, n) : 0;
    return r ? r : (a.len > b.len) - (a.len < b.len);
}

int bb_str_cmp_qsort(const void *a, const void *b)
{
    return bb_str_cmp(*(const bb_str *)a, *(const bb_str *)b);
}

/* Python's str.isspace(): one byte, or the UTF-8 of NEL, NO-BREAK SPACE and the spaces of U+1680, U+2000 ... U+3000. */
static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
}

static const char *const wide_spaces[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80",
};

/* How long the white space character is that `s` begins (or, with `at_end`, ends) with; 0 when there is none. */
static size_t space_len(bb_str s, bool at_end)
{
    if (!s.len)
        return 0;
    unsigned char c = (unsigned char)(at_end ? s.p[s.len - 1] : *s.p);
    if (c < 0x80)
        return is_space(c);
    for (size_t i = 0; i < sizeof(wide_spaces) / sizeof(*wide_spaces); i++) {
        bb_str space = bb_str_z(wide_spaces[i]);
        if (at_end ? bb_str_ends(s, space) : bb_str_starts(s, space))
            return space.len;
    }
    return 0;
}

bb_str bb_str_rtrim(bb_str s)
{
    for (size_t n; (n = space_len(s, true));)
        s.len -= n;
    return s;
}

bb_str bb_str_trim(bb_str s)
{
    s = bb_str_rtrim(s);
    for (size_t n; (n = space_len(s, false));)
        s = bb_str_from(s, n);
    return s;
}

/* Whether a character above ASCII that begins with this byte may be white space. */
static bool may_be_wide(unsigned char c)
{
    return c == 0xc2 || (c >= 0xe1 && c <= 0xe3);
}

bool bb_str_word(bb_str *rest, bb_str *ret_word)
{
    if (rest->len == 0)
        return false;
    bb_str s = *rest;
    for (size_t n; (n = space_len(s, false));)
        s = bb_str_from(s, n);
    size_t len = 0;
    while (len < s.len) {
        unsigned char c = (unsigned char)s.p[len];
        if (is_space(c) || (may_be_wide(c) && space_len(bb_str_from(s, len), false)))
            break;
        len++;
    }
    *rest = bb_str_from(s, len);
    if (len)
        *ret_word = bb_str_sub(s, 0, len);
    return len > 0;
}

bool bb_str_has_word(bb_str list, bb_str word)
{
    bb_str w;
    while (bb_str_word(&list, &w))
        if (bb_str_eq(w, word))
            return true;
    return false;
}

bool bb_str_split(bb_str *rest, char sep, bb_str *ret_part)
{
    /* A NULL pointer marks the end, since an empty rest still holds one (empty) part. */
    if (!rest->p)
        return false;
    size_t at = bb_str_chr(*rest, sep, 0);
    if (at == BB_NPOS) {
        *ret_part = *rest;
        *rest = (bb_str){NULL, 0};
    } else {
        *ret_part = bb_str_n(rest->p, at);
        *rest = bb_str_n(rest->p + at + 1, rest->len - at - 1);
    }
    return true;
}

static inline uint64_t load(const char *p, size_t n)
{
    uint64_t v = 0;
    memcpy(&v, p, n);
    return v;
}

/* Both halves of a 64x64 bit product, folded: every input bit reaches every output bit. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

#define HASH_K0 UINT64_C(0x9e3779b97f4a7c15)
#define HASH_K1 UINT64_C(0xd1b54a32d192ed03)

uint64_t bb_str_hash(bb_str s)
{
    const char *p = s.p;
    size_t n = s.len;
    uint64_t h = HASH_K0 ^ (n * HASH_K1), a = 0, b = 0;

    while (n > 16) {
        h = fold(load(p, 8) ^ HASH_K0, load(p + 8, 8) ^ h);
        p += 16;
        n -= 16;
    }
    /* The last 1..16 bytes as two loads that may overlap. */
    if (n >= 8) {
        a = load(p, 8);
        b = load(p + n - 8, 8);
    } else if (n >= 4) {
        a = load(p, 4);
        b = load(p + n - 4, 4);
    } else if (n > 0) {
        a = (uint64_t)(uint8_t)p[0] << 16 | (uint64_t)(uint8_t)p[n / 2] << 8 | (uint8_t)p[n - 1];
    }
    return fold(HASH_K1 ^ s.len, fold(a ^ HASH_K0, b ^ h));
}

bool bb_str_to_int(bb_str s, int64_t *ret)
{
    bool neg = false;
    uint64_t v = 0;

    if (s.len && (*s.p == '-' || *s.p == '+')) {
        neg = *s.p == '-';
        s = bb_str_from(s, 1);
    }
    if (s.len == 0)
        return false;
    uint64_t limit = (uint64_t)INT64_MAX + neg;
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.p[i] - '0');
        if (v > (limit - digit) / 10)
            return false;
        v = v * 10 + digit;
    }
    *ret = neg ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

size_t bb_utf8_next(bb_str s, uint32_t *ret)
{
    /* By length: the smallest character that may be written so. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char c = (unsigned char)*s.p;
    size_t n = c < 0x80 ? 1 : (c & 0xe0) == 0xc0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : (c & 0xf8) == 0xf0 ? 4 : 0;
    uint32_t v = n == 1 ? c : c & (0x7fu >> n);

    *ret = BB_UTF8_BAD;
    if (n == 0 || n > s.len)
        return 1;
    for (size_t i = 1; i < n; i++) {
        if (((unsigned char)s.p[i] & 0xc0) != 0x80)
            return 1;
        v = v << 6 | ((unsigned char)s.p[i] & 0x3f);
    }
    if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v < 0xe000))
        return 1;
    *ret = v;
    return n;
}

void bb_buf_init(struct bb_buf *b)
{
    *b = (struct bb_buf)BB_BUF_INIT;
}

void bb_buf_release(struct bb_buf *b)
{
    if (b->cap)
        free(b->p);
    bb_buf_init(b);
}

void bb_buf_reserve(struct bb_buf *b, size_t extra)
{
    if (extra < b->cap && b->len < b->cap - extra)
        return;
    if (extra > SIZE_MAX / 2 - b->len)
        BB_BUG("buffer of %zu bytes asked to grow by %zu", b->len, extra);
    size_t cap = b->cap ? b->cap : 64;
    while (cap <= b->len + extra)
        cap *= 2;
    if (b->cap) {
        b->p = bb_realloc(b->p, cap);
    } else {
        b->p = bb_malloc(cap);
        b->p[0] = '\0';
    }
    b->cap = cap;
}

void bb_buf_add(struct bb_buf *b, const void *p, size_t len)
{
    if (len == 0)
        return;
    bb_buf_reserve(b, len);
    memcpy(b->p + b->len, p, len);
    b->len += len;
    b->p[b->len] = '\0';
}

void bb_buf_addc(struct bb_buf *b, char c)
{
    bb_buf_reserve(b, 1);
    b->p[b->len++] = c;
    b->p[b->len] = '\0';
}

void bb_buf_vaddf(struct bb_buf *b, const char *fmt, va_list ap)
{
    va_list again;

    va_copy(again, ap);
    bb_buf_reserve(b, 64);
    int n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, ap);
    if (n < 0)
        BB_BUG("bad format '%s'", fmt);
    if ((size_t)n >= b->cap - b->len) {
        bb_buf_reserve(b, (size_t)n);
        vsnprintf(b->p + b->len, b->cap - b->len, fmt, again);
    }
    va_end(again);
    b->len += (size_t)n;
}

void bb_buf_addf(struct bb_buf *b, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    bb_buf_vaddf(b, fmt, ap);
    va_end(ap);
}

void bb_buf_truncate(struct bb_buf *b, size_t len)
{
    if (len > b->len)
        BB_BUG("cannot cut %zu bytes to %zu", b->len, len);
    b->len = len;
    if (b->cap)
        b->p[len] = '\0';
}

void bb_buf_splice(struct bb_buf *b, size_t at, size_t del, bb_str s)
{
    if (at > b->len || del > b->len - at)
        BB_BUG("splice of %zu+%zu in %zu bytes", at, del, b->len);
    bb_buf_reserve(b, s.len);
    memmove(b->p + at + s.len, b->p + at + del, b->len - at - del + 1);
    if (s.len)
        memcpy(b->p + at, s.p, s.len);
    b->len += s.len - del;
}

char *bb_buf_detach(struct bb_buf *b)
{
    bb_buf_reserve(b, 0);
    char *p = b->p;
    bb_buf_init(b);
    return p;
}
