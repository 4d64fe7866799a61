/* SPDX-License-Identifier: MIT */
/* The command lines of bbc-query and bbc-why. */
#ifndef BBC_DEPOPTS_H
#define BBC_DEPOPTS_H

#include "opts.h"

enum bbc_query_command {
    BBC_QUERY_DEPS,
    BBC_QUERY_RDEPS,
    BBC_QUERY_PATH,
    BBC_QUERY_WHY_DEP,
    BBC_QUERY_TASKS
};

struct bbc_query_opts {
    struct bb_strvec args;
    size_t command; /* enum bbc_query_command */
    bb_str task, layer, format, diagnostics;
    unsigned depth, most; /* 0 when not given */
    bool tasks, places, recursive;
};

struct bbc_why_opts {
    struct bb_strvec args; /* the target */
    bb_str between[2], diagnostics;
    bool json, all;
};

extern const struct bbc_cmdline bbc_query_cmdline, bbc_why_cmdline;

/* Fills *ret (views into argv). 0 to go on, 1 when help was shown, -1 for a bad command line (said on stderr). */
int bbc_depopts_parse(int argc, char **argv, struct bbc_query_opts *ret);

#endif
