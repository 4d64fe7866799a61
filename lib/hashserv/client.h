/* SPDX-License-Identifier: MIT */
/*
 * A client of a hash equivalence server: bbc-hashserv or BitBake's (protocol OEHASHEQUIV 1.1, BitBake 1.46 and later).
 * Calls wait for their answers, and no longer than a limit: `timeout_ms` for the call plus 10 ms for each query. Many queries
 * of one call are all sent before the first answer is awaited, so a call costs about one round trip.
 *
 *   struct bb_hashclient_opts o = {.address = "unix:///build/hashserve.sock"};
 *   if (bb_hashclient_open(&o, &c, &why) == 0 && bb_hashclient_get(c, queries, n, &arena, unihashes) == 0) ...
 *
 * Codes: -BB_ENETWORK when the server is away, too slow or talks nonsense. From then on each call of this client fails
 * so at once: nobody waits twice. -EACCES when the server refuses this one thing (a permission that is missing, say).
 * -EINVAL when a query of the caller has no form that can be sent. bb_hashclient_why() has the reason in words. Nothing is
 * printed.
 *
 * What a server answers is not trusted: unihashes have the form of bb_wire_is_hash() (hashserv/wire.h).
 * A connection that the server has closed since the last call is made again once. A client belongs to the process that
 * opened it: close it before a fork, or in the child and do not use it there.
 */
#ifndef BB_HASHSERV_CLIENT_H
#define BB_HASHSERV_CLIENT_H

#include "base/arena.h"

struct bb_json; /* ext/json.h */
struct bb_hashclient;

struct bb_hashclient_opts {
    const char *address;      /* as BB_HASHSERVE has it: unix://PATH, HOST:PORT; "auto" is not known here */
    const char *user, *token; /* BB_HASHSERVE_USERNAME and _PASSWORD; NULL for nobody */
    const char *become;       /* act as this user; NULL for oneself */
    int timeout_ms;           /* 0: 30000, as in BitBake */
};
/* Connects and logs in; all texts are copied. ws:// and wss:// are refused. `err` (may be NULL) gets the reason. */
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
/*
 * Any other request: its name ("get-stats") and its argument, JSON in one line. The answer is the caller's
 * (bb_json_free) and of any form.
 */
int bb_hashclient_invoke(struct bb_hashclient *c, const char *name, bb_str argument, struct bb_json **ret);
/* Sends one line each in the mode of this name ("gc-mark-stream") and hands over each answer; stops when `take` fails. */
struct bb_hashstream {
    const char *name;
    size_t n;
    void (*put)(void *self, size_t i, struct bb_buf *out); /* appends line i without its end */
    int (*take)(void *self, size_t i, bb_str answer);      /* negative: this is no answer */
    void *self;
};
int bb_hashclient_stream(struct bb_hashclient *c, const struct bb_hashstream *s);

#endif
