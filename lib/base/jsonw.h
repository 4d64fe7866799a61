/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON into a buffer, piece by piece, and takes care of commas and colons.
 *
 *   struct bb_jsonw w;  bb_jsonw_init(&w, &buf, 0);
 *   bb_jsonw_object(&w);  bb_jsonw_key(&w, BB_STR("n"));  bb_jsonw_int(&w, 3);  bb_jsonw_end(&w);
 *
 * A value where a key belongs, or the reverse, is a bug and aborts. Text that is not UTF-8 is written with U+FFFD in
 * place of each bad byte, so that the result is always valid JSON.
 */
#ifndef BB_BASE_JSONW_H
#define BB_BASE_JSONW_H

#include "base/str.h"

enum bb_jsonw_flags {
    BB_JSONW_ASCII = 1 << 0,  /* everything above 0x7e as \uXXXX, as Python's json.dumps does */
    BB_JSONW_SPACED = 1 << 1, /* ", " and ": ", as Python's json.dumps does; else "," and ":" */
};
#define BB_JSONW_DEPTH 64
struct bb_jsonw {
    struct bb_buf *out;
    unsigned flags, depth;
    bool after_key;
    struct {
        bool object, filled;
    } level[BB_JSONW_DEPTH];
};

void bb_jsonw_init(struct bb_jsonw *w, struct bb_buf *out, unsigned flags);
void bb_jsonw_object(struct bb_jsonw *w);
void bb_jsonw_array(struct bb_jsonw *w);
/* Closes the innermost object or array. */
void bb_jsonw_end(struct bb_jsonw *w);
void bb_jsonw_key(struct bb_jsonw *w, bb_str key);
void bb_jsonw_str(struct bb_jsonw *w, bb_str s);
void bb_jsonw_int(struct bb_jsonw *w, int64_t v);
/* With all digits; JSON has no infinity and no NaN, for which null is written. */
void bb_jsonw_real(struct bb_jsonw *w, double v);
void bb_jsonw_bool(struct bb_jsonw *w, bool v);
void bb_jsonw_null(struct bb_jsonw *w);
/* A quoted, escaped text alone. */
void bb_jsonw_quote(struct bb_buf *out, bb_str s, unsigned flags);

#endif
