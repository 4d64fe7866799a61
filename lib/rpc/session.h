/* SPDX-License-Identifier: MIT */
/*
 * One client's conversation with a service, without its socket: bytes go in, bytes come out (BitBake: bb.asyncrpc.serv). What
 * the requests mean is the service's: hashserv/requests.c, prserv/requests.c.
 */
#ifndef BB_RPC_SESSION_H
#define BB_RPC_SESSION_H

#include "base/jsonw.h"
#include "ext/json.h"
#include "rpc/wire.h"

/* More than this is not put into `out` before the client has taken some. */
#define BB_RPC_OUT (1024 * 1024)

struct bb_rpc_session;
/* Answers the lines of a stream into `out`; 0, or negative as a request. */
typedef int bb_rpc_stream_fn(struct bb_rpc_session *s, const bb_str *lines, size_t n);

enum bb_rpc_level { BB_RPC_DEBUG, BB_RPC_INFO, BB_RPC_WARNING, BB_RPC_ERROR };
/* Where a service's log goes: one line, without its end. */
typedef void bb_rpc_log_fn(void *self, enum bb_rpc_level level, const char *text);

/* What makes a conversation one of this service. It and `core` outlive the sessions. */
struct bb_rpc_service {
    const char *hello;   /* name and version of the protocol, the first line of a client: "OEHASHEQUIV 1.1" */
    size_t session_size; /* of the service's own session, whose first member is a struct bb_rpc_session */
    /*
     * Answers a message: one JSON value into `w`, where `*ret_stream` says what the lines mean that follow, if any do. What
     * it refuses it says with bb_rpc_refuse() or bb_rpc_bad().
     */
    int (*answer)(struct bb_rpc_session *s, const struct bb_json *message, struct bb_jsonw *w,
                  bb_rpc_stream_fn **ret_stream);
    void (*count)(struct bb_rpc_session *s, double seconds); /* the time of one request; may be NULL */
    void (*release)(struct bb_rpc_session *s); /* of what the service's session owns; may be NULL */
    void *core;                                /* what all sessions share */
    bb_rpc_log_fn *log;                        /* NULL: nobody reads it */
    void *log_self;
};

enum bb_rpc_phase { BB_RPC_HELLO, BB_RPC_HEADERS, BB_RPC_MESSAGES, BB_RPC_STREAM };

struct bb_rpc_session {
    const struct bb_rpc_service *service;
    struct bb_wire in;
    struct bb_buf out;
    enum bb_rpc_phase phase;
    bool wants_headers;
    bool refused; /* the answer is held back and is the last one */
    bb_rpc_stream_fn *stream;
    /* An answer that waits, so that nobody can guess tokens quickly; nothing else is done meanwhile. */
    struct bb_buf held;
    int64_t held_until_ms; /* 0: none waits */
    struct bb_buf why;     /* the reason of the last failure */
};

/* `s` is of the service's size and all zero; it borrows `service`. */
void bb_rpc_session_init(struct bb_rpc_session *s, const struct bb_rpc_service *service);
void bb_rpc_session_release(struct bb_rpc_session *s);
/*
 * Does what can be done with what is in `in`: 0 when it needs more, when `out` is full or when an answer waits until
 * `held_until_ms`; negative when the conversation is over, after `out` has been sent.
 */
int bb_rpc_session_turn(struct bb_rpc_session *s);

/* Refuses the request with a text for the client, -EACCES; what is no request at all, -BB_ECORRUPT. */
int bb_rpc_refuse(struct bb_rpc_session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int bb_rpc_bad(struct bb_rpc_session *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Writes the answer to a ping, which every service knows. */
void bb_rpc_write_alive(struct bb_jsonw *w);

void bb_rpc_log(const struct bb_rpc_service *service, enum bb_rpc_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A clock that only grows. */
int64_t bb_rpc_now_ms(void);

#endif
