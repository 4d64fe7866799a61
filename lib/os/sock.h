/* SPDX-License-Identifier: MIT */
/*
 * Stream sockets by address, in the forms that BitBake's services have: "unix://PATH", "HOST:PORT" and "[HOST]:PORT" (IPv6).
 * A path may be longer than the kernel's limit for socket addresses. Descriptors are CLOEXEC and do not block.
 *
 * Failures are a negative errno, -EINVAL for an address of no such form, -EPROTONOSUPPORT for ws:// and wss://; `err` (may be
 * NULL) gets the reason in words.
 */
#ifndef BB_OS_SOCK_H
#define BB_OS_SOCK_H

#include "base/str.h"

/* A connection, made within `timeout_ms` (-ETIMEDOUT). The look-up of a host name has the resolver's own limit. */
int bb_sock_connect(const char *address, int timeout_ms, int *ret, struct bb_buf *err);
/*
 * Listens. A socket file that nobody serves any more is replaced; -EADDRINUSE when somebody does. An empty HOST is every
 * address of this machine. `ret_address` (may be NULL) gets the address with the port that port 0 became.
 */
int bb_sock_listen(const char *address, int *ret, struct bb_buf *ret_address, struct bb_buf *err);
/* The next connection of a listening socket; -EAGAIN when there is none. */
int bb_sock_accept(int fd, int *ret);
/* The path of a unix:// address, NULL for others. */
const char *bb_sock_path(const char *address);

#endif
