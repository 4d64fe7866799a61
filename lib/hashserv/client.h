/* SPDX-License-Identifier: MIT */
/*
 * A client of a hash equivalence server: bbc-hashserv or BitBake's (protocol OEHASHEQUIV 1.1, BitBake 1.46 and later). What
 * rpc/client.h says of time limits, codes and forks holds for it, too.
 *
 *   struct bb_hashclient_opts o = {.address = "unix:///build/hashserve.sock"};
 *   if (bb_hashclient_open(&o, &c, &why) == 0 && bb_hashclient_get(c, queries, n, &arena, unihashes) == 0) ...
 *
 * -EINVAL when a query of the caller has no form that can be sent. Answers of a server are not trusted: unihashes have the form
 * of bb_wire_is_hash() (rpc/wire.h).
 */
#ifndef BB_HASHSERV_CLIENT_H
#define BB_HASHSERV_CLIENT_H

#include "base/arena.h"
#include "rpc/client.h"

/* BitBake: versions above 1.0 up to 1.1. */
#define BB_HASHSERV_HELLO "OEHASHEQUIV 1.1"

struct bb_hashclient;

struct bb_hashclient_opts {
    const char *
        address; /* as BB_HASHSERVE has it: unix://PATH, HOST:PORT, ws://HOST, wss://HOST; "auto" is not known here */
    const char *user, *token; /* BB_HASHSERVE_USERNAME and _PASSWORD; NULL for nobody */
    const char *become;       /* act as this user; NULL for oneself */
    int timeout_ms;           /* 0: 30000, as in BitBake */
};
/* Connects and logs in; all texts are copied. `err` (may be NULL) gets the reason. */
int bb_hashclient_open(const struct bb_hashclient_opts *o, struct bb_hashclient **ret, struct bb_buf *err);
/* NULL is fine. */
void bb_hashclient_close(struct bb_hashclient *c);
/* Why the last call failed; valid until the next one. */
bb_str bb_hashclient_why(const struct bb_hashclient *c);

struct bb_hashquery {
    bb_str method, taskhash; /* each one word */
};
/* The unihash of each query, a copy in `a`; empty where the server knows none. */
int bb_hashclient_get(struct bb_hashclient *c, const struct bb_hashquery *q, size_t n, struct bb_arena *a,
                      bb_str *ret);
/* Whether the server knows each unihash. */
int bb_hashclient_exist(struct bb_hashclient *c, const bb_str *unihashes, size_t n, bool *ret);

struct bb_hashreport {
    bb_str method, taskhash, unihash;
    bb_str outhash; /* of what the task has made */
    /* What else the server keeps with it: owner, PN, PV, PR, task, outhash_siginfo. Name and value, nextra pairs. */
    const bb_str (*extra)[2];
    size_t nextra;
};
/* Reports a task's output; the unihash that the task has from now on, a copy in `a`. */
int bb_hashclient_report(struct bb_hashclient *c, const struct bb_hashreport *report, struct bb_arena *a,
                         bb_str *ret_unihash);
/* Reports that a task hash has this unihash, `outhash` unused; the unihash that the server has for it. */
int bb_hashclient_report_equiv(struct bb_hashclient *c, const struct bb_hashreport *report,
                               struct bb_arena *a, bb_str *ret_unihash);
/* The unihash of an output, a copy in `a`, empty when the server does not know the output. */
int bb_hashclient_get_outhash(struct bb_hashclient *c, const struct bb_hashreport *report, struct bb_arena *a,
                              bb_str *ret_unihash);
/* Any other request, as bb_rpcclient_invoke(). */
int bb_hashclient_invoke(struct bb_hashclient *c, const char *name, bb_str argument, struct bb_json **ret);
/* As bb_rpcclient_stream(). */
int bb_hashclient_stream(struct bb_hashclient *c, const struct bb_rpcstream *s);

#endif
