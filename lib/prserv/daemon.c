/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/diag.h"
#include "os/fs.h"
#include "prserv/program.h"

struct daemon {
    const struct bb_prdaemon *d;
    char pidfile[64];
    int report; /* whoever started us reads why we could not begin; closed when we have */
};

/* BitBake: prserv.serv.PIDPREFIX, with an IPv4 address. */
static int pidfile_of(const char *host, unsigned port, char ret[64], struct bb_buf *err)
{
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    char ip[INET_ADDRSTRLEN];

    int r = getaddrinfo(host, NULL, &hints, &found);
    if (r != 0)
        return bb_rpc_fail(err, -EHOSTUNREACH, host, gai_strerror(r));
    inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)found->ai_addr)->sin_addr, ip, sizeof(ip));
    freeaddrinfo(found);
    snprintf(ret, 64, "/tmp/PRServer_%s_%u.pid", ip, port);
    return 0;
}

static void write_log(void *self, enum bb_rpc_level level, const char *text)
{
    static const char *const names[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
    const struct daemon *d = self;
    char stamp[32];
    time_t now = time(NULL);
    struct tm tm;

    if (level < d->d->level)
        return;
    strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M:%S", localtime_r(&now, &tm));
    fprintf(stderr, "%s %s: %s\n", stamp, names[level], text);
}

static int open_service(void *self, struct bb_rpc_service *ret, struct bb_buf *err)
{
    struct bb_prprogram *p = self;
    struct bb_rpc_program inner = bb_prprogram_of(p);
    struct daemon *d = ret->log_self;

    int r = inner.open(p, ret, err);
    int fd = r < 0 ? -1 : open(d->pidfile, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (r == 0 && (fd < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0))
        r = bb_rpc_fail(err, -errno, d->pidfile, NULL);
    if (fd >= 0)
        close(fd);
    if (r < 0)
        return r;
    /* The folder that we were started in can go. */
    if (chdir("/") < 0)
        return bb_rpc_fail(err, -errno, "/", NULL);
    close(d->report);
    d->report = -1;
    return 0;
}

/* In the child: no terminal, no folder, and the log where messages would go. */
static _Noreturn void be_daemon(struct daemon *d, int log)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    char address[300];
    struct bb_prserv_opts o = *d->d->o;
    struct bb_prprogram self = {.o = &o};

    snprintf(address, sizeof(address), "%s:%u", d->d->host, d->d->port);
    o.address = address;
    o.log = write_log;
    o.log_self = d;
    struct bb_rpc_program p = bb_prprogram_of(&self);
    p.open = open_service;
    setsid();
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    setlinebuf(stderr);
    int r = bb_rpc_run(&p, &err);
    if (d->report < 0)
        unlink(d->pidfile);
    else if (r < 0 && write(d->report, err.p, err.len) < 0)
        _exit(2);
    _exit(r < 0);
}

static int start(struct daemon *d, int log, struct bb_buf *err)
{
    struct bb_proc child;
    char block[512];
    int report[2];
    ssize_t n;

    if (pipe2(report, O_CLOEXEC) < 0)
        return bb_rpc_fail(err, -errno, "bbc-prserv", NULL);
    int r = bb_proc_fork(false, &child);
    if (r == 0) {
        close(report[0]);
        d->report = report[1];
        be_daemon(d, log);
    }
    close(report[1]);
    size_t before = err->len;
    while (r > 0 && ((n = read(report[0], block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)))
        if (n > 0)
            bb_buf_add(err, block, (size_t)n);
    close(report[0]);
    if (r < 0)
        return bb_rpc_fail(err, r, "bbc-prserv", NULL);
    return err->len > before ? -EIO : 0;
}

int bb_prdaemon_start(const struct bb_prdaemon *d, struct bb_buf *err)
{
    struct daemon self = {.d = d};

    int r = pidfile_of(d->host, d->port, self.pidfile, err);
    if (r < 0)
        return r;
    if (access(self.pidfile, F_OK) == 0)
        return bb_rpc_fail(err, -EEXIST, self.pidfile,
                           "a server runs there already, or did not end properly");
    BB_CLEAN_FD int log = open(d->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log < 0)
        return bb_rpc_fail(err, -errno, d->log, NULL);
    return start(&self, log, err);
}

/* Whether the process is a server of this kind, ours or BitBake's: the file may be old, or somebody else's. */
static bool is_server(int pid)
{
    BB_CLEAN_BUF struct bb_buf words = BB_BUF_INIT;
    char path[64];

    snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
    return bb_fs_read(path, &words) == 0 && bb_str_has(bb_buf_str(&words), BB_STR("prserv"));
}

int bb_prdaemon_stop(const char *host, unsigned port, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    char pidfile[64];
    int64_t pid;

    int r = pidfile_of(host, port, pidfile, err);
    if (r < 0)
        return r;
    r = bb_fs_read(pidfile, &text);
    if (r < 0)
        return bb_rpc_fail(err, r, pidfile, r == -ENOENT ? "no server runs there" : NULL);
    if (!bb_str_to_int(bb_str_trim(bb_buf_str(&text)), &pid) || pid <= 1 || pid > INT32_MAX)
        return bb_rpc_fail(err, -EPERM, pidfile, "it names no process");
    if (kill((pid_t)pid, 0) == 0) {
        if (!is_server((int)pid))
            return bb_rpc_fail(err, -EPERM, pidfile, "the process that it names is no such server");
        kill((pid_t)pid, SIGTERM);
    }
    for (int i = 0; i < 100 && access(pidfile, F_OK) == 0 && kill((pid_t)pid, 0) == 0; i++)
        usleep(50000);
    unlink(pidfile);
    return 0;
}
