/* SPDX-License-Identifier: MIT */
/*
 * A service of package revisions: the one that a build starts for PRSERV_HOST = "localhost:0", and bbc-prserv, which runs on its
 * own. BitBake: prserv.serv.
 */
#ifndef BB_PRSERV_SERVER_H
#define BB_PRSERV_SERVER_H

#include "prserv/core.h"
#include "rpc/server.h"

struct bb_prserv_opts {
    const char *address;  /* os/sock.h */
    const char *database; /* file; made when it is missing */
    enum bb_prdb_form form;
    bool read_only;
    const char
        *upstream; /* address of the service whose revisions come first, NULL for none; not with numbers */
    bb_rpc_log_fn *log; /* NULL: no log */
    void *log_self;
};

/* Serves until a signal ends it, as bb_rpc_run(). -EINVAL as below. */
int bb_prserv_run(const struct bb_prserv_opts *o, struct bb_buf *err);
/*
 * Serves in a child, which ends with this process if not before (bb_rpc_stop). Returns when clients can connect; `ret_address` gets
 * where. Negative when it cannot begin, -EINVAL for an upstream server of a database of numbers; `err` gets the reason. Flush stdio
 * before.
 */
int bb_prserv_start(const struct bb_prserv_opts *o, struct bb_proc *ret, struct bb_buf *ret_address,
                    struct bb_buf *err);

/*
 * A server that outlives this process. Its pid is in a file that is named after host and port, as BitBake's, so that either program
 * stops the other's.
 */
struct bb_prdaemon {
    const char *host; /* name or IPv4 address to listen at */
    unsigned port;
    const char *log;                /* file that is appended to */
    const struct bb_prserv_opts *o; /* without address and log */
    enum bb_rpc_level level;        /* the least that is logged */
};
/* Returns when clients can connect. -EEXIST when one runs there already. `err` gets the reason. Flush stdio before. */
int bb_prdaemon_start(const struct bb_prdaemon *d, struct bb_buf *err);
/* Ends the one that listens there. -ENOENT when none does, -EPERM when the file names a process that is no such server. */
int bb_prdaemon_stop(const char *host, unsigned port, struct bb_buf *err);

#endif
