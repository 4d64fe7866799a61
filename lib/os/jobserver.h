/* SPDX-License-Identifier: MIT */
/*
 * GNU make's jobserver: a FIFO with a byte for each job that may be started. Whoever starts a job takes a byte and gives it
 * back at its end; make, and others that know MAKEFLAGS, do so too. The FIFO can be opened by its name, so no descriptor
 * has to be passed on.
 */
#ifndef BB_OS_JOBSERVER_H
#define BB_OS_JOBSERVER_H

#include <stdbool.h>

struct bb_jobserver;

/* A FIFO at `path`, which is replaced, with `n` jobs. Negative errno when it cannot be made. */
int bb_jobserver_new(const char *path, unsigned n, struct bb_jobserver **ret);
/* Removes the FIFO. NULL is fine. */
void bb_jobserver_free(struct bb_jobserver *j);
/* Takes a job; false when all are taken. */
bool bb_jobserver_take(struct bb_jobserver *j);
void bb_jobserver_give(struct bb_jobserver *j);
/* All jobs are free again: to be called while nobody has one, since killed programs do not give theirs back. */
void bb_jobserver_refill(struct bb_jobserver *j);

#endif
