/* SPDX-License-Identifier: MIT */
/*
 * The event loop: descriptors, ends of processes, signals and timers, over poll(2). One thread, callbacks one at a
 * time; a callback may add and remove watches, its own included.
 */
#ifndef BB_OS_LOOP_H
#define BB_OS_LOOP_H

#include "os/proc.h"

struct bb_loop;
struct bb_watch;

struct bb_loop *bb_loop_new(void);
/* Drops the watches too; signals watched are unblocked again. */
void bb_loop_free(struct bb_loop *l);

/* `revents` as poll(2) gives them; `events` POLLIN, POLLOUT. Stays until removed; the descriptor is the caller's. */
struct bb_watch *bb_loop_fd(struct bb_loop *l, int fd, short events,
                            void (*fn)(void *self, int fd, short revents), void *self);
/* Once, when the process has ended and was collected: status as in bb_proc_wait. Takes the pidfd over. */
struct bb_watch *bb_loop_proc(struct bb_loop *l, struct bb_proc p,
                              void (*fn)(void *self, pid_t pid, int status), void *self);
/* Blocks the signal for the process and reports it here instead. Once for each arrival, until removed. */
struct bb_watch *bb_loop_signal(struct bb_loop *l, int sig, void (*fn)(void *self, int sig), void *self);
/* Once, `delay_ns` from now. */
struct bb_watch *bb_loop_timer(struct bb_loop *l, int64_t delay_ns, void (*fn)(void *self), void *self);
/* One-shot watches that have fired are gone already and must not be removed. NULL is fine. */
void bb_loop_remove(struct bb_loop *l, struct bb_watch *w);

/* Waits at most `timeout_ms` (-1: for ever), runs what is due; the number of callbacks run, or a negative errno. */
int bb_loop_turn(struct bb_loop *l, int timeout_ms);

#endif
