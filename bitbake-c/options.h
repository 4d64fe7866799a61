/* SPDX-License-Identifier: MIT */
/*
 * The command line of `bbc` (and `bitbake`): the options of BitBake 2.8, read into one struct. Nothing is acted on
 * here.
 */
#ifndef BBC_OPTIONS_H
#define BBC_OPTIONS_H

#include "opts.h"

struct bbc_options {
    struct bb_strvec targets;
    struct bb_strvec prefiles, postfiles; /* -r, -R */
    struct bb_strvec ignore_deps;         /* -I */
    struct bb_strvec runall, runonly;
    struct bb_strvec dump_signatures; /* -S */
    bb_str cmd;                       /* -c; empty: BB_DEFAULT_TASK */
    bb_str clear_stamp;               /* -C */
    bb_str buildfile;                 /* -b */
    bb_str diagnostics;               /* --diagnostics=FORM[:FILE] */
    bool show_environment, graphviz, show_versions, parse_only, version;
    bool force, dry_run, keep_going, no_setscene, skip_setscene, setscene_only;
    bool kill_server, status_only, why, profile, revisions_changed;
    int debug, verbose, quiet;
};

extern const struct bbc_cmdline bbc_build_cmdline;

#endif
