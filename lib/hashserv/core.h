/* SPDX-License-Identifier: MIT */
/*
 * What all sessions of a hash equivalence server share: the database, the server to ask when it does not know
 * (BB_HASHSERVE_UPSTREAM), what everybody may do, and figures.
 */
#ifndef BB_HASHSERV_CORE_H
#define BB_HASHSERV_CORE_H

#include "hashserv/client.h"
#include "hashserv/hashdb.h"
#include "rpc/session.h"

/* How long requests took, in seconds (BitBake: hashserv.server.Stats). */
struct bb_hashstats {
    int64_t num;
    double total_time, max_time;
    double mean, squares; /* running mean, and the sum of squared distances from it */
};

struct bb_hashcore {
    struct bb_hashdb *db;
    const char *upstream; /* its address, NULL for none */
    struct bb_hashclient *up;
    int64_t up_retry_ms; /* nobody asks it before */
    bool read_only;
    unsigned anon; /* permissions of everybody, users.h */
    struct bb_hashstats stats;
    int64_t token_ms;   /* when the last new token is given out */
    bb_rpc_log_fn *log; /* NULL: nobody reads it */
    void *self;
};

void bb_hashcore_release(struct bb_hashcore *c);
void bb_hashcore_log(struct bb_hashcore *c, enum bb_rpc_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The time that one request took. */
void bb_hashcore_count(struct bb_hashcore *c, double seconds);
/* {"requests": {...}} */
void bb_hashcore_write_stats(const struct bb_hashcore *c, struct bb_jsonw *w);

#endif
