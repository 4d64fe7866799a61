/* SPDX-License-Identifier: MIT */
#include "rpc/wire.h"

#include "base/diag.h"

void bb_wire_init(struct bb_wire *w)
{
    *w = (struct bb_wire){.in = BB_BUF_INIT, .parts = BB_BUF_INIT};
}

void bb_wire_release(struct bb_wire *w)
{
    bb_buf_release(&w->in);
    bb_buf_release(&w->parts);
}

void bb_wire_feed(struct bb_wire *w, const void *p, size_t len)
{
    if (w->at == w->in.len) {
        bb_buf_clear(&w->in);
        w->at = 0;
    } else if (w->at > BB_WIRE_LINE_MAX) {
        bb_buf_splice(&w->in, 0, w->at, BB_STR(""));
        w->at = 0;
    }
    bb_buf_add(&w->in, p, len);
}

/* A line with all but its \n. */
static int raw_line(struct bb_wire *w, bb_str *ret)
{
    bb_str in = bb_buf_str(&w->in);
    size_t end = bb_str_chr(in, '\n', w->at);

    if ((end == BB_NPOS ? in.len : end) - w->at > BB_WIRE_LINE_MAX)
        return -BB_ECORRUPT;
    if (end == BB_NPOS)
        return 0;
    *ret = bb_str_sub(in, w->at, end);
    w->at = end + 1;
    return 1;
}

int bb_wire_line(struct bb_wire *w, bb_str *ret)
{
    int r = raw_line(w, ret);
    if (r == 1)
        *ret = bb_str_rtrim(*ret);
    return r;
}

/* The lines of a long message up to the empty one. White space at their ends belongs to the JSON. */
static int take_chunks(struct bb_wire *w, struct bb_json **ret)
{
    bb_str line;
    int r;

    while ((r = raw_line(w, &line)) == 1 && line.len) {
        if (w->parts.len + line.len > BB_WIRE_MESSAGE_MAX)
            return -BB_ECORRUPT;
        bb_buf_adds(&w->parts, line);
    }
    if (r <= 0)
        return r;
    r = bb_json_parse(bb_buf_str(&w->parts), ret, NULL);
    bb_buf_release(&w->parts);
    bb_buf_init(&w->parts);
    w->chunked = false;
    return r < 0 ? r : 1;
}

int bb_wire_message(struct bb_wire *w, struct bb_json **ret)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;
    bb_str line, key;
    struct bb_json *value;

    if (w->chunked)
        return take_chunks(w, ret);
    int r = bb_wire_line(w, &line);
    if (r <= 0)
        return r;
    r = bb_json_parse(line, &j, NULL);
    if (r < 0)
        return r;
    void *it = NULL;
    while (bb_json_kind(j) == BB_J_OBJECT && bb_json_next(j, &it, &key, &value))
        if (bb_str_eqz(key, "chunk-stream")) {
            w->chunked = true;
            return take_chunks(w, ret);
        }
    *ret = j;
    j = NULL;
    return 1;
}

void bb_wire_put_line(struct bb_buf *out, bb_str line)
{
    bb_buf_adds(out, line);
    bb_buf_addc(out, '\n');
}

void bb_wire_put_message(struct bb_buf *out, bb_str json)
{
    if (json.len < BB_WIRE_CHUNK - 1) {
        bb_wire_put_line(out, json);
        return;
    }
    bb_wire_put_line(out, BB_STR("{\"chunk-stream\": null}"));
    while (json.len) {
        size_t n = json.len < BB_WIRE_CHUNK - 1 ? json.len : BB_WIRE_CHUNK - 1;
        /* BitBake drops spaces at the end of a line: cut before one. */
        size_t cut = bb_str_rtrim(bb_str_sub(json, 0, n)).len;
        if (cut)
            n = cut;
        bb_wire_put_line(out, bb_str_sub(json, 0, n));
        json = bb_str_from(json, n);
    }
    bb_wire_put_line(out, BB_STR(""));
}

bool bb_wire_is_hash(bb_str s)
{
    if (s.len != 32 && s.len != 40 && s.len != 64 && s.len != 128)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return true;
}

bool bb_wire_is_word(bb_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] <= 0x20 || s.p[i] == 0x7f)
            return false;
    return s.len > 0 && s.len <= 1024;
}
