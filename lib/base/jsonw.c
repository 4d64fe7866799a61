/* SPDX-License-Identifier: MIT */
#include "base/jsonw.h"

#include <math.h>

#include "base/arena.h"

void bb_jsonw_init(struct bb_jsonw *w, struct bb_buf *out, unsigned flags)
{
    *w = (struct bb_jsonw){.out = out, .flags = flags};
}

static void separate(struct bb_jsonw *w)
{
    if (w->level[w->depth].filled)
        bb_buf_addz(w->out, w->flags & BB_JSONW_SPACED ? ", " : ",");
    w->level[w->depth].filled = true;
}

static void before_value(struct bb_jsonw *w)
{
    if (w->after_key != w->level[w->depth].object)
        BB_BUG("JSON value where a key belongs");
    if (!w->after_key)
        separate(w);
    w->after_key = false;
}

static void open_level(struct bb_jsonw *w, bool object)
{
    before_value(w);
    if (w->depth + 1 == BB_JSONW_DEPTH)
        BB_BUG("JSON nested deeper than %d", BB_JSONW_DEPTH);
    w->depth++;
    w->level[w->depth].object = object;
    w->level[w->depth].filled = false;
    bb_buf_addc(w->out, object ? '{' : '[');
}

void bb_jsonw_object(struct bb_jsonw *w)
{
    open_level(w, true);
}

void bb_jsonw_array(struct bb_jsonw *w)
{
    open_level(w, false);
}

void bb_jsonw_end(struct bb_jsonw *w)
{
    if (w->depth == 0 || w->after_key)
        BB_BUG("JSON end without begin, or a key without value");
    bb_buf_addc(w->out, w->level[w->depth].object ? '}' : ']');
    w->depth--;
}

void bb_jsonw_key(struct bb_jsonw *w, bb_str key)
{
    if (w->after_key || !w->level[w->depth].object)
        BB_BUG("JSON key where a value belongs");
    separate(w);
    bb_jsonw_quote(w->out, key, w->flags);
    bb_buf_addz(w->out, w->flags & BB_JSONW_SPACED ? ": " : ":");
    w->after_key = true;
}

void bb_jsonw_str(struct bb_jsonw *w, bb_str s)
{
    before_value(w);
    bb_jsonw_quote(w->out, s, w->flags);
}

void bb_jsonw_int(struct bb_jsonw *w, int64_t v)
{
    before_value(w);
    bb_buf_addf(w->out, "%lld", (long long)v);
}

void bb_jsonw_real(struct bb_jsonw *w, double v)
{
    before_value(w);
    if (isfinite(v))
        bb_buf_addf(w->out, "%.17g", v);
    else
        bb_buf_addz(w->out, "null");
}

void bb_jsonw_bool(struct bb_jsonw *w, bool v)
{
    before_value(w);
    bb_buf_addz(w->out, v ? "true" : "false");
}

void bb_jsonw_null(struct bb_jsonw *w)
{
    before_value(w);
    bb_buf_addz(w->out, "null");
}

/* The letter of a two-character escape, 0 when the character has none. */
static char short_escape(uint32_t c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *at = c && c < 0x80 ? strchr(from, (int)c) : NULL;
    return at ? to[at - from] : '\0';
}

static void add_escaped(struct bb_buf *out, uint32_t c)
{
    char letter = short_escape(c);

    if (letter)
        bb_buf_addf(out, "\\%c", letter);
    else if (c > 0xffff)
        bb_buf_addf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
    else
        bb_buf_addf(out, "\\u%04x", c);
}

void bb_jsonw_quote(struct bb_buf *out, bb_str s, unsigned flags)
{
    uint32_t last_plain = flags & BB_JSONW_ASCII ? 0x7e : 0x10ffff;

    bb_buf_addc(out, '"');
    for (size_t i = 0; i < s.len;) {
        size_t run = i;
        while (run < s.len && s.p[run] >= 0x20 && s.p[run] < 0x7f && s.p[run] != '"' && s.p[run] != '\\')
            run++;
        bb_buf_add(out, s.p + i, run - i);
        if ((i = run) == s.len)
            break;
        uint32_t c;
        size_t n = bb_utf8_next(bb_str_from(s, i), &c);
        if (c < 0x20 || c == '"' || c == '\\' || c > last_plain)
            add_escaped(out, c);
        else if (c == BB_UTF8_BAD)
            bb_buf_addz(out, "\xef\xbf\xbd");
        else
            bb_buf_add(out, s.p + i, n);
        i += n;
    }
    bb_buf_addc(out, '"');
}
