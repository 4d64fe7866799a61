/* SPDX-License-Identifier: MIT */
#include "os/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/diag.h"

#define BACKLOG 128

static int fail(struct bb_buf *err, int code, const char *why)
{
    if (err)
        bb_buf_addz(err, why ? why : bb_strerror(code));
    return code;
}

const char *bb_sock_path(const char *address)
{
    bb_str prefix = BB_STR("unix://");
    return bb_str_starts(bb_str_z(address), prefix) ? address + prefix.len : NULL;
}

/* Host and port of an address; `ret_host` without its brackets. */
static int split(const char *address, char ret_host[256], const char **ret_port)
{
    bb_str a = bb_str_z(address);
    size_t colon = bb_str_rchr(a, ':');
    int64_t port;

    if (bb_str_starts(a, BB_STR("ws://")) || bb_str_starts(a, BB_STR("wss://")))
        return -EPROTONOSUPPORT;
    if (colon == BB_NPOS || !bb_str_to_int(bb_str_from(a, colon + 1), &port) || port < 0 || port > 65535)
        return -EINVAL;
    bb_str host = bb_str_sub(a, 0, colon);
    if (bb_str_starts(host, BB_STR("[")) && bb_str_ends(host, BB_STR("]")))
        host = bb_str_sub(host, 1, host.len - 1);
    else if (bb_str_has(host, BB_STR(":")))
        return -EINVAL;
    if (host.len >= 256)
        return -EINVAL;
    memcpy(ret_host, host.p, host.len);
    ret_host[host.len] = '\0';
    *ret_port = address + colon + 1;
    return 0;
}

static int resolve(const char *address, bool passive, struct addrinfo **ret, struct bb_buf *err)
{
    char host[256];
    const char *port;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = passive ? AI_PASSIVE : 0};

    int r = split(address, host, &port);
    if (r == -EPROTONOSUPPORT)
        return fail(err, r, "websockets are not supported");
    if (r < 0)
        return fail(err, r, "the address is neither unix://PATH nor HOST:PORT");
    r = getaddrinfo(*host ? host : NULL, port, &hints, ret);
    return r ? fail(err, -EHOSTUNREACH, gai_strerror(r)) : 0;
}

/*
 * The socket address of a path. A long one is named through its folder's descriptor, which has to stay open while the
 * address is used.
 */
static int unix_address(const char *path, struct sockaddr_un *ret, int *ret_dir)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    bb_str p = bb_str_z(path);
    if (!p.len)
        return -EINVAL;
    if (p.len < sizeof(ret->sun_path)) {
        memcpy(ret->sun_path, path, p.len);
        return 0;
    }
    size_t slash = bb_str_rchr(p, '/');
    if (slash == BB_NPOS || p.len - slash > 64)
        return -ENAMETOOLONG;
    BB_CLEAN_FREE char *dir = strndup(path, slash ? slash : 1);
    *ret_dir = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (*ret_dir < 0)
        return -errno;
    snprintf(ret->sun_path, sizeof(ret->sun_path), "/proc/self/fd/%d%s", *ret_dir, path + slash);
    return 0;
}

static int make(int family, int *ret)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    *ret = fd;
    return 0;
}

static int connect_within(int fd, const struct sockaddr *a, socklen_t len, int timeout_ms)
{
    int err = 0;
    socklen_t n = sizeof(err);

    if (connect(fd, a, len) == 0)
        return 0;
    if (errno != EINPROGRESS && errno != EINTR)
        return -errno;
    struct pollfd p = {fd, POLLOUT, 0};
    int r = poll(&p, 1, timeout_ms);
    if (r <= 0)
        return r == 0 ? -ETIMEDOUT : -errno;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) < 0 ? -errno : -err;
}

static int connect_unix(const char *path, int timeout_ms, int *ret)
{
    BB_CLEAN_FD int dir = -1;
    BB_CLEAN_FD int fd = -1;
    struct sockaddr_un a;

    int r = unix_address(path, &a, &dir);
    if (r == 0)
        r = make(AF_UNIX, &fd);
    if (r == 0)
        r = connect_within(fd, (const struct sockaddr *)&a, sizeof(a), timeout_ms);
    if (r == 0)
        *ret = bb_take_fd(&fd);
    return r;
}

/* Requests are small and answered one by one; a peer that is gone is noticed within two minutes. */
static void tune(int fd)
{
    static const struct {
        int level, name, value;
    } options[] = {
        {IPPROTO_TCP, TCP_NODELAY, 1},    {SOL_SOCKET, SO_KEEPALIVE, 1}, {IPPROTO_TCP, TCP_KEEPIDLE, 30},
        {IPPROTO_TCP, TCP_KEEPINTVL, 15}, {IPPROTO_TCP, TCP_KEEPCNT, 4},
    };
    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof(int));
}

static int connect_tcp(const char *address, int timeout_ms, int *ret, struct bb_buf *err)
{
    struct addrinfo *list;
    int r = resolve(address, false, &list, err);

    if (r < 0)
        return r;
    r = -EHOSTUNREACH;
    for (struct addrinfo *a = list; a; a = a->ai_next) {
        BB_CLEAN_FD int fd = -1;
        r = make(a->ai_family, &fd);
        if (r == 0)
            r = connect_within(fd, a->ai_addr, a->ai_addrlen, timeout_ms);
        if (r < 0)
            continue;
        tune(fd);
        *ret = bb_take_fd(&fd);
        break;
    }
    freeaddrinfo(list);
    return r < 0 ? fail(err, r, NULL) : 0;
}

int bb_sock_connect(const char *address, int timeout_ms, int *ret, struct bb_buf *err)
{
    const char *path = bb_sock_path(address);

    if (!path)
        return connect_tcp(address, timeout_ms, ret, err);
    int r = connect_unix(path, timeout_ms, ret);
    return r < 0 ? fail(err, r, NULL) : 0;
}

static int listen_unix(const char *path, int *ret)
{
    BB_CLEAN_FD int dir = -1;
    BB_CLEAN_FD int fd = -1;
    BB_CLEAN_FD int other = -1;
    struct sockaddr_un a;
    struct stat st;

    int r = unix_address(path, &a, &dir);
    if (r < 0)
        return r;
    if (lstat(path, &st) == 0) {
        if (!S_ISSOCK(st.st_mode) || connect_unix(path, 1000, &other) != -ECONNREFUSED)
            return -EADDRINUSE;
        unlink(path);
    }
    r = make(AF_UNIX, &fd);
    if (r < 0)
        return r;
    if (bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0 || listen(fd, BACKLOG) < 0)
        return -errno;
    *ret = bb_take_fd(&fd);
    return 0;
}

/* "127.0.0.1:8686", "[::1]:8686" */
static void name_of(int fd, struct bb_buf *out)
{
    struct sockaddr_storage a;
    socklen_t len = sizeof(a);
    char host[NI_MAXHOST], port[NI_MAXSERV];

    if (getsockname(fd, (struct sockaddr *)&a, &len) < 0 ||
        getnameinfo((struct sockaddr *)&a, len, host, sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV))
        return;
    bb_buf_addf(out, a.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static int listen_tcp(const char *address, int *ret, struct bb_buf *ret_address, struct bb_buf *err)
{
    struct addrinfo *list;
    int r = resolve(address, true, &list, err);

    if (r < 0)
        return r;
    r = -EADDRNOTAVAIL;
    for (struct addrinfo *a = list; a; a = a->ai_next) {
        BB_CLEAN_FD int fd = -1;
        if ((r = make(a->ai_family, &fd)) < 0)
            continue;
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
        if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
            r = -errno;
            continue;
        }
        if (ret_address)
            name_of(fd, ret_address);
        *ret = bb_take_fd(&fd);
        break;
    }
    freeaddrinfo(list);
    return r < 0 ? fail(err, r, NULL) : 0;
}

int bb_sock_listen(const char *address, int *ret, struct bb_buf *ret_address, struct bb_buf *err)
{
    const char *path = bb_sock_path(address);

    if (!path)
        return listen_tcp(address, ret, ret_address, err);
    int r = listen_unix(path, ret);
    if (r < 0)
        return fail(err, r, NULL);
    if (ret_address)
        bb_buf_addz(ret_address, address);
    return 0;
}

int bb_sock_accept(int fd, int *ret)
{
    int c = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (c < 0)
        return errno == EINTR || errno == ECONNABORTED ? -EAGAIN : -errno;
    tune(c);
    *ret = c;
    return 0;
}
