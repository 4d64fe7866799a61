/* SPDX-License-Identifier: MIT */
/*
 * Downloads: http, https and ftp with redirects, resumed where possible, given up when nothing arrives for a while.
 * Proxies come from the environment (http_proxy, https_proxy, no_proxy ...), log-ins from ~/.netrc when asked.
 * libcurl; a forked child starts afresh by itself.
 *
 * Codes: -ENOENT when the server says there is no such thing (404, 410), -EACCES (401, 403), -BB_ENETWORK for every
 * other failure of server or net, -BB_ECANCELLED from the progress callback, else negative errno of the file. `error`
 * has the text.
 */
#ifndef BB_EXT_HTTP_H
#define BB_EXT_HTTP_H

#include "base/str.h"

struct bb_http_opts {
    const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
    const char *user_agent;     /* NULL: "bbc/<version>" */
    const char *userpwd;        /* "user:password", NULL for none */
    bool netrc;
    bool insecure;          /* do not check certificates */
    bool resume;            /* go on after the bytes that `path` already has */
    int stall_s, connect_s; /* 0: 30 */
    int retries;            /* again after a failure that may pass (5xx, broken connection) */
    /* total is 0 while unknown; non-zero cancels. May be NULL. */
    int (*progress)(void *self, uint64_t done, uint64_t total);
    void *self;
};
struct bb_http_result {
    long status;     /* of the last response; 0 when there was none */
    int64_t mtime;   /* Last-Modified in seconds, -1 when not given */
    int64_t size;    /* Content-Length, -1 when not given */
    char error[256]; /* "server answered 503 for ..." */
};

/* Into the file `path`, which the caller names as unfinished (".part") and renames: it is kept on failure for resuming. */
int bb_http_get(const char *url, const char *path, const struct bb_http_opts *o, struct bb_http_result *ret);
/* Only asks whether it is there (HEAD; GET of one byte where HEAD is refused). */
int bb_http_check(const char *url, const struct bb_http_opts *o, struct bb_http_result *ret);

#endif
