/* SPDX-License-Identifier: MIT */
/* The command lines of the small commands: bbc-getvar, bbc-dump, bbc-dumpsig and bbc-diffsigs. */
#ifndef BBC_QUERYOPTS_H
#define BBC_QUERYOPTS_H

#include "opts.h"

struct bbc_getvar_opts {
    struct bb_strvec args; /* the variable */
    bb_str recipe, flag, diagnostics;
    bool unexpand, value, quiet, ignore_undefined, json;
};

struct bbc_dump_opts {
    struct bb_strvec args; /* the file to write, then substrings of paths */
    bb_str diagnostics;
    unsigned jobs; /* 0 when not given */
    bool values;
};

/* bbc-dumpsig knows only some of them. */
struct bbc_sigs_opts {
    struct bb_strvec args; /* files */
    bb_str task[2];        /* recipe and task */
    bb_str hash[2];        /* from and to */
    bb_str color, diagnostics;
    bool dump, debug;
};

extern const struct bbc_cmdline bbc_getvar_cmdline, bbc_dump_cmdline, bbc_dumpsig_cmdline,
    bbc_diffsigs_cmdline;

#endif
