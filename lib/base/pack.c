/* SPDX-License-Identifier: MIT */
#include "base/pack.h"

#include "base/diag.h"

enum { LENGTH = 4 }; /* bytes of a block's length */

void bb_pack_put_uint(struct bb_buf *out, uint64_t n)
{
    char digits[10];
    size_t len = 0;
    for (; n >= 0x80; n >>= 7)
        digits[len++] = (char)(n | 0x80);
    digits[len++] = (char)n;
    bb_buf_add(out, digits, len);
}

/* Zigzag: small negative numbers stay short. */
void bb_pack_put_int(struct bb_buf *out, int64_t n)
{
    bb_pack_put_uint(out, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
}

void bb_pack_put_hash(struct bb_buf *out, uint64_t hash)
{
    bb_buf_add(out, &hash, sizeof(hash));
}

void bb_pack_put_text(struct bb_buf *out, bb_str s)
{
    bb_pack_put_uint(out, s.p ? s.len + 1 : 0);
    if (!s.p)
        return;
    bb_buf_adds(out, s);
    bb_buf_addc(out, '\0');
}

size_t bb_pack_open(struct bb_buf *out)
{
    size_t opened = out->len;
    bb_buf_add(out, "\0\0\0\0", LENGTH);
    return opened;
}

void bb_pack_close(struct bb_buf *out, size_t opened)
{
    size_t len = out->len - opened - LENGTH;
    for (size_t i = 0; i < LENGTH; i++)
        out->p[opened + i] = (char)(len >> (8 * i));
}

static size_t left(const struct bb_pack_in *in)
{
    return (size_t)(in->end - in->p);
}

/* The next n bytes; NULL, and bad, when there are not so many. */
static const char *take(struct bb_pack_in *in, uint64_t n)
{
    const char *at = in->p;
    in->bad = in->bad || n > left(in);
    if (in->bad)
        return NULL;
    in->p += n;
    return at;
}

uint64_t bb_pack_take_uint(struct bb_pack_in *in)
{
    uint64_t n = 0;
    for (unsigned shift = 0; !in->bad && shift < 64 && in->p < in->end; shift += 7) {
        unsigned char c = (unsigned char)*in->p++;
        n |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80)
            return n;
    }
    in->bad = true;
    return 0;
}

uint32_t bb_pack_take_u32(struct bb_pack_in *in)
{
    uint64_t n = bb_pack_take_uint(in);
    in->bad = in->bad || n > UINT32_MAX;
    return in->bad ? 0 : (uint32_t)n;
}

bool bb_pack_take_bool(struct bb_pack_in *in)
{
    return bb_pack_take_uint(in) != 0;
}

int64_t bb_pack_take_int(struct bb_pack_in *in)
{
    uint64_t n = bb_pack_take_uint(in);
    return (int64_t)(n >> 1) ^ -(int64_t)(n & 1);
}

uint64_t bb_pack_take_hash(struct bb_pack_in *in)
{
    uint64_t hash = 0;
    const char *at = take(in, sizeof(hash));
    if (at)
        memcpy(&hash, at, sizeof(hash));
    return hash;
}

bb_str bb_pack_take_text(struct bb_pack_in *in)
{
    uint64_t n = bb_pack_take_uint(in);
    const char *at = n ? take(in, n) : NULL;
    in->bad = in->bad || (at && at[n - 1]);
    return at && !in->bad ? bb_str_n(at, (size_t)n - 1) : (bb_str){0};
}

size_t bb_pack_take_count(struct bb_pack_in *in, size_t least)
{
    uint64_t n = bb_pack_take_uint(in);
    in->bad = in->bad || n > left(in) / least;
    return in->bad ? 0 : (size_t)n;
}

static size_t length(const char *at)
{
    size_t n = 0;
    for (size_t i = 0; i < LENGTH; i++)
        n |= (size_t)(unsigned char)at[i] << (8 * i);
    return n;
}

bb_str bb_pack_take_block(struct bb_pack_in *in)
{
    const char *head = take(in, LENGTH);
    size_t n = head ? length(head) : 0;
    const char *at = take(in, n);
    return at ? bb_str_n(at, n) : (bb_str){0};
}

bb_str bb_pack_take_rest(struct bb_pack_in *in)
{
    bb_str rest = in->bad ? (bb_str){0} : bb_str_n(in->p, left(in));
    in->p = in->end;
    return rest;
}

int bb_pack_frame(bb_str *in, size_t most, bb_str *ret)
{
    size_t n = in->len < LENGTH ? 0 : length(in->p);
    if (n > most)
        return -BB_ECORRUPT;
    if (in->len < LENGTH + n)
        return 0;
    *ret = bb_str_sub(*in, LENGTH, LENGTH + n);
    *in = bb_str_from(*in, LENGTH + n);
    return 1;
}
