/* SPDX-License-Identifier: MIT */
/* What all sessions of a service of package revisions share, and what its requests mean (BitBake: prserv.serv; requests.c). */
#ifndef BB_PRSERV_CORE_H
#define BB_PRSERV_CORE_H

#include "prserv/prdb.h"
#include "rpc/client.h"
#include "rpc/session.h"

#define BB_PRSERV_HELLO "PRSERVICE 1.0"

struct bb_prcore {
    struct bb_prdb *db;
    bool read_only;
    const char
        *upstream; /* address of the service whose revisions come first (PRSERV_UPSTREAM), NULL for none */
    struct bb_rpcclient *up;
    int64_t up_retry_ms; /* nobody asks it before */
};

/* The service of sessions that share `core`, which it borrows; without a log. */
struct bb_rpc_service bb_prcore_service(struct bb_prcore *core);
/* Closes what is open. */
void bb_prcore_release(struct bb_prcore *core);

#endif
