/* SPDX-License-Identifier: MIT */
/*
 * A hash equivalence server: bbc-hashserv, and the one that a build starts for BB_HASHSERVE = "auto"
 * (rpc/server.h).
 */
#ifndef BB_HASHSERV_SERVER_H
#define BB_HASHSERV_SERVER_H

#include "hashserv/core.h"
#include "os/proc.h"

struct bb_hashserv_opts {
    const char *address;  /* os/sock.h */
    const char *database; /* file; made when it is missing */
    const char *upstream; /* address of the server to ask for what this one does not know, NULL for none */
    bool read_only;       /* with an upstream server: -EINVAL */
    unsigned anon;        /* permissions of everybody, users.h */
    const char *admin_user, *admin_password; /* made or changed at the start; NULL for none */
    bb_rpc_log_fn *log;                      /* NULL: no log */
    void *self;
};

/* Serves until SIGTERM, SIGINT or SIGQUIT comes. Negative when it cannot begin: the address, the database. `err` gets the reason. */
int bb_hashserv_run(const struct bb_hashserv_opts *o, struct bb_buf *err);
/*
 * Serves in a child, which ends with this process if not before (bb_hashserv_stop). Returns when clients can connect. With
 * `ret->pid` 0 somebody serves at that address already and nothing was started. Flush stdio before.
 */
int bb_hashserv_start(const struct bb_hashserv_opts *o, struct bb_proc *ret, struct bb_buf *err);
/* Ends it and waits for that; fine when nothing was started. */
void bb_hashserv_stop(struct bb_proc *p);

#endif
