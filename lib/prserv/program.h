/* SPDX-License-Identifier: MIT */
/* What server.c and daemon.c run. */
#ifndef BB_PRSERV_PROGRAM_H
#define BB_PRSERV_PROGRAM_H

#include "prserv/server.h"

struct bb_prprogram {
    const struct bb_prserv_opts *o;
    struct bb_prcore core;
};

/* The program that serves what `p` says; borrows it. */
struct bb_rpc_program bb_prprogram_of(struct bb_prprogram *p);

#endif
