/* SPDX-License-Identifier: MIT */
/*
 * Process groups that must not outlive this process. A small process beside it waits for its end. When the process was killed
 * or crashed, the guard kills the groups that had not ended. PR_SET_PDEATHSIG would reach a group's leader only, and
 * needs a fork where a spawn does.
 *
 * The guard keeps no descriptor of ours, is in a session of its own (Ctrl-C does not reach it) and has no signal but
 * SIGKILL. A group made in the moment before our end, between its start and bb_guard_add, is missed.
 */
#ifndef BB_OS_GUARD_H
#define BB_OS_GUARD_H

#include <sys/types.h>

struct bb_guard;

/* Starts the guard of this process; negative errno when that cannot be done. Flush stdio before. */
int bb_guard_start(struct bb_guard **ret);
/* Ends it; NULL is fine. The groups that are still there stay. */
void bb_guard_stop(struct bb_guard *g);
/* The group's leader was started, has ended. At most BB_GUARD_MAX groups at a time are watched over, more are not. */
void bb_guard_add(struct bb_guard *g, pid_t group);
void bb_guard_remove(struct bb_guard *g, pid_t group);

#define BB_GUARD_MAX 4096

#endif
