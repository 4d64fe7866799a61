/* SPDX-License-Identifier: MIT */
/*
 * One run of a task: the recipe evaluated, with the variables that only a running task has, and how it is to be run.
 * Used by the cooker (spawn, fork) and by the process behind FAKEROOTCMD alike.
 */
#ifndef BB_BUILD_TASKRUN_H
#define BB_BUILD_TASKRUN_H

#include "build/hashes.h"
#include "os/proc.h"
#include "run/task.h"

/* Does not move once it is filled: `opts` points into it. */
struct bb_taskrun {
    struct bb_cooker *c;
    struct bb_arena arena;
    struct bb_store *d; /* the recipe's store with the task's own variables on top */
    /* what is run */
    bb_str fn, task; /* task with "_setscene" when that is meant */
    bb_str hash, unihash;
    bb_str umask;   /* empty: as it is */
    bb_str fakeenv; /* "A=1 B=2": FAKEROOTENV or FAKEROOTNOENV */
    bb_str fakedirs;
    struct bb_hashes *hashes; /* NULL in a fakeroot process, which is told what it may need of them: */
    bb_tid t;
    bb_str depdata;          /* BB_TASKDEPDATA in JSON */
    bb_str sigdata, sighash; /* signature data in JSON, empty: none; the hash in its file's name */
    bool locked;             /* it explains nothing, and the task's result is not reported */
    struct bb_childlog *log; /* NULL: nobody is told of a new unihash */
    struct bb_equiv *equiv;  /* of a fakeroot process; else that of `hashes` */
    struct bb_equiv_task reporting;
    bool setscene, fakeroot, verbose;
    long id;         /* in names of log and run script; 0: the pid */
    unsigned nested; /* calls of bb.build.exec_func() that have not returned */
    bool shell;      /* no Python takes part: `script` is ready to be spawned */
    struct bb_task_shell script;
    struct bb_emit_func_opts emit;
    struct bb_task_py py;
    struct bb_task_opts opts;
};

/* Fills `ret` from the plan and evaluates the recipe unless it is for a fakeroot process. Reports. */
int bb_taskrun_prepare(struct bb_taskrun *ret, struct bb_hashes *hashes, bb_tid t, bool setscene);
/* Evaluates: for the process behind FAKEROOTCMD, whose `run` came from elsewhere. */
int bb_taskrun_evaluate(struct bb_taskrun *run);
void bb_taskrun_release(struct bb_taskrun *run);

/* Runs the task in this process, which ends afterwards: an exit status. */
int bb_taskrun_exec(struct bb_taskrun *run);

#endif
