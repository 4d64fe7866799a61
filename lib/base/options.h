/* SPDX-License-Identifier: MIT */
/*
 * What the user wants of a run: the options of the command line that the library acts on. A command fills one and passes
 * it down; whoever needs an option reads it here, nobody copies or changes it. All zero is a plain run.
 */
#ifndef BB_BASE_OPTIONS_H
#define BB_BASE_OPTIONS_H

#include "base/vec.h"

struct bb_options {
    struct bb_strvec prefiles, postfiles; /* -r, -R: read before and after conf/bitbake.conf */
    struct bb_strvec ignore_deps;         /* -I: more names for ASSUME_PROVIDED */
    struct bb_strvec runall, runonly;     /* names of tasks; "do_" may be left out */
    bb_str cmd;                           /* -c: the task, empty: BB_DEFAULT_TASK */
    bb_str clear_stamp;                   /* -C: tasks, with commas between them */
    bb_str buildfile;                     /* -b: a recipe file instead of targets */
    bool keep_going;                      /* -k: go on after errors with what they do not touch */
    bool dry_run;                         /* -n: nothing is started or stamped, all succeed */
    bool force;                           /* -f: the named task runs whatever its stamp says */
    bool no_setscene;                     /* ask no shared state */
    bool skip_setscene;                   /* restore nothing, but honour what was restored before */
    bool setscene_only;                   /* restore, and run nothing else */
    bool why;                             /* say of each task why it would run or not; run nothing */
    bool profile;                         /* -P: measure where the time of parsing goes */
    int verbose;                          /* -v: show and trace what shell tasks print */
};

#endif
