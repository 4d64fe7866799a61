/* SPDX-License-Identifier: MIT */
#include "rpc/client.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "base/log.h"
#include "ext/http.h"
#include "os/sock.h"
#include "rpc/session.h"
#include "rpc/websock.h"

#define DEFAULT_MS   30000
#define PER_QUERY_MS 10

struct bb_rpcclient {
    char *address;
    struct bb_rpcclient_opts o; /* its address is ours */
    int timeout_ms;
    int fd;                /* -1: connected by the next call */
    struct bb_tunnel *tls; /* the connection goes through it, NULL: it does not */
    bool framed;           /* the connection is a websocket: */
    struct bb_websock sock;
    struct bb_wire in;
    struct bb_buf out; /* out[sent..] is not sent yet */
    size_t sent;
    int64_t deadline_ms;
    const char *mode; /* name of the stream that the connection is in, NULL: messages */
    bool answered;    /* something has come since the call began */
    bool dead;
    struct bb_buf why;
};

static int fail(struct bb_rpcclient *c, int code, const char *why)
{
    bb_buf_clear(&c->why);
    bb_buf_addz(&c->why, why);
    return code;
}

static void disconnect(struct bb_rpcclient *c)
{
    if (c->tls)
        bb_tunnel_close(c->tls);
    else if (c->fd >= 0)
        close(c->fd);
    c->tls = NULL;
    c->fd = -1;
    c->mode = NULL;
    bb_wire_release(&c->in);
    bb_wire_init(&c->in);
    bb_websock_release(&c->sock);
    c->framed = false;
    bb_buf_clear(&c->out);
    c->sent = 0;
}

static void put_line(struct bb_rpcclient *c, bb_str line)
{
    if (c->framed)
        bb_websock_put(&c->out, line);
    else
        bb_wire_put_line(&c->out, line);
}

/* As send() and recv(), with negative codes. */
static int put_bytes(struct bb_rpcclient *c, const void *p, size_t len)
{
    if (c->tls)
        return bb_tunnel_send(c->tls, p, len);
    ssize_t n = send(c->fd, p, len < INT_MAX ? len : INT_MAX, MSG_NOSIGNAL);
    return n < 0 ? -errno : (int)n;
}

static int get_bytes(struct bb_rpcclient *c, void *p, size_t len)
{
    if (c->tls)
        return bb_tunnel_receive(c->tls, p, len);
    ssize_t n = recv(c->fd, p, len, 0);
    return n < 0 ? -errno : (int)n;
}

static int send_some(struct bb_rpcclient *c)
{
    int n = put_bytes(c, c->out.p + c->sent, c->out.len - c->sent);

    if (n < 0 && n != -EAGAIN && n != -EINTR)
        return fail(c, -ECONNRESET, bb_strerror(n));
    if (n > 0)
        c->sent += (size_t)n;
    if (c->sent == c->out.len) {
        bb_buf_clear(&c->out);
        c->sent = 0;
    }
    return 0;
}

static int nonsense(struct bb_rpcclient *c)
{
    return fail(c, -BB_ENETWORK, "the server's answer makes no sense");
}

static int take_in(struct bb_rpcclient *c, const char *p, size_t len)
{
    c->answered = true;
    if (!c->framed) {
        bb_wire_feed(&c->in, p, len);
        return 0;
    }
    int r = bb_websock_feed(&c->sock, p, len, &c->in, &c->out);
    return r == -BB_ECORRUPT  ? nonsense(c)
           : r == -ECONNRESET ? fail(c, r, "the server closed the connection")
                              : r;
}

static int receive_some(struct bb_rpcclient *c)
{
    char block[16384];
    int n, r = 0;

    do { /* poll() does not see what is inside the tunnel already */
        n = get_bytes(c, block, sizeof(block));
        if (n > 0)
            r = take_in(c, block, (size_t)n);
    } while (r == 0 && n > 0 && c->tls);
    if (r < 0 || n > 0)
        return r;
    if (n == 0)
        return fail(c, -ECONNRESET, "the server closed the connection");
    return n == -EAGAIN || n == -EINTR ? 0 : fail(c, -ECONNRESET, bb_strerror(n));
}

/* Sends and receives what can be; -ECONNRESET when the connection ended, -BB_ENETWORK at the end of the time. */
static int pump(struct bb_rpcclient *c)
{
    int64_t left = c->deadline_ms - bb_rpc_now_ms();
    struct pollfd p = {c->fd, (short)(POLLIN | (c->out.len ? POLLOUT : 0)), 0};

    int r = left <= 0 ? 0 : poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
    if (r == 0)
        return fail(c, -BB_ENETWORK, "the server did not answer in time");
    if (r < 0)
        return errno == EINTR ? 0 : fail(c, -BB_ENETWORK, bb_strerror(-errno));
    r = p.revents & ~POLLOUT ? receive_some(c) : 0;
    if (r == 0 && p.revents & POLLOUT)
        r = send_some(c);
    return r;
}

static int take_line(struct bb_rpcclient *c, bb_str *ret)
{
    int r;
    while ((r = bb_wire_line(&c->in, ret)) == 0 && (r = pump(c)) == 0)
        ;
    return r == -BB_ECORRUPT ? nonsense(c) : r < 0 ? r : 0;
}

/* A message; the server's {"invoke-error": ...} is a refusal, after which it closes. */
static int check_refusal(struct bb_rpcclient *c, const struct bb_json *j)
{
    struct bb_json *e = bb_json_get(j, "invoke-error");
    if (!e)
        return 0;
    BB_CLEAN_FREE char *text = bb_strndup(bb_json_str(bb_json_get(e, "message")));
    disconnect(c);
    return fail(c, -EACCES, text);
}

static int take_message(struct bb_rpcclient *c, struct bb_json **ret)
{
    struct bb_json *j = NULL;
    int r;
    while ((r = bb_wire_message(&c->in, &j)) == 0 && (r = pump(c)) == 0)
        ;
    if (r < 0)
        return r == -BB_ECORRUPT ? nonsense(c) : r;
    r = check_refusal(c, j);
    if (r < 0)
        bb_json_free(j);
    else
        *ret = j;
    return r;
}

int bb_rpcclient_ask(struct bb_rpcclient *c, const char *name, bb_str argument, struct bb_json **ret)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    bb_buf_addf(&text, "{\"%s\": %.*s}", name, BB_STRF(argument));
    if (c->framed)
        bb_websock_put(&c->out, bb_buf_str(&text));
    else
        bb_wire_put_message(&c->out, bb_buf_str(&text));
    return take_message(c, ret);
}

/* A websocket on the new connection: until the server agrees, nothing else may be sent. */
static int begin_websocket(struct bb_rpcclient *c, bb_str host, bb_str path)
{
    c->framed = true;
    int r = bb_websock_begin(&c->sock, host, path, &c->out);
    if (r < 0)
        return fail(c, -BB_ENETWORK, bb_strerror(r));
    while (r == 0 && !c->sock.open)
        r = pump(c);
    return r;
}

/* The connection that the address names. */
static int connect_socket(struct bb_rpcclient *c)
{
    BB_CLEAN_BUF struct bb_buf why = BB_BUF_INIT, host = BB_BUF_INIT, path = BB_BUF_INIT;
    int64_t left = c->deadline_ms - bb_rpc_now_ms();
    int ms = left > 0 ? (int)left : 0;
    bool tls, framed = bb_websock_split(bb_str_z(c->address), &host, &path, &tls);

    int r = tls ? bb_tunnel_open(host.p, ms, &c->tls, &c->fd, &why)
                : bb_sock_connect(framed ? host.p : c->address, ms, &c->fd, &why);
    if (r < 0)
        return fail(c, -BB_ENETWORK, why.p);
    BB_LOG("rpc", "connected to %s", c->address);
    return framed ? begin_websocket(c, bb_buf_str(&host), bb_buf_str(&path)) : 0;
}

static int connect_now(struct bb_rpcclient *c)
{
    int r = connect_socket(c);
    if (r < 0)
        return r;
    put_line(c, bb_str_z(c->o.hello));
    put_line(c, BB_STR("needs-headers: false"));
    put_line(c, BB_STR(""));
    return c->o.login ? c->o.login(c, c->o.self) : 0;
}

static int leave_stream(struct bb_rpcclient *c)
{
    bb_str line;

    put_line(c, BB_STR("END"));
    int r = take_line(c, &line);
    if (r == 0 && !bb_str_eqz(line, "ok"))
        r = nonsense(c);
    c->mode = NULL;
    return r;
}

/* Brings the connection into a stream, NULL: to messages. */
static int set_mode(struct bb_rpcclient *c, const char *mode)
{
    BB_CLEAN_JSON struct bb_json *j = NULL;

    if (mode == c->mode || (mode && c->mode && !strcmp(mode, c->mode)))
        return 0;
    int r = c->mode ? leave_stream(c) : 0;
    if (r < 0 || !mode)
        return r;
    r = bb_rpcclient_ask(c, mode, BB_STR("null"), &j);
    if (r == 0 && !bb_str_eqz(bb_json_str(j), "ok"))
        r = nonsense(c);
    if (r == 0)
        c->mode = mode;
    return r;
}

struct call {
    int (*fn)(struct bb_rpcclient *c, const struct call *self);
    const char *mode;
    const struct bb_rpcstream *stream;
    const char *name;
    bb_str argument;
    struct bb_json **ret;
    size_t n;
};

static int try_call(struct bb_rpcclient *c, const struct call *call)
{
    int r = c->fd < 0 ? connect_now(c) : 0;
    if (r == 0 && c->in.at < c->in.in.len)
        r = nonsense(c); /* more answers than questions */
    if (r == 0)
        r = set_mode(c, call->mode);
    return r < 0 ? r : call->fn(c, call);
}

/* Runs a call within its time. A connection that turns out to have been closed meanwhile is made again. */
static int run_call(struct bb_rpcclient *c, const struct call *call)
{
    if (c->dead)
        return -BB_ENETWORK;
    bool old = c->fd >= 0;
    c->answered = false;
    c->deadline_ms = bb_rpc_now_ms() + c->timeout_ms + (int64_t)call->n * PER_QUERY_MS;
    int r = try_call(c, call);
    if (r == -ECONNRESET && old && !c->answered) {
        disconnect(c);
        r = try_call(c, call);
    }
    if (r == 0 || r == -EACCES)
        return r;
    BB_LOG("rpc", "%s: %s", c->address, c->why.p);
    disconnect(c);
    c->dead = true;
    return -BB_ENETWORK;
}

static int invoke_now(struct bb_rpcclient *c, const struct call *call)
{
    return bb_rpcclient_ask(c, call->name, call->argument, call->ret);
}

int bb_rpcclient_invoke(struct bb_rpcclient *c, const char *name, bb_str argument, struct bb_json **ret)
{
    return run_call(c,
                    &(struct call){.fn = invoke_now, .name = name, .argument = argument, .ret = ret, .n = 1});
}

static int stream_now(struct bb_rpcclient *c, const struct call *call)
{
    const struct bb_rpcstream *s = call->stream;

    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    for (size_t i = 0; i < s->n; i++) {
        bb_buf_clear(&text);
        s->put(s->self, i, &text);
        put_line(c, bb_buf_str(&text));
    }
    for (size_t i = 0; i < s->n; i++) {
        bb_str line;
        int r = take_line(c, &line);
        if (r < 0)
            return r;
        /* BitBake 2.18 answers so in the middle of a stream. */
        if (bb_str_starts(line, BB_STR("{\"invoke-error\""))) {
            BB_CLEAN_JSON struct bb_json *j = NULL;
            return bb_json_parse(line, &j, NULL) == 0 ? check_refusal(c, j) : nonsense(c);
        }
        if (s->take(s->self, i, line) < 0)
            return nonsense(c);
    }
    return 0;
}

int bb_rpcclient_stream(struct bb_rpcclient *c, const struct bb_rpcstream *s)
{
    return s->n ? run_call(c, &(struct call){.fn = stream_now, .mode = s->name, .stream = s, .n = s->n}) : 0;
}

static int connected(struct bb_rpcclient *c, const struct call *call)
{
    (void)c, (void)call;
    return 0;
}

int bb_rpcclient_open(const struct bb_rpcclient_opts *o, struct bb_rpcclient **ret, struct bb_buf *err)
{
    struct bb_rpcclient *c = bb_calloc(1, sizeof(*c));

    c->o = *o;
    c->address = bb_strdup(o->address);
    c->timeout_ms = o->timeout_ms > 0 ? o->timeout_ms : DEFAULT_MS;
    c->fd = -1;
    bb_wire_init(&c->in);
    bb_buf_init(&c->out);
    bb_buf_init(&c->why);
    int r = run_call(c, &(struct call){.fn = connected});
    if (r < 0 && err)
        bb_buf_adds(err, bb_buf_str(&c->why));
    if (r < 0)
        bb_rpcclient_close(c);
    else
        *ret = c;
    return r;
}

void bb_rpcclient_close(struct bb_rpcclient *c)
{
    if (!c)
        return;
    disconnect(c);
    free(c->address);
    bb_wire_release(&c->in);
    bb_buf_release(&c->out);
    bb_buf_release(&c->why);
    free(c);
}

bb_str bb_rpcclient_why(const struct bb_rpcclient *c)
{
    return bb_buf_str(&c->why);
}

int bb_rpcclient_give_up(struct bb_rpcclient *c)
{
    disconnect(c);
    c->dead = true;
    return nonsense(c);
}

int bb_rpcclient_refuse(struct bb_rpcclient *c, const char *why)
{
    return fail(c, -EINVAL, why);
}
