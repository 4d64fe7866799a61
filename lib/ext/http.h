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

/*
 * A TLS connection, for what is no http: through the proxy of the environment (https_proxy), with the certificates of
 * SSL_CERT_FILE and SSL_CERT_DIR or the system's. It does not block. It belongs to the process that opened it: closing it in
 * another one leaves the connection open.
 */
struct bb_tunnel;
/* `where` is "HOST:PORT". `ret_fd` is for poll() only. -BB_ENETWORK; `err` gets the reason. */
int bb_tunnel_open(const char *where, int timeout_ms, struct bb_tunnel **ret, int *ret_fd,
                   struct bb_buf *err);
/* How many bytes were sent or received, 0 when the server has closed; -EAGAIN, -ECONNRESET. */
int bb_tunnel_send(struct bb_tunnel *t, const void *p, size_t len);
int bb_tunnel_receive(struct bb_tunnel *t, void *p, size_t len);
/* NULL is fine. */
void bb_tunnel_close(struct bb_tunnel *t);

#endif
