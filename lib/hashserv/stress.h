/* SPDX-License-Identifier: MIT */
/* Many clients at once that ask one server for made-up hashes, each a process of its own: bbc-hashclient stress, and benchmarks. */
#ifndef BB_HASHSERV_STRESS_H
#define BB_HASHSERV_STRESS_H

#include "hashserv/client.h"

struct bb_hashstress {
    struct bb_hashclient_opts client;
    unsigned clients, requests;         /* requests of each client */
    bool report;                        /* and then report each hash once */
    bb_str taskhash_seed, outhash_seed; /* part of what the hashes are made of */
};
/*
 * Appends figures: request rate, times, hashes found and missed. Codes as in client.h, for the first client that fails; `err`
 * gets the reason. Flush stdio before.
 */
int bb_hashstress_run(const struct bb_hashstress *s, struct bb_buf *out, struct bb_buf *err);

#endif
