/* SPDX-License-Identifier: MIT */
/*
 * A client's side of websockets (RFC 6455) without the sockets: BitBake's services can be behind them, at ws:// and wss:// addresses. One
 * text message each is what a line or a message is on other connections (rpc/wire.h); both directions are turned into that
 * here, and pings are answered.
 *
 * Nothing that a server sends is trusted: what is no websocket or too long is -BB_ECORRUPT.
 */
#ifndef BB_RPC_WEBSOCK_H
#define BB_RPC_WEBSOCK_H

#include "rpc/wire.h"

struct bb_websock {
    struct bb_buf in, parts; /* not understood yet; of a message that comes in pieces */
    char accept[32];         /* what the server has to answer with */
    bool open;               /* it has: messages may be put */
};

/* Host and port ("HOST:PORT") and path of "ws://HOST[:PORT][/PATH]" and wss://, which is one through TLS, appended. False for
 * any other address. */
bool bb_websock_split(bb_str address, struct bb_buf *ret_host, struct bb_buf *ret_path, bool *ret_tls);
/* Begins a connection: appends the request to `out`. -EIO when the kernel has no random bytes. */
int bb_websock_begin(struct bb_websock *w, bb_str host, bb_str path, struct bb_buf *out);
void bb_websock_release(struct bb_websock *w);
/* Appends a text message. */
void bb_websock_put(struct bb_buf *out, bb_str text);
/* What has come in: messages as lines to `to`, answers to pings appended to `out`. -ECONNRESET when the server closes. */
int bb_websock_feed(struct bb_websock *w, const void *p, size_t len, struct bb_wire *to, struct bb_buf *out);

#endif
