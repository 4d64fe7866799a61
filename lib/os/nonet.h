/* SPDX-License-Identifier: MIT */
/*
 * Processes without network: one network namespace without any interface is made when it is first wanted and
 * kept for the life of the process, because making one takes milliseconds and entering one takes none. An
 * ordinary user needs a user namespace for that, in which only his own uid and gid exist.
 *
 * Where the kernel does not allow it, or the user is not in /etc/passwd (a user namespace would lose who he
 * is), the functions say so with a negative errno and the caller goes on with network.
 */
#ifndef BB_OS_NONET_H
#define BB_OS_NONET_H

#include "os/proc.h"

/* Whether such processes can be made here. */
bool bb_nonet_possible(void);
/* Leaves the network for good in this process, which must have one thread. */
int bb_nonet_enter(void);
/*
 * For bb_proc_spawn: starts `program` for `s`, with its descriptors `fd` (all from 3 on, -1: /dev/null),
 * outside of the network. The pid or a negative errno.
 */
pid_t bb_nonet_spawn(const struct bb_spawn *s, const char *program, const int fd[3]);

#endif
