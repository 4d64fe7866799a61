/* SPDX-License-Identifier: MIT */
/*
 * Fakeroot tasks: FAKEROOTCMD works by preloading a library, so the process that runs the task has to be started anew
 * under it. It is this program again, told over a socket (its standard input) what to run, and reports over the same
 * socket.
 */
#ifndef BB_BUILD_FAKEWORKER_H
#define BB_BUILD_FAKEWORKER_H

#include "build/taskrun.h"

/* argv[1] of that process. */
#define BB_FAKEWORKER_ARG "--run-fakeroot-task"

/* Starts it; `ret_fd` gets the cooker's end of the socket. */
int bb_fakeworker_start(struct bb_taskrun *run, struct bb_proc *ret, int *ret_fd);
/* Its main: reads the task from fd 0 and runs it. Returns an exit status. */
int bb_fakeworker_main(struct bb_ctx *ctx);

#endif
