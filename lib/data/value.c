/* SPDX-License-Identifier: MIT */
#include "data/value.h"

#include "data/pyhook.h"

struct bb_val bb_val_list(struct bb_arena *a, const bb_str *p, size_t n)
{
    struct bb_vlist *l = bb_arena_new(a, struct bb_vlist);

    l->n = n;
    l->p = n ? bb_arena_array(a, bb_str, n) : NULL;
    for (size_t i = 0; i < n; i++)
        l->p[i] = bb_arena_str(a, p[i]);
    return (struct bb_val){.kind = BB_V_LIST, .list = l};
}

bool bb_val_true(const struct bb_pyhook *hook, struct bb_val v)
{
    switch (v.kind) {
    case BB_V_STR:
        return v.s.len > 0;
    case BB_V_INT:
    case BB_V_BOOL:
        return v.i != 0;
    case BB_V_LIST:
        return v.list->n > 0;
    case BB_V_STORE:
        return true;
    case BB_V_OBJ:
        return !hook || !hook->obj_true || hook->obj_true(hook->self, v.obj);
    default:
        return false;
    }
}

const char *bb_val_type(struct bb_val v)
{
    static const char *const names[] = {
        [BB_V_NONE] = "NoneType", [BB_V_STR] = "str",         [BB_V_INT] = "int",   [BB_V_BOOL] = "bool",
        [BB_V_LIST] = "list",     [BB_V_STORE] = "DataSmart", [BB_V_OBJ] = "object"};
    return names[v.kind];
}

/* Decodes one code point of well-formed UTF-8; 0 bytes when it is not. */
static size_t decode(const unsigned char *p, size_t len, uint32_t *ret)
{
    size_t n = p[0] < 0x80                   ? 1
               : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
               : (p[0] & 0xf0) == 0xe0       ? 3
               : (p[0] & 0xf8) == 0xf0       ? 4
                                             : 0;
    uint32_t c = n == 1 ? p[0] : n == 2 ? p[0] & 0x1fu : n == 3 ? p[0] & 0xfu : p[0] & 7u;

    if (n == 0 || n > len)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    *ret = c;
    return n;
}

/*
 * Code points that CPython escapes: controls, formats, separators, surrogates, private use. Unassigned ones, which it
 * escapes too, are few in texts and many in tables; only the planes that have none assigned are listed.
 */
static bool printable(uint32_t c)
{
    static const uint32_t ranges[][2] = {
        {0x00, 0x1f},        {0x7f, 0xa0},       {0xad, 0xad},       {0x600, 0x605},     {0x61c, 0x61c},
        {0x6dd, 0x6dd},      {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x1680, 0x1680},
        {0x180e, 0x180e},    {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},
        {0xd800, 0xf8ff},    {0xfeff, 0xfeff},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},   {0x110bd, 0x110bd},
        {0x110cd, 0x110cd},  {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0x40000, 0xe00ff},
        {0xe01f0, 0x10ffff},
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return false;
    return true;
}

static void repr_char(struct bb_buf *out, uint32_t c, const char *bytes, size_t n, char quote)
{
    if (c == (uint32_t)quote || c == '\\') {
        bb_buf_addc(out, '\\');
        bb_buf_addc(out, (char)c);
    } else if (c == '\n') {
        bb_buf_addz(out, "\\n");
    } else if (c == '\r') {
        bb_buf_addz(out, "\\r");
    } else if (c == '\t') {
        bb_buf_addz(out, "\\t");
    } else if (printable(c)) {
        bb_buf_add(out, bytes, n);
    } else if (c < 0x100) {
        bb_buf_addf(out, "\\x%02x", c);
    } else if (c < 0x10000) {
        bb_buf_addf(out, "\\u%04x", c);
    } else {
        bb_buf_addf(out, "\\U%08x", c);
    }
}

void bb_val_repr_str(struct bb_buf *out, bb_str s)
{
    char quote = bb_str_chr(s, '\'', 0) != BB_NPOS && bb_str_chr(s, '"', 0) == BB_NPOS ? '"' : '\'';

    bb_buf_addc(out, quote);
    for (size_t i = 0; i < s.len;) {
        uint32_t c;
        size_t n = decode((const unsigned char *)s.p + i, s.len - i, &c);
        if (n == 0) {
            /* A byte that is no UTF-8 comes into Python as a lone surrogate. */
            c = 0xdc00u + (unsigned char)s.p[i];
            n = 1;
        }
        repr_char(out, c, s.p + i, n, quote);
        i += n;
    }
    bb_buf_addc(out, quote);
}

static bb_str list_str(struct bb_arena *a, const struct bb_vlist *l)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;

    bb_buf_addc(&b, '[');
    for (size_t i = 0; i < l->n; i++) {
        if (i)
            bb_buf_addz(&b, ", ");
        bb_val_repr_str(&b, l->p[i]);
    }
    bb_buf_addc(&b, ']');
    return bb_arena_str(a, bb_buf_str(&b));
}

static bb_str obj_str(const struct bb_pyhook *hook, struct bb_arena *a, void *obj)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;

    if (!hook || !hook->obj_str || hook->obj_str(hook->self, obj, &b) < 0)
        return BB_STR("<object>");
    return bb_arena_str(a, bb_buf_str(&b));
}

bb_str bb_val_str(const struct bb_pyhook *hook, struct bb_arena *a, struct bb_val v)
{
    switch (v.kind) {
    case BB_V_STR:
        return v.s;
    case BB_V_INT:
        return bb_arena_fmt(a, "%lld", (long long)v.i);
    case BB_V_BOOL:
        return v.i ? BB_STR("True") : BB_STR("False");
    case BB_V_LIST:
        return list_str(a, v.list);
    case BB_V_STORE:
        return BB_STR("<bb.data_smart.DataSmart object>");
    case BB_V_OBJ:
        return obj_str(hook, a, v.obj);
    default:
        return BB_STR("None");
    }
}
