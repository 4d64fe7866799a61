/* SPDX-License-Identifier: MIT */
/*
 * Serves a service (rpc/session.h) on a socket: one process, one thread, any number of clients. A client that is slow to read
 * costs memory up to a limit, and its connection after a minute.
 */
#ifndef BB_RPC_SERVER_H
#define BB_RPC_SERVER_H

#include "os/proc.h"
#include "rpc/session.h"

struct bb_rpc_program {
    const char *name;    /* of the process: "bbc-hashserv" */
    const char *address; /* os/sock.h */
    bb_rpc_log_fn *log;  /* NULL: no log */
    void *log_self;
    /* Opens what the service needs. Negative when it cannot; `err` gets the reason in words. */
    int (*open)(void *self, struct bb_rpc_service *ret, struct bb_buf *err);
    void (*close)(void *self); /* after open, even one that failed */
    void *self;
};

/* Serves until SIGTERM, SIGINT or SIGQUIT comes. Negative when it cannot begin: the address, open. `err` gets the reason. */
int bb_rpc_run(const struct bb_rpc_program *p, struct bb_buf *err);
/*
 * Serves in a child, which ends with this process if not before (bb_rpc_stop). Returns when clients can connect. With
 * `ret->pid` 0 somebody serves at that address already and nothing was started. `ret_address` (may be NULL) gets the address,
 * with the port that port 0 became. Flush stdio before.
 */
int bb_rpc_start(const struct bb_rpc_program *p, struct bb_proc *ret, struct bb_buf *ret_address,
                 struct bb_buf *err);
/* Ends it and waits for that; fine when nothing was started. */
void bb_rpc_stop(struct bb_proc *p);
/* Appends "WHAT: WHY", where no `why` (NULL or empty) is the words for the code; the code. */
int bb_rpc_fail(struct bb_buf *err, int code, const char *what, const char *why);

#endif
