/* SPDX-License-Identifier: MIT */
#include "prserv/revision.h"

#include <inttypes.h>

/* All of it, digits only. */
static bool number(bb_str s, uint64_t *ret)
{
    uint64_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned char)s.p[i] - '0';
        if (digit > 9 || n > (UINT64_MAX - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *ret = n;
    return s.len > 0;
}

/* The part that begins at `*at`, which moves behind its dot. */
static uint64_t part(bb_str s, size_t *at)
{
    size_t end = bb_str_chr(s, '.', *at);
    uint64_t n = 0;

    if (end == BB_NPOS)
        end = s.len;
    if (!number(bb_str_sub(s, *at, end), &n))
        n = 0;
    *at = end + 1;
    return n;
}

bool bb_pr_valid(bb_str revision)
{
    size_t at = 0;
    uint64_t n;

    while (at <= revision.len) {
        size_t end = bb_str_chr(revision, '.', at);
        end = end == BB_NPOS ? revision.len : end;
        if (!number(bb_str_sub(revision, at, end), &n))
            return false;
        at = end + 1;
    }
    return true;
}

int bb_pr_cmp(bb_str a, bb_str b)
{
    size_t i = 0, j = 0;

    while (i <= a.len && j <= b.len) {
        uint64_t x = part(a, &i), y = part(b, &j);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (i <= a.len) - (j <= b.len);
}

bool bb_pr_increase(bb_str revision, struct bb_buf *out)
{
    size_t dot = bb_str_rchr(revision, '.');
    size_t last = dot == BB_NPOS ? 0 : dot + 1;
    uint64_t n;

    if (!number(bb_str_from(revision, last), &n) || n == UINT64_MAX)
        return false;
    bb_buf_adds(out, bb_str_sub(revision, 0, last));
    bb_buf_addf(out, "%" PRIu64, n + 1);
    return true;
}
