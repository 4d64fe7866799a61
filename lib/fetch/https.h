/* SPDX-License-Identifier: MIT */
/*
 * http, https and ftp downloads into an unfinished file that the caller checks and renames. The next try continues
 * after a broken connection. A full disk leaves nothing behind.
 */
#ifndef BB_FETCH_HTTPS_H
#define BB_FETCH_HTTPS_H

#include "ext/http.h"

struct bb_https {
    const char *url;
    const char *userpwd;                                        /* "user:password" or NULL */
    bool insecure;                                              /* do not check certificates */
    int (*progress)(void *self, uint64_t done, uint64_t total); /* as in ext/http.h; may be NULL */
    void *self;
};
/*
 * Downloads into `unfinished`, whose folder is made. 1 when there was an earlier try to continue (so that a
 * wrong checksum may be that try's fault), 0 when not; else the codes of ext/http.h, -BB_ENETWORK for an
 * empty file, with a sentence in `err`.
 */
int bb_https_get(const struct bb_https *h, const char *unfinished, struct bb_buf *err);
/* 1 when it is there, 0 when the server says no, else as above. */
int bb_https_check(const struct bb_https *h, struct bb_buf *err);

#endif
