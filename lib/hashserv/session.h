/* SPDX-License-Identifier: MIT */
/*
 * One client's conversation with a hash equivalence server, without its socket: bytes go in, bytes come out (BitBake: hashserv.server
 * and bb.asyncrpc.serv). What the requests mean is in requests.c.
 */
#ifndef BB_HASHSERV_SESSION_H
#define BB_HASHSERV_SESSION_H

#include "ext/json.h"
#include "hashserv/core.h"
#include "hashserv/wire.h"

/* More than this is not put into `out` before the client has taken some. */
#define BB_HASHSESSION_OUT (1024 * 1024)

enum bb_hashphase { BB_HASHPHASE_HELLO, BB_HASHPHASE_HEADERS, BB_HASHPHASE_MESSAGES, BB_HASHPHASE_STREAM };

struct bb_hashsession;
/* The lines of a stream; 0, or negative as a request. */
typedef int bb_hashstream_fn(struct bb_hashsession *s, const bb_str *lines, size_t n);

struct bb_hashsession {
    struct bb_hashcore *core;
    struct bb_wire in;
    struct bb_buf out;
    enum bb_hashphase phase;
    bool wants_headers;
    bool refused; /* the answer is held back and is the last one */
    bb_hashstream_fn *stream;
    /* An answer that waits, so that nobody can guess tokens quickly; nothing else is done meanwhile. */
    struct bb_buf held;
    int64_t held_until_ms; /* 0: none waits */
    char *user;            /* NULL: nobody has logged in */
    unsigned perms;        /* of the user */
    struct bb_buf why;     /* the reason of the last failure */
};

void bb_hashsession_init(struct bb_hashsession *s, struct bb_hashcore *core);
void bb_hashsession_release(struct bb_hashsession *s);
/*
 * Does what can be done with what is in `in`: 0 when it needs more, when `out` is full or when an answer waits until
 * `held_until_ms`; negative when the conversation is over, after `out` has been sent.
 */
int bb_hashsession_turn(struct bb_hashsession *s);

/* For requests.c. Refuses the request with a text for the client, -EACCES; what is no request at all, -BB_ECORRUPT. */
int bb_hashsession_refuse(struct bb_hashsession *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
int bb_hashsession_bad(struct bb_hashsession *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Answers a message: one JSON value into `w`, where `*ret_stream` says what the lines mean that follow, or NULL. */
int bb_hashrequest_answer(struct bb_hashsession *s, const struct bb_json *message, struct bb_jsonw *w,
                          bb_hashstream_fn **ret_stream);

#endif
