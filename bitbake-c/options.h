/* SPDX-License-Identifier: MIT */
/*
 * The command line of `bbc` (and `bitbake`): the options of BitBake 2.8, read into one struct. Nothing is acted on
 * here.
 */
#ifndef BBC_OPTIONS_H
#define BBC_OPTIONS_H

#include "base/options.h"
#include "opts.h"

struct bbc_options {
    struct bb_strvec targets;
    struct bb_options run;            /* what the library acts on */
    struct bb_strvec dump_signatures; /* -S */
    bb_str diagnostics;               /* --diagnostics=FORM[:FILE] */
    bool show_environment, graphviz, show_versions, parse_only, version;
    bool kill_server, status_only, server_only, revisions_changed;
    int debug, quiet;
};

extern const struct bbc_cmdline bbc_build_cmdline;

#endif
