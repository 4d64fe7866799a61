/* SPDX-License-Identifier: MIT */
#include "os/nonet.h"
#include "base/cleanup.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

/* The namespace, once asked for. `user` is -1 where root needs none. */
static struct {
    int err; /* 1: not asked for yet */
    int user, net;
} space = {1, -1, -1};

static int write_file(const char *path, const char *text)
{
    BB_CLEAN_FD int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* A user namespace in which we are who we are outside. */
static int map_self(uid_t uid, gid_t gid)
{
    char map[64];
    snprintf(map, sizeof(map), "%u %u 1", uid, uid);
    int err = write_file("/proc/self/uid_map", map);
    if (!err)
        err = write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof(map), "%u %u 1", gid, gid);
    return err ? err : write_file("/proc/self/gid_map", map);
}

static bool is_local_user(uid_t uid)
{
    BB_CLEAN_FILE FILE *f = fopen("/etc/passwd", "re");
    char line[1024];
    unsigned u;
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "%*[^:]:%*[^:]:%u:", &u) == 1 && u == uid)
            return true;
    return false;
}

/* In a process of its own: leaves the network; 1 when that took a user namespace. */
static int leave_network(void)
{
    uid_t uid = getuid();
    gid_t gid = getgid();
    /* Root keeps all users this way. */
    if (unshare(CLONE_NEWNET) == 0)
        return 0;
    if (!is_local_user(uid))
        return -EPERM;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        return -errno;
    int err = map_self(uid, gid);
    return err ? err : 1;
}

static int open_ns(pid_t pid, const char *which)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, which);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* Takes hold of the namespaces of the helper, which told `how`. */
static int keep(pid_t pid, int how)
{
    if (how < 0)
        return how;
    int net = open_ns(pid, "net"), user = how ? open_ns(pid, "user") : -1;
    if (net < 0 || (how && user < 0)) {
        int err = net < 0 ? net : user;
        bb_clean_fd(&net);
        bb_clean_fd(&user);
        return err;
    }
    space.net = net;
    space.user = user;
    return 0;
}

/* A helper makes the namespaces and waits until we hold them. */
static int make_space(void)
{
    int told[2], go[2];
    if (pipe2(told, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(go, O_CLOEXEC) < 0) {
        int err = -errno;
        close(told[0]);
        close(told[1]);
        return err;
    }
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(go[1]);
        int how = leave_network();
        if (write(told[1], &how, sizeof(how)) == sizeof(how) && read(go[0], &c, 1) < 0)
            _exit(1);
        _exit(0);
    }
    int err = pid < 0 ? -errno : -EPERM, how;
    close(told[1]);
    close(go[0]);
    if (pid > 0 && read(told[0], &how, sizeof(how)) == sizeof(how))
        err = keep(pid, how);
    close(told[0]);
    close(go[1]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return err;
}

static int need_space(void)
{
    if (space.err == 1)
        space.err = make_space();
    return space.err;
}

bool bb_nonet_possible(void)
{
    return need_space() == 0;
}

static int enter(void)
{
    if (space.user >= 0 && setns(space.user, CLONE_NEWUSER) < 0)
        return -errno;
    return setns(space.net, CLONE_NEWNET) < 0 ? -errno : 0;
}

int bb_nonet_enter(void)
{
    int err = need_space();
    return err ? err : enter();
}

/* What the child needs; it shares our memory until it runs the program, so it must not touch anything else. */
struct start {
    const struct bb_spawn *s;
    const char *program;
    const int *fd;
    int err;
};

static int place_descriptors(const int fd[3])
{
    for (int i = 0; i < 3; i++) {
        int from = fd[i] >= 0 ? fd[i] : open("/dev/null", i ? O_WRONLY : O_RDONLY);
        if (from < 0 || (from != i && dup2(from, i) < 0))
            return -errno;
    }
    return syscall(SYS_close_range, 3, ~0U, 0) < 0 && errno != ENOSYS ? -errno : 0;
}

static int child(void *arg)
{
    struct start *st = arg;
    const struct bb_spawn *s = st->s;
    struct sigaction dfl = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int sig = 1; sig < NSIG; sig++)
        sigaction(sig, &dfl, NULL);
    sigemptyset(&none);
    st->err = enter();
    if (!st->err && s->group && setpgid(0, 0) < 0)
        st->err = -errno;
    if (!st->err)
        st->err = place_descriptors(st->fd);
    if (!st->err && s->cwd && chdir(s->cwd) < 0)
        st->err = -errno;
    if (!st->err) {
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(st->program, (char *const *)s->argv, s->env ? (char *const *)s->env : environ);
        st->err = -errno;
    }
    _exit(127);
}

pid_t bb_nonet_spawn(const struct bb_spawn *s, const char *program, const int fd[3])
{
    enum { STACK = 64 * 1024 };
    int err = need_space();
    if (err)
        return err;
    struct start st = {s, program, fd, 0};
    char *stack = malloc(STACK);
    sigset_t all, old;
    if (!stack)
        return -ENOMEM;
    /* A handler of ours must not run in the child, whose memory is ours. */
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    pid_t pid = clone(child, stack + STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, &st);
    if (pid < 0)
        st.err = -errno;
    sigprocmask(SIG_SETMASK, &old, NULL);
    free(stack);
    if (st.err && pid > 0)
        waitpid(pid, NULL, 0);
    return st.err ? st.err : pid;
}
