/* SPDX-License-Identifier: MIT */
#include "os/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "os/nonet.h"

extern char **environ;

static int open_pidfd(pid_t pid)
{
    /* CLOEXEC by definition. Not reaped yet, so the number is still that child's. */
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Puts the started child into `ret`; without a pidfd it is ended again. */
static int adopt(pid_t pid, bool group, struct bb_proc *ret)
{
    int fd = open_pidfd(pid);
    if (fd < 0) {
        int err = -errno;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return err;
    }
    *ret = (struct bb_proc){pid, fd, group};
    return 0;
}

static int set_attributes(posix_spawnattr_t *attr, bool group)
{
    sigset_t none, all;
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;

    sigemptyset(&none);
    sigfillset(&all);
    int err = posix_spawnattr_setsigmask(attr, &none);
    if (!err)
        err = posix_spawnattr_setsigdefault(attr, &all);
    if (!err && group) {
        flags |= POSIX_SPAWN_SETPGROUP;
        err = posix_spawnattr_setpgroup(attr, 0);
    }
    return err ? err : posix_spawnattr_setflags(attr, flags);
}

/*
 * The three descriptors. One that stands where another has to go would be overwritten, so all are first
 * duplicated to numbers from 3 on: `dup` gets these, for the caller to close.
 */
static int set_descriptors(posix_spawn_file_actions_t *actions, const struct bb_spawn *s, int dup[3])
{
    const int from[3] = {s->in, s->out, s->err};
    int err = 0;

    for (int i = 0; i < 3 && !err; i++) {
        if (from[i] == i) {
            /* dup2 onto itself clears CLOEXEC, which ours may have. */
            err = posix_spawn_file_actions_adddup2(actions, i, i);
        } else if (from[i] == BB_SPAWN_NULL) {
            err = posix_spawn_file_actions_addopen(actions, i, "/dev/null", i ? O_WRONLY : O_RDONLY, 0);
        } else {
            dup[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3);
            err = dup[i] < 0 ? errno : posix_spawn_file_actions_adddup2(actions, dup[i], i);
        }
    }
    if (!err && s->cwd)
        err = posix_spawn_file_actions_addchdir_np(actions, s->cwd);
    /* Ours are CLOEXEC, but we may have been started with more: make's jobserver, an editor's pipes. */
    return err ? err : posix_spawn_file_actions_addclosefrom_np(actions, 3);
}

/* The value of PATH in `env`, as a lookup in the child's own environment needs it. */
static const char *env_path(const char *const *env)
{
    for (; *env; env++)
        if (strncmp(*env, "PATH=", 5) == 0)
            return *env + 5;
    return "/usr/bin:/bin";
}

/* The program's file: argv[0] when it has a slash, else the first executable of that name in PATH. */
static int find_program(const struct bb_spawn *s, struct bb_buf *ret)
{
    const char *name = s->argv[0];

    if (strchr(name, '/')) {
        bb_buf_addz(ret, name);
        return 0;
    }
    bb_str rest = bb_str_z(env_path(s->env ? s->env : (const char *const *)environ)), dir;
    while (bb_str_split(&rest, ':', &dir)) {
        bb_buf_clear(ret);
        if (dir.len)
            bb_buf_addf(ret, "%.*s/", BB_STRF(dir));
        bb_buf_addz(ret, name);
        if (access(ret->p, X_OK) == 0)
            return 0;
    }
    return -ENOENT;
}

/* posix_spawn cannot enter namespaces. */
static int spawn_without_network(const struct bb_spawn *s, const char *program, struct bb_proc *ret)
{
    const int from[3] = {s->in, s->out, s->err};
    int fd[3] = {-1, -1, -1}, err = 0;

    for (int i = 0; i < 3 && !err; i++)
        if (from[i] != BB_SPAWN_NULL && (fd[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 3)) < 0)
            err = -errno;
    pid_t pid = err ? err : bb_nonet_spawn(s, program, fd);
    for (int i = 0; i < 3; i++)
        bb_clean_fd(&fd[i]);
    return pid < 0 ? pid : adopt(pid, s->group, ret);
}

int bb_proc_spawn(const struct bb_spawn *s, struct bb_proc *ret)
{
    BB_CLEAN_BUF struct bb_buf program = BB_BUF_INIT;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    int dup[3] = {-1, -1, -1};
    pid_t pid = 0;

    int err = find_program(s, &program);
    if (err)
        return err;
    if (s->nonet && bb_nonet_possible())
        return spawn_without_network(s, program.p, ret);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    err = set_attributes(&attr, s->group);
    if (!err)
        err = set_descriptors(&actions, s, dup);
    if (!err)
        err = posix_spawn(&pid, program.p, &actions, &attr, (char *const *)s->argv,
                          s->env ? (char *const *)s->env : environ);
    for (int i = 0; i < 3; i++)
        bb_clean_fd(&dup[i]);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return err ? -err : adopt(pid, s->group, ret);
}

/* A child that keeps running is a program of its own: handlers of the parent's would act on the parent's state. */
static void forget_handlers(void)
{
    for (int sig = 1; sig < NSIG; sig++) {
        struct sigaction sa;
        if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler != SIG_DFL && sa.sa_handler != SIG_IGN)
            signal(sig, SIG_DFL);
    }
}

int bb_proc_fork(bool group, struct bb_proc *ret)
{
    sigset_t all, before, none;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid < 0) {
        int err = errno;
        sigprocmask(SIG_SETMASK, &before, NULL);
        return -err;
    }
    if (group)
        setpgid(pid, 0); /* on both sides, so that it holds whoever runs first */
    if (pid == 0) {
        forget_handlers();
        /* What the parent's event loop had blocked would be blocked here for ever. */
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        return 0;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    int err = adopt(pid, group, ret);
    return err ? err : 1;
}

int bb_proc_wait(struct bb_proc *p, int *ret_status)
{
    int status;

    while (waitpid(p->pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    bb_clean_fd(&p->pidfd);
    *p = (struct bb_proc){.pidfd = -1};
    *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return 0;
}

int bb_proc_kill(const struct bb_proc *p, int sig)
{
    if (p->pid <= 0)
        return -ESRCH;
    return kill(p->group ? -p->pid : p->pid, sig) == 0 ? 0 : -errno;
}

/* Reads what is there; false at the end. */
static bool drain(int fd, struct bb_buf *to)
{
    bb_buf_reserve(to, 16384);
    ssize_t n = read(fd, to->p + to->len, to->cap - to->len - 1);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    to->len += (size_t)n;
    to->p[to->len] = '\0';
    return n > 0;
}

/* Reads both pipes until they end, or the process has ended and nothing more is in them. */
static void collect(int pidfd, int fd[2], struct bb_buf *to[2])
{
    bool ended = false;

    while (fd[0] >= 0 || fd[1] >= 0) {
        struct pollfd p[3] = {{fd[0], POLLIN, 0}, {fd[1], POLLIN, 0}, {ended ? -1 : pidfd, POLLIN, 0}};
        int n = poll(p, 3, ended ? 0 : -1);
        if (n < 0 && errno != EINTR)
            return;
        if (n == 0)
            return; /* a daemon that it left behind may hold the pipe open for ever */
        for (int i = 0; i < 2 && n > 0; i++)
            if (p[i].revents && !drain(fd[i], to[i]))
                close(bb_take_fd(&fd[i]));
        if (n > 0 && p[2].revents)
            ended = true;
    }
}

int bb_proc_run(const struct bb_spawn *s, struct bb_buf *out, struct bb_buf *err, int *ret_status)
{
    struct bb_spawn with = *s;
    struct bb_buf *to[2] = {out, err == out ? NULL : err};
    int rd[2] = {-1, -1}, wr[2] = {-1, -1}, code = 0;
    struct bb_proc p = {0};

    for (int i = 0; i < 2 && !code; i++) {
        int pipefd[2];
        if (!to[i])
            continue;
        if (pipe2(pipefd, O_CLOEXEC) < 0) {
            code = -errno;
        } else {
            rd[i] = pipefd[0];
            wr[i] = pipefd[1];
        }
    }
    if (out)
        with.out = wr[0];
    if (err)
        with.err = err == out ? wr[0] : wr[1];
    if (!code)
        code = bb_proc_spawn(&with, &p);
    bb_clean_fd(&wr[0]);
    bb_clean_fd(&wr[1]);
    if (!code) {
        collect(p.pidfd, rd, to);
        code = bb_proc_wait(&p, ret_status);
    }
    bb_clean_fd(&rd[0]);
    bb_clean_fd(&rd[1]);
    return code;
}
