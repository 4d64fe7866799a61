/* SPDX-License-Identifier: MIT */
/* The command line of bbc-prserv. */
#ifndef BBC_PROPTS_H
#define BBC_PROPTS_H

#include "opts.h"

struct bbc_prserv_opts {
    struct bb_strvec args;
    bb_str file, log, loglevel, host, port, upstream, table;
    bool start, stop, read_only, foreground;
};

#endif
