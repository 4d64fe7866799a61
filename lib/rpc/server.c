/* SPDX-License-Identifier: MIT */
#include "rpc/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "os/loop.h"
#include "os/sock.h"

#define SECOND_NS INT64_C(1000000000)
#define SLOW_MS   60000
#define SWEEP_NS  (15 * SECOND_NS)
#define READY_MS  30000

struct server;

/* A client's connection. At most one of the watches for reading and for a held answer is there, and no input is read meanwhile. */
struct conn {
    struct server *server;
    int fd;
    struct bb_rpc_session *session;
    struct bb_watch *read, *write, *held;
    size_t sent;         /* of the session's `out` */
    int64_t progress_ms; /* when something was sent last, or began to wait */
    bool over;           /* to be closed when `out` is sent */
    struct conn *next, **link;
};

struct server {
    const struct bb_rpc_service *service;
    struct bb_loop *loop;
    int listener;
    struct bb_watch *accept;
    struct conn *conns;
    bool stop;
};

static void on_readable(void *self, int fd, short revents);
static void on_writable(void *self, int fd, short revents);
static void on_held(void *self);

static void conn_free(struct conn *c)
{
    struct bb_loop *loop = c->server->loop;

    bb_loop_remove(loop, c->read);
    bb_loop_remove(loop, c->write);
    bb_loop_remove(loop, c->held);
    close(c->fd);
    bb_rpc_session_release(c->session);
    free(c->session);
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    free(c);
}

/* Sends what can be sent; false when the connection is lost. */
static bool flush(struct conn *c)
{
    struct bb_buf *out = &c->session->out;

    while (c->sent < out->len) {
        ssize_t n = send(c->fd, out->p + c->sent, out->len - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN;
        c->sent += (size_t)n;
        c->progress_ms = bb_rpc_now_ms();
    }
    bb_buf_clear(out);
    c->sent = 0;
    return true;
}

/* Watches for what the connection waits for now. */
static void watch(struct conn *c)
{
    struct server *s = c->server;
    bool pending = c->session->out.len > 0, held = c->session->held_until_ms != 0;
    bool reads = !c->over && !held && c->session->out.len < BB_RPC_OUT;

    if (pending && !c->write) {
        c->write = bb_loop_fd(s->loop, c->fd, POLLOUT, on_writable, c);
        c->progress_ms = bb_rpc_now_ms();
    } else if (!pending && c->write) {
        bb_loop_remove(s->loop, bb_take(&c->write));
    }
    if (reads && !c->read)
        c->read = bb_loop_fd(s->loop, c->fd, POLLIN, on_readable, c);
    else if (!reads && c->read)
        bb_loop_remove(s->loop, bb_take(&c->read));
    if (held && !c->held && !c->over) {
        int64_t left = c->session->held_until_ms - bb_rpc_now_ms();
        c->held = bb_loop_timer(s->loop, (left > 0 ? left + 1 : 1) * 1000000, on_held, c);
    }
}

/* Goes on with the conversation as far as possible; frees the connection at its end. */
static void proceed(struct conn *c)
{
    bool full;

    do {
        int r = c->over ? 0 : bb_rpc_session_turn(c->session);
        full = c->session->out.len >= BB_RPC_OUT;
        if (r < 0) {
            c->over = true;
            bb_rpc_log(c->server->service, r == -EACCES ? BB_RPC_INFO : BB_RPC_ERROR, "client: %s",
                       c->session->why.p);
        }
        if (!flush(c) || (c->over && !c->session->out.len)) {
            conn_free(c);
            return;
        }
    } while (full && !c->over && !c->session->out.len);
    watch(c);
}

static void on_readable(void *self, int fd, short revents)
{
    struct conn *c = self;
    char block[65536];

    (void)revents;
    ssize_t n = recv(fd, block, sizeof(block), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        conn_free(c);
        return;
    }
    bb_wire_feed(&c->session->in, block, (size_t)n);
    proceed(c);
}

static void on_writable(void *self, int fd, short revents)
{
    struct conn *c = self;

    (void)fd, (void)revents;
    if (!flush(c))
        conn_free(c);
    else
        proceed(c);
}

static void on_held(void *self)
{
    struct conn *c = self;
    c->held = NULL;
    proceed(c);
}

static void on_accept(void *self, int fd, short revents);

static void accept_again(void *self)
{
    struct server *s = self;
    s->accept = bb_loop_fd(s->loop, s->listener, POLLIN, on_accept, s);
}

static void on_accept(void *self, int fd, short revents)
{
    struct server *s = self;
    int client;

    (void)revents;
    int r = bb_sock_accept(fd, &client);
    if (r == -EAGAIN)
        return;
    if (r < 0) {
        /* no descriptor is left, say: those that wait in the queue wait a little longer */
        bb_rpc_log(s->service, BB_RPC_WARNING, "a connection cannot be taken: %s", bb_strerror(r));
        bb_loop_remove(s->loop, s->accept);
        s->accept = bb_loop_timer(s->loop, SECOND_NS, accept_again, s);
        return;
    }
    struct conn *c = bb_calloc(1, sizeof(*c));
    *c = (struct conn){.server = s, .fd = client, .next = s->conns, .link = &s->conns};
    if (s->conns)
        s->conns->link = &c->next;
    s->conns = c;
    c->session = bb_calloc(1, s->service->session_size);
    bb_rpc_session_init(c->session, s->service);
    watch(c);
}

/* Connections whose client takes nothing any more. */
static void sweep(void *self)
{
    struct server *s = self;
    int64_t now = bb_rpc_now_ms();

    for (struct conn *c = s->conns, *next; c; c = next) {
        next = c->next;
        if (c->session->out.len && now - c->progress_ms > SLOW_MS)
            conn_free(c);
    }
    bb_loop_timer(s->loop, SWEEP_NS, sweep, s);
}

static void on_signal(void *self, int sig)
{
    (void)sig;
    ((struct server *)self)->stop = true;
}

static const int signals[] = {SIGTERM, SIGINT, SIGQUIT};
enum { N_SIGNALS = sizeof(signals) / sizeof(*signals) };

/* Serves on the listening socket until it is told to end. */
static void serve(struct server *s)
{
    for (size_t i = 0; i < N_SIGNALS; i++)
        bb_loop_signal(s->loop, signals[i], on_signal, s);
    accept_again(s);
    bb_loop_timer(s->loop, SWEEP_NS, sweep, s);
    while (!s->stop && bb_loop_turn(s->loop, -1) >= 0)
        ;
    while (s->conns)
        conn_free(s->conns);
}

int bb_rpc_fail(struct bb_buf *err, int code, const char *what, const char *why)
{
    bb_buf_addf(err, "%s: %s", what, why && *why ? why : bb_strerror(code));
    return code;
}

/* Runs a server on a socket that listens already; `ready` (may be NULL) is called before the first client is served. */
static int run_on(const struct bb_rpc_program *p, int listener, void (*ready)(void *self), void *self,
                  struct bb_buf *err)
{
    struct bb_rpc_service service = {.log = p->log, .log_self = p->log_self};
    struct server s = {.listener = listener, .service = &service};

    int r = p->open(p->self, &service, err);
    if (r == 0) {
        if (ready)
            ready(self);
        s.loop = bb_loop_new();
        serve(&s);
        bb_loop_free(s.loop);
    }
    p->close(p->self);
    return r;
}

static void remove_socket(const char *address)
{
    const char *path = bb_sock_path(address);
    if (path)
        unlink(path);
}

int bb_rpc_run(const struct bb_rpc_program *p, struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf address = BB_BUF_INIT, why = BB_BUF_INIT;
    BB_CLEAN_FD int fd = -1;
    struct bb_rpc_service log = {.log = p->log, .log_self = p->log_self};

    int r = bb_sock_listen(p->address, &fd, &address, &why);
    if (r < 0)
        return bb_rpc_fail(err, r, p->address, why.p);
    bb_rpc_log(&log, BB_RPC_INFO, "listening on %s", address.p);
    r = run_on(p, fd, NULL, NULL, err);
    remove_socket(p->address);
    return r;
}

static void close_fd(void *self)
{
    close(*(int *)self);
    *(int *)self = -1;
}

/* One that comes before the loop reads them waits for it: the socket is removed then, too. */
static void hold_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < N_SIGNALS; i++)
        sigaddset(&set, signals[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

/* In the child: what it says on `report` is why it could not begin. It has no other descriptor of ours but stderr. */
static _Noreturn void be_server(const struct bb_rpc_program *p, int listener, int report, pid_t parent)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    int low = listener < report ? listener : report, high = listener < report ? report : listener;

    close_range(3, (unsigned)low - 1, 0);
    close_range((unsigned)low + 1, (unsigned)high - 1, 0);
    close_range((unsigned)high + 1, ~0u, 0);
    prctl(PR_SET_NAME, p->name);
    hold_signals();
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    int r = run_on(p, listener, close_fd, &report, &err);
    remove_socket(p->address);
    if (r < 0 && write(report, err.p, err.len) < 0)
        _exit(2);
    _exit(r < 0);
}

/* What the child says before it is ready: nothing when all is well. */
static int await_ready(const struct bb_rpc_program *p, int fd, struct bb_buf *err)
{
    char block[256];
    int64_t end = bb_rpc_now_ms() + READY_MS;

    for (;;) {
        int64_t left = end - bb_rpc_now_ms();
        int r = left > 0 ? poll(&(struct pollfd){fd, POLLIN, 0}, 1, (int)left) : 0;
        if (r == 0)
            return bb_rpc_fail(err, -ETIMEDOUT, p->name, NULL);
        ssize_t n = r < 0 ? -1 : read(fd, block, sizeof(block));
        if (n == 0)
            return err->len ? -EIO : 0;
        if (n < 0 && errno != EINTR)
            return bb_rpc_fail(err, -errno, p->name, NULL);
        if (n > 0)
            bb_buf_add(err, block, (size_t)n);
    }
}

int bb_rpc_start(const struct bb_rpc_program *p, struct bb_proc *ret, struct bb_buf *ret_address,
                 struct bb_buf *err)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT;
    BB_CLEAN_FD int fd = -1;
    int report[2];
    struct bb_proc child = {0};
    pid_t self = getpid();

    int r = bb_sock_listen(p->address, &fd, ret_address, &why);
    if (r == -EADDRINUSE) {
        *ret = (struct bb_proc){.pidfd = -1};
        return 0;
    }
    if (r < 0)
        return bb_rpc_fail(err, r, p->address, why.p);
    if (pipe2(report, O_CLOEXEC) < 0)
        return bb_rpc_fail(err, -errno, p->name, NULL);
    r = bb_proc_fork(true, &child);
    if (r == 0)
        be_server(p, fd, report[1], self);
    close(report[1]);
    if (r > 0 && (r = await_ready(p, report[0], err)) < 0)
        bb_rpc_stop(&child);
    close(report[0]);
    if (r < 0)
        remove_socket(p->address);
    else
        *ret = child;
    return r < 0 ? r : 0;
}

void bb_rpc_stop(struct bb_proc *p)
{
    int status;

    if (p->pid == 0)
        return;
    bb_proc_kill(p, SIGTERM);
    bb_proc_wait(p, &status);
    *p = (struct bb_proc){.pidfd = -1};
}
