/* SPDX-License-Identifier: MIT */
/*
 * Mirrors: how one line of PREMIRRORS or MIRRORS, a pair of URLs of regular expressions, changes a URL, and
 * which hosts BB_ALLOWED_NETWORKS lets us talk to. Pure text.
 */
#ifndef BB_FETCH_MIRROR_H
#define BB_FETCH_MIRROR_H

#include "fetch/uri.h"

/* What the words TYPE, HOST, PATH, BASENAME and MIRRORNAME of a replacement stand for: parts of the recipe's URL. */
struct bb_mirror_words {
    bb_str type, host, path, basename, mirrorname;
};

struct bb_mirror_try {
    bb_str url;           /* what is to be changed: the recipe's URL or another mirror's */
    bb_str find, replace; /* the line */
    bb_str tarball;       /* base name of a mirror tarball, empty when the method has none */
    bb_str localname;     /* base name of the download, empty when it is not one file */
    const struct bb_mirror_words *words;
};
/*
 * 1 and the new URL in `out` when the line fits and changes anything, 0 when not. -BB_EPARSE for a malformed
 * URL or regular expression, the reason appended to `err`.
 */
int bb_mirror_replace(const struct bb_mirror_try *t, struct bb_buf *out, struct bb_buf *err);

/* Whether a host ("name[:port]") is named in the list, or is below one of its "*.domain" words. An empty host is. */
bool bb_mirror_host_allowed(bb_str networks, bb_str host);

#endif
