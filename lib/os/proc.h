/* SPDX-License-Identifier: MIT */
/*
 * Child processes. A child starts with default signals, nothing blocked, and no descriptor but the three it is given:
 * every descriptor of ours is CLOEXEC from birth. Its end is seen on a pidfd (readable), never as the end of a pipe,
 * which a daemon may keep open.
 */
#ifndef BB_OS_PROC_H
#define BB_OS_PROC_H

#include <sys/types.h>

#include "base/str.h"

struct bb_spawn {
    const char *const *argv; /* argv[0] is looked up in the PATH of `env` unless it has a slash */
    const char *const *env;  /* NULL: ours */
    const char *cwd;         /* NULL: ours */
    int in, out, err;        /* descriptors; 0, 1, 2 inherit ours, BB_SPAWN_NULL is /dev/null */
    bool group;              /* its own process group, so that bb_proc_kill reaches its children too */
    bool nonet;              /* without network where that can be had, see nonet.h */
};
#define BB_SPAWN_NULL  (-1)
#define BB_SPAWN(args) ((struct bb_spawn){.argv = (args), .in = BB_SPAWN_NULL, .out = 1, .err = 2})

struct bb_proc {
    pid_t pid; /* 0: none */
    int pidfd; /* readable once the process has ended */
    bool group;
};
/* -ENOENT and the like when the program cannot be started. One vfork: costs the same however big we are. */
int bb_proc_spawn(const struct bb_spawn *s, struct bb_proc *ret);
/*
 * A copy of this process: 0 in the child, 1 in the parent, negative when it failed. In the child no signal is
 * blocked and the parent's handlers are gone (what it ignores, the child ignores); all else is as it was. Flush stdio before.
 */
int bb_proc_fork(bool group, struct bb_proc *ret);
/* Waits for the end, collects it and closes the pidfd. Status: the exit code, or minus the signal that killed it. */
int bb_proc_wait(struct bb_proc *p, int *ret_status);
/* The signal for the process, or for its whole group; -ESRCH when it is gone. */
int bb_proc_kill(const struct bb_proc *p, int sig);
/*
 * Spawns, feeds nothing, collects and waits. Its output is appended to `out` and `err`: NULL leaves that
 * descriptor as `s` says, the same buffer twice merges them.
 */
int bb_proc_run(const struct bb_spawn *s, struct bb_buf *out, struct bb_buf *err, int *ret_status);

#endif
