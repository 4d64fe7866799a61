/* SPDX-License-Identifier: MIT */
/* The command lines of bbc-hashserv and bbc-hashclient. */
#ifndef BBC_HASHOPTS_H
#define BBC_HASHOPTS_H

#include "opts.h"

struct bbc_hashserv_opts {
    struct bb_strvec args;
    bb_str bind, database, log, upstream, anon_perms, admin_user, admin_password, db_username, db_password;
    bool read_only;
};

/* The subcommands, in the order of their table; the last one is no request but many. */
enum { BBC_HASH_STRESS = 19 };

struct bbc_hashclient_opts {
    size_t command; /* of the table; BITS that are no command: none was given */
    struct bb_strvec args;
    bb_str address, log, login, password, become, username, taskhash_seed, outhash_seed;
    struct bb_strvec where; /* column, value, column, value ... */
    unsigned clients, requests, count;
    bool no_netrc, reset, report, quiet;
};
/* Returns as bbc_opts_parse(). */
int bbc_hashopts_client(int argc, char **argv, struct bbc_hashclient_opts *ret);

#endif
