/* SPDX-License-Identifier: MIT */
/*
 * SRC_URI entries: `type://[user[:pswd]@]host/path;key=value;...`, taken apart and put together as
 * bb.fetch2.decodeurl and encodeurl do. For `file` everything up to the first ';' is the path and there is no
 * host. The path is percent-decoded on the way in and percent-encoded on the way out; nothing else is. Parts
 * are views of the url or of the arena. Nothing here touches disk or network.
 */
#ifndef BB_FETCH_URI_H
#define BB_FETCH_URI_H

#include "base/arena.h"

struct bb_uri_param {
    bb_str key, val;
};
struct bb_uri {
    bb_str type, host, path, user, pswd;
    struct bb_uri_param *params; /* in order of first appearance; a later value of the same key wins */
    size_t nparams;
};

/*
 * -BB_EPARSE when `url` cannot be taken apart; *ret_why is then BitBake's sentence, or an empty view for its
 * general one ("The URL: '...' is invalid and cannot be interpreted").
 */
int bb_uri_decode(struct bb_arena *a, bb_str url, struct bb_uri *ret, bb_str *ret_why);
/* Appends the url; adjacent slashes of the path become one. The type must not be empty. */
void bb_uri_encode(const struct bb_uri *u, struct bb_buf *out);
/* The parameter's value, p == NULL when there is none. */
bb_str bb_uri_param(const struct bb_uri *u, bb_str key);
/* Sets or adds a parameter; the array moves into `a`. */
void bb_uri_set_param(struct bb_arena *a, struct bb_uri *u, bb_str key, bb_str val);

/* Python's urllib.parse.quote: all but letters, digits, "_.-~/" becomes %XX. */
void bb_uri_quote(bb_str s, struct bb_buf *out);
/* Python's urllib.parse.unquote: %XX becomes bytes, those that are not UTF-8 become U+FFFD. */
void bb_uri_unquote(bb_str s, struct bb_buf *out);

#endif
