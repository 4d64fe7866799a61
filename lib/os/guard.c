/* SPDX-License-Identifier: MIT */
#include "os/guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

/* Shared with the guard; 0: a free place. */
struct groups {
    _Atomic(pid_t) at[BB_GUARD_MAX];
};

struct bb_guard {
    struct groups *groups;
    pid_t pid;
};

static void guard(struct groups *groups, int pidfd)
{
    struct pollfd p = {pidfd, POLLIN, 0};
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setsid();
    if (dup2(pidfd, 0) < 0)
        _exit(1);
    p.fd = 0;
    /* What reads our output must see its end when we end. */
    syscall(SYS_close_range, 1, ~0U, 0);
    while (poll(&p, 1, -1) < 0 && errno == EINTR)
        ;
    for (size_t i = 0; i < BB_GUARD_MAX; i++) {
        pid_t group = atomic_load(&groups->at[i]);
        if (group > 1)
            kill(-group, SIGKILL);
    }
    _exit(0);
}

int bb_guard_start(struct bb_guard **ret)
{
    int err = 0;
    struct groups *groups =
        mmap(NULL, sizeof(*groups), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (groups == MAP_FAILED)
        return -errno;
    /* Ours, taken before the fork: it cannot be that of whoever becomes the guard's parent later. */
    int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    pid_t pid = pidfd < 0 ? -1 : fork();
    if (pid == 0)
        guard(groups, pidfd);
    if (pid < 0) {
        err = -errno;
        munmap(groups, sizeof(*groups));
    }
    if (pidfd >= 0)
        close(pidfd);
    if (err)
        return err;
    *ret = bb_calloc(1, sizeof(**ret));
    **ret = (struct bb_guard){groups, pid};
    return 0;
}

void bb_guard_stop(struct bb_guard *g)
{
    if (!g)
        return;
    kill(g->pid, SIGKILL);
    while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    munmap(g->groups, sizeof(*g->groups));
    free(g);
}

static void replace(struct bb_guard *g, pid_t old, pid_t new)
{
    for (size_t i = 0; i < BB_GUARD_MAX; i++)
        if (atomic_load(&g->groups->at[i]) == old) {
            atomic_store(&g->groups->at[i], new);
            return;
        }
}

void bb_guard_add(struct bb_guard *g, pid_t group)
{
    replace(g, 0, group);
}

void bb_guard_remove(struct bb_guard *g, pid_t group)
{
    replace(g, group, 0);
}
