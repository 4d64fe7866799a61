/* SPDX-License-Identifier: MIT */
/* One client's conversation with a hash equivalence server (BitBake: hashserv.server). The meaning of the requests is in requests.c. */
#ifndef BB_HASHSERV_SESSION_H
#define BB_HASHSERV_SESSION_H

#include "hashserv/core.h"

struct bb_hashsession {
    struct bb_rpc_session rpc;
    struct bb_hashcore *core;
    char *user;     /* NULL: nobody has logged in */
    unsigned perms; /* of the user */
};

/* The service of sessions that share `core`; its log is the core's. Borrows `core`. */
struct bb_rpc_service bb_hashsession_service(struct bb_hashcore *core);

#endif
