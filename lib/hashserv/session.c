/* SPDX-License-Identifier: MIT */
#include "hashserv/session.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"

/* Lines of a stream that are answered at once, so that an upstream server is asked for all of them in one go. */
#define BATCH 256

void bb_hashsession_init(struct bb_hashsession *s, struct bb_hashcore *core)
{
    *s = (struct bb_hashsession){.core = core, .out = BB_BUF_INIT, .held = BB_BUF_INIT, .why = BB_BUF_INIT};
    bb_wire_init(&s->in);
}

void bb_hashsession_release(struct bb_hashsession *s)
{
    bb_wire_release(&s->in);
    bb_buf_release(&s->out);
    bb_buf_release(&s->held);
    bb_buf_release(&s->why);
    free(s->user);
    s->user = NULL;
}

static void set_why(struct bb_hashsession *s, const char *fmt, va_list ap)
{
    bb_buf_clear(&s->why);
    bb_buf_vaddf(&s->why, fmt, ap);
}

int bb_hashsession_refuse(struct bb_hashsession *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_why(s, fmt, ap);
    va_end(ap);
    return -EACCES;
}

int bb_hashsession_bad(struct bb_hashsession *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_why(s, fmt, ap);
    va_end(ap);
    return -BB_ECORRUPT;
}

/* BitBake: versions above 1.0 up to 1.1. */
static int take_hello(struct bb_hashsession *s, bb_str line)
{
    if (!bb_str_eqz(line, BB_WIRE_HELLO))
        return bb_hashsession_bad(s, "protocol '%.*s' is not known", (int)(line.len < 60 ? line.len : 60),
                                  line.p);
    s->phase = BB_HASHPHASE_HEADERS;
    return 0;
}

static int take_header(struct bb_hashsession *s, bb_str line)
{
    if (line.len) {
        size_t colon = bb_str_chr(line, ':', 0);
        if (colon == BB_NPOS)
            return bb_hashsession_bad(s, "a header without ':'");
        if (bb_str_eqz(bb_str_sub(line, 0, colon), "needs-headers"))
            s->wants_headers = bb_str_eqz(bb_str_trim(bb_str_from(line, colon + 1)), "true");
        return 0;
    }
    if (s->wants_headers)
        bb_wire_put_line(&s->out, BB_STR("")); /* this server has none */
    s->phase = BB_HASHPHASE_MESSAGES;
    return 0;
}

/* The last words to a client, in the form of its requests. */
static void put_refusal(struct bb_hashsession *s, struct bb_buf *out)
{
    struct bb_jsonw w;

    bb_buf_clear(out);
    bb_jsonw_init(&w, out, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("invoke-error"));
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("message"));
    bb_jsonw_str(&w, bb_buf_str(&s->why));
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
}

/* Sends an answer, or keeps it when the request has set a time for that. */
static void put_answer(struct bb_hashsession *s, bb_str json)
{
    bb_wire_put_message(s->held_until_ms ? &s->held : &s->out, json);
}

static int take_message(struct bb_hashsession *s, const struct bb_json *message)
{
    BB_CLEAN_BUF struct bb_buf answer = BB_BUF_INIT;
    struct bb_jsonw w;
    double start = bb_hashcore_seconds();
    bb_hashstream_fn *stream = NULL;

    bb_jsonw_init(&w, &answer, BB_JSONW_ASCII | BB_JSONW_SPACED);
    int r = bb_hashrequest_answer(s, message, &w, &stream);
    if (r == -EACCES) {
        put_refusal(s, &answer);
        put_answer(s, bb_buf_str(&answer));
        s->refused = s->held_until_ms != 0;
        return s->refused ? 0 : r;
    }
    if (r < 0)
        return r;
    put_answer(s, bb_buf_str(&answer));
    if (stream) {
        s->stream = stream;
        s->phase = BB_HASHPHASE_STREAM;
    } else {
        bb_hashcore_count(s->core, bb_hashcore_seconds() - start);
    }
    return 0;
}

/* Answers lines that are views of `texts`. */
static int answer_lines(struct bb_hashsession *s, const bb_str *lines, size_t n)
{
    double start = bb_hashcore_seconds();
    int r = n ? s->stream(s, lines, n) : 0;

    if (r == -EACCES) {
        BB_CLEAN_BUF struct bb_buf refusal = BB_BUF_INIT;
        put_refusal(s, &refusal);
        bb_wire_put_message(&s->out, bb_buf_str(&refusal));
    }
    double each = n ? (bb_hashcore_seconds() - start) / (double)n : 0;
    for (size_t i = 0; i < n; i++)
        bb_hashcore_count(s->core, each);
    return r;
}

/* As many lines of a stream as there are; 1 when there was one at least. */
static int take_stream(struct bb_hashsession *s)
{
    bb_str lines[BATCH], line;
    size_t n = 0;
    bool end = false;
    int r = 0;

    /* Lines stay where they are as long as nothing is fed. */
    while (n < BATCH && !end && (r = bb_wire_line(&s->in, &line)) == 1) {
        end = line.len == 0 || bb_str_eqz(line, "END");
        if (!end)
            lines[n++] = line;
    }
    int answered = answer_lines(s, lines, n);
    if (answered < 0 || r < 0)
        return answered < 0 ? answered : r;
    if (end) {
        bb_wire_put_line(&s->out, BB_STR("ok"));
        s->phase = BB_HASHPHASE_MESSAGES;
    }
    return n || end;
}

/* One step: 1 when something was taken, 0 when more has to come, negative at the end. */
static int step(struct bb_hashsession *s)
{
    BB_CLEAN_JSON struct bb_json *message = NULL;
    bb_str line;
    int r;

    if (s->phase == BB_HASHPHASE_STREAM)
        return take_stream(s);
    if (s->phase == BB_HASHPHASE_MESSAGES) {
        r = bb_wire_message(&s->in, &message);
        if (r == -BB_ECORRUPT)
            return bb_hashsession_bad(s, "a message that is no JSON, or too long");
        if (r == 1 && (r = take_message(s, message)) == 0)
            r = 1;
        return r;
    }
    r = bb_wire_line(&s->in, &line);
    if (r == 1)
        r = s->phase == BB_HASHPHASE_HELLO ? take_hello(s, line) : take_header(s, line);
    else
        return r;
    return r < 0 ? r : 1;
}

int bb_hashsession_turn(struct bb_hashsession *s)
{
    int r = 1;

    while (r > 0 && s->out.len < BB_HASHSESSION_OUT) {
        if (s->held_until_ms) {
            if (bb_hashcore_now_ms() < s->held_until_ms)
                return 0;
            bb_buf_adds(&s->out, bb_buf_str(&s->held));
            bb_buf_clear(&s->held);
            s->held_until_ms = 0;
            if (s->refused)
                return -EACCES;
        }
        r = step(s);
    }
    return r < 0 ? r : 0;
}
