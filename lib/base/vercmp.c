/* SPDX-License-Identifier: MIT */
#include "base/vercmp.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Kinds in their order; the end of the text counts as a number smaller than any. */
enum kind { TILDE, NUMBER, ALPHA, OTHER };
struct piece {
    enum kind kind;
    bool end;
    bb_str text;
};

static struct piece next_piece(bb_str *s)
{
    if (s->len == 0)
        return (struct piece){.kind = NUMBER, .end = true};
    char c = s->p[0];
    size_t n = 1;
    struct piece ret = {.kind = c == '~' ? TILDE : OTHER};
    if (is_digit(c)) {
        ret.kind = NUMBER;
        while (n < s->len && is_digit(s->p[n]))
            n++;
    } else if (is_alpha(c)) {
        ret.kind = ALPHA;
        while (n < s->len && is_alpha(s->p[n]))
            n++;
    } else {
        /* One character, not one byte: continuation bytes belong to it. */
        while (n < s->len && ((unsigned char)s->p[n] & 0xc0) == 0x80)
            n++;
    }
    ret.text = bb_str_sub(*s, 0, n);
    *s = bb_str_from(*s, n);
    return ret;
}

/* Numbers of any length: without leading zeros the longer one is the larger one. */
static int number_cmp(bb_str a, bb_str b)
{
    while (a.len && a.p[0] == '0')
        a = bb_str_from(a, 1);
    while (b.len && b.p[0] == '0')
        b = bb_str_from(b, 1);
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return bb_str_cmp(a, b);
}

int bb_vercmp_part(bb_str a, bb_str b)
{
    for (;;) {
        struct piece pa = next_piece(&a), pb = next_piece(&b);
        if (pa.end && pb.end)
            return 0;
        if (pa.kind != pb.kind)
            return pa.kind < pb.kind ? -1 : 1;
        if (pa.end || pb.end)
            return pa.end ? -1 : 1;
        int c = pa.kind == NUMBER ? number_cmp(pa.text, pb.text) : bb_str_cmp(pa.text, pb.text);
        if (c)
            return c < 0 ? -1 : 1;
    }
}

int bb_vercmp(struct bb_version a, struct bb_version b)
{
    int64_t ea = 0, eb = 0;
    bb_str_to_int(a.e, &ea);
    bb_str_to_int(b.e, &eb);
    if (ea != eb)
        return ea < eb ? -1 : 1;
    int c = bb_vercmp_part(a.v, b.v);
    return c ? c : bb_vercmp_part(a.r, b.r);
}

struct bb_version bb_vercmp_split(bb_str s)
{
    while (s.len && strchr(" <>=", s.p[0]))
        s = bb_str_from(s, 1);
    while (s.len && strchr(" <>=", s.p[s.len - 1]))
        s.len--;
    struct bb_version ret = {.e = BB_STR("0"), .r = BB_STR("")};
    bb_str part;
    if (bb_str_chr(s, ':', 0) != BB_NPOS) {
        bb_str_split(&s, ':', &ret.e);
        bb_str_split(&s, ':', &part);
        s = part;
    }
    size_t dash = bb_str_rchr(s, '-');
    if (dash != BB_NPOS) {
        ret.r = bb_str_from(s, dash + 1);
        s.len = dash;
    }
    ret.v = s;
    return ret;
}

int bb_vercmp_string(bb_str a, bb_str b)
{
    return bb_vercmp(bb_vercmp_split(a), bb_vercmp_split(b));
}
