/* SPDX-License-Identifier: MIT */
/*
 * A client of a service (rpc/session.h), ours or BitBake's (bb.asyncrpc.client). Calls wait for their answers, and no longer
 * than a limit: `timeout_ms` for the call plus 10 ms for each line of a stream. All lines are sent before the first answer is
 * awaited, so a call costs about one round trip.
 *
 * Codes: -BB_ENETWORK when the server is away, too slow or talks nonsense. From then on each call of this client fails so at once:
 * nobody waits twice. -EACCES when the server refuses this one thing (a permission that is missing, say). bb_rpcclient_why() has
 * the reason in words. Nothing is printed.
 *
 * A connection that the server has closed since the last call is made again once. A client belongs to the process that opened it:
 * close it before a fork, or in the child and do not use it there.
 */
#ifndef BB_RPC_CLIENT_H
#define BB_RPC_CLIENT_H

#include "base/str.h"

struct bb_json; /* ext/json.h */
struct bb_rpcclient;

struct bb_rpcclient_opts {
    const char *address; /* os/sock.h; copied */
    const char *hello;   /* the protocol's first line; lives as long as the client */
    int timeout_ms;      /* 0: 30000, as in BitBake */
    /* What a new connection begins with, by bb_rpcclient_ask(), say; may be NULL. */
    int (*login)(struct bb_rpcclient *c, void *self);
    void *self;
};
/* Connects and logs in. `err` (may be NULL) gets the reason of a failure. */
int bb_rpcclient_open(const struct bb_rpcclient_opts *o, struct bb_rpcclient **ret, struct bb_buf *err);
/* NULL is fine. */
void bb_rpcclient_close(struct bb_rpcclient *c);
/* Why the last call failed; valid until the next one. */
bb_str bb_rpcclient_why(const struct bb_rpcclient *c);
/*
 * A request: its name ("get-stats") and its argument, JSON in one line. The answer is the caller's (bb_json_free) and of any
 * form.
 */
int bb_rpcclient_invoke(struct bb_rpcclient *c, const char *name, bb_str argument, struct bb_json **ret);
/* Sends one line each in the mode of this name ("gc-mark-stream") and hands over each answer; stops when `take` fails. */
struct bb_rpcstream {
    const char *name;
    size_t n;
    void (*put)(void *self, size_t i, struct bb_buf *out); /* appends line i without its end */
    int (*take)(void *self, size_t i, bb_str answer);      /* negative: this is no answer */
    void *self;
};
int bb_rpcclient_stream(struct bb_rpcclient *c, const struct bb_rpcstream *s);

/* For `login` only: a request on the new connection. */
int bb_rpcclient_ask(struct bb_rpcclient *c, const char *name, bb_str argument, struct bb_json **ret);
/* For what builds on a client: the last answer makes no sense, so the connection ends; -BB_ENETWORK. */
int bb_rpcclient_give_up(struct bb_rpcclient *c);
/* The caller's query has no form that can be sent; -EINVAL. */
int bb_rpcclient_refuse(struct bb_rpcclient *c, const char *why);

#endif
