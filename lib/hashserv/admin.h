/* SPDX-License-Identifier: MIT */
/*
 * What bbc-hashclient's subcommands ask a server and what they print (BitBake: bin/bitbake-hashclient). The text is for people, but
 * for the rows and figures that are printed as JSON.
 */
#ifndef BB_HASHSERV_ADMIN_H
#define BB_HASHSERV_ADMIN_H

#include "hashserv/client.h"
#include "hashserv/hashdb.h"

#define BB_HASHADMIN(X)                                                                                      \
    X(GET)                                                                                                   \
    X(GET_OUTHASH)                                                                                           \
    X(STATS)                                                                                                 \
    X(PING)                                                                                                  \
    X(UNIHASH_EXISTS)                                                                                        \
    X(REMOVE)                                                                                                \
    X(CLEAN_UNUSED)                                                                                          \
    X(REFRESH_TOKEN)                                                                                         \
    X(SET_USER_PERMS)                                                                                        \
    X(GET_USER)                                                                                              \
    X(GET_ALL_USERS)                                                                                         \
    X(NEW_USER)                                                                                              \
    X(DELETE_USER)                                                                                           \
    X(GET_DB_USAGE)                                                                                          \
    X(GET_DB_QUERY_COLUMNS)                                                                                  \
    X(GC_STATUS)                                                                                             \
    X(GC_MARK)                                                                                               \
    X(GC_MARK_STREAM)                                                                                        \
    X(GC_SWEEP)
#define X(name) BB_HASHADMIN_##name,
enum bb_hashadmin_command { BB_HASHADMIN(X) BB_HASHADMIN_COUNT };
#undef X

struct bb_hashadmin {
    struct bb_hashclient *client;
    const bb_str *args; /* as many as the subcommand takes */
    size_t nargs;
    bb_str username; /* NULL `p`: oneself */
    const struct bb_hashwhere *where;
    size_t nwhere;
    bb_str input;   /* gc-mark-stream: lines of "column value ..." */
    unsigned count; /* ping */
    bool reset, quiet;
    struct bb_buf *why; /* gets the reason of a failure */
};
/*
 * Asks, and appends what is to be printed. `ret_status` is the exit status where the answer decides it. Codes as in
 * client.h, -EINVAL also for an argument that is of no use.
 */
int bb_hashadmin_run(enum bb_hashadmin_command which, const struct bb_hashadmin *a, struct bb_buf *out,
                     int *ret_status);

#endif
