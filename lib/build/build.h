/* SPDX-License-Identifier: MIT */
/*
 * A build: targets -> plan -> hashes -> what the shared state cache can restore -> running the rest. One build at a
 * time in a build directory (TOPDIR/bitbake.lock).
 */
#ifndef BB_BUILD_BUILD_H
#define BB_BUILD_BUILD_H

#include "build/hashes.h"
#include "build/prservice.h"
#include "cook/targets.h"

/* One run of a task. */
struct bb_ui_task {
    uint32_t id;   /* the same in started and ended */
    bb_str tid;    /* "/path/x.bb:do_compile" */
    bb_str recipe; /* "x-1.0-r0" */
    bb_str task;
    bool setscene, noexec;
    bool dry;            /* -n: it is not run, and only said to be */
    size_t index, total; /* "Running task 5 of 10" */
};

/* Callbacks for a user interface while tasks run. Members may be NULL. */
struct bb_build_ui {
    void *self;
    /* The plan is made: `total` tasks. */
    void (*planned)(void *self, size_t total);
    /* One of them need not run. */
    void (*skipped)(void *self);
    void (*started)(void *self, const struct bb_ui_task *t);
    void (*ended)(void *self, const struct bb_ui_task *t, bool ok);
    void (*tick)(void *self);
};

struct bb_build_opts {
    const struct bb_strvec *targets;
    bool signatures; /* -S: write signature data; run nothing */
    bool printdiff;  /* -S printdiff: and say what differs from what there is */
    const struct bb_build_ui *ui;
    struct bb_prservice *prservice; /* which tasks may ask; NULL: none */
    bool *completed;                /* set when tasks were run: then it is they that failed; may be NULL */
};

/*
 * Runs the tasks, as the options say that the cooker was opened with. 0 when all succeeded; -BB_EREPORTED,
 * -BB_ECANCELLED.
 */
int bb_build_run(struct bb_cooker *c, const struct bb_build_opts *o);
/* -g: writes task-depends.dot, recipe-depends.dot and pn-buildlist into the current folder. */
int bb_build_graph(struct bb_cooker *c, const struct bb_build_opts *o);

#endif
