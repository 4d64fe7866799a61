/* SPDX-License-Identifier: MIT */
/*
 * Processes that run tasks. A task that is pure shell costs one spawn of the shell; a task with Python in it runs in
 * a fork of the cooker, which has the recipe evaluated already; a fakeroot task runs in a new process started through
 * FAKEROOTCMD. Every task is a process group of its own, its output goes to its log, its warnings and errors come
 * back through a pipe.
 */
#ifndef BB_BUILD_WORKER_H
#define BB_BUILD_WORKER_H

#include "build/hashes.h"
#include "os/loop.h"

struct bb_worker;

struct bb_worker_opts {
    /* A task has ended: exit status, or minus a signal. `unihash` is what it has told to be its own, "" for nothing. */
    void (*ended)(void *self, bb_tid t, bool setscene, int status, bb_str unihash);
    void *self;
};

struct bb_worker *bb_worker_new(struct bb_cooker *c, struct bb_hashes *hashes, struct bb_loop *loop,
                                const struct bb_worker_opts *o);
void bb_worker_free(struct bb_worker *w);
/* Starts a task; `ended` is called from the loop later. Negative when it could not be started (reported). */
int bb_worker_start(struct bb_worker *w, bb_tid t, bool setscene);
/* The ordinary tasks that run, each with its process group; both lists are the caller's to free. */
struct bb_worker_running {
    bb_tid *tids;
    pid_t *groups;
    size_t n;
};
void bb_worker_running(const struct bb_worker *w, struct bb_worker_running *ret);
/* Lists the tasks that failed, with their logs; nothing when none did. */
void bb_worker_summary(const struct bb_worker *w);
/*
 * Asks all running tasks and what they have started to end, and kills what is still there after ten seconds. A second call
 * kills at once.
 */
void bb_worker_kill(struct bb_worker *w);
#endif
