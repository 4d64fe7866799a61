/* SPDX-License-Identifier: MIT */
#include "rpc/session.h"

#include <errno.h>
#include <time.h>

#include "base/diag.h"

/* Lines of a stream that are answered at once, so that an upstream server is asked for all of them in one go. */
#define BATCH 256

static struct timespec now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t;
}

int64_t bb_rpc_now_ms(void)
{
    struct timespec t = now();
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static double seconds_now(void)
{
    struct timespec t = now();
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void bb_rpc_log(const struct bb_rpc_service *service, enum bb_rpc_level level, const char *fmt, ...)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    va_list ap;

    if (!service->log)
        return;
    va_start(ap, fmt);
    bb_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    service->log(service->log_self, level, text.p);
}

void bb_rpc_session_init(struct bb_rpc_session *s, const struct bb_rpc_service *service)
{
    s->service = service;
    bb_buf_init(&s->out);
    bb_buf_init(&s->held);
    bb_buf_init(&s->why);
    bb_wire_init(&s->in);
}

void bb_rpc_session_release(struct bb_rpc_session *s)
{
    if (s->service->release)
        s->service->release(s);
    bb_wire_release(&s->in);
    bb_buf_release(&s->out);
    bb_buf_release(&s->held);
    bb_buf_release(&s->why);
}

static void set_why(struct bb_rpc_session *s, const char *fmt, va_list ap)
{
    bb_buf_clear(&s->why);
    bb_buf_vaddf(&s->why, fmt, ap);
}

int bb_rpc_refuse(struct bb_rpc_session *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_why(s, fmt, ap);
    va_end(ap);
    return -EACCES;
}

int bb_rpc_bad(struct bb_rpc_session *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set_why(s, fmt, ap);
    va_end(ap);
    return -BB_ECORRUPT;
}

static int take_hello(struct bb_rpc_session *s, bb_str line)
{
    if (!bb_str_eqz(line, s->service->hello))
        return bb_rpc_bad(s, "protocol '%.*s' is not known", (int)(line.len < 60 ? line.len : 60), line.p);
    s->phase = BB_RPC_HEADERS;
    return 0;
}

static int take_header(struct bb_rpc_session *s, bb_str line)
{
    if (line.len) {
        size_t colon = bb_str_chr(line, ':', 0);
        if (colon == BB_NPOS)
            return bb_rpc_bad(s, "a header without ':'");
        if (bb_str_eqz(bb_str_sub(line, 0, colon), "needs-headers"))
            s->wants_headers = bb_str_eqz(bb_str_trim(bb_str_from(line, colon + 1)), "true");
        return 0;
    }
    if (s->wants_headers)
        bb_wire_put_line(&s->out, BB_STR("")); /* this server has none */
    s->phase = BB_RPC_MESSAGES;
    return 0;
}

void bb_rpc_write_alive(struct bb_jsonw *w)
{
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("alive"));
    bb_jsonw_bool(w, true);
    bb_jsonw_end(w);
}

/* The last words to a client, in the form of its requests. */
static void put_refusal(struct bb_rpc_session *s, struct bb_buf *out)
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
static void put_answer(struct bb_rpc_session *s, bb_str json)
{
    bb_wire_put_message(s->held_until_ms ? &s->held : &s->out, json);
}

static void count(struct bb_rpc_session *s, double seconds)
{
    if (s->service->count)
        s->service->count(s, seconds);
}

static int take_message(struct bb_rpc_session *s, const struct bb_json *message)
{
    BB_CLEAN_BUF struct bb_buf answer = BB_BUF_INIT;
    struct bb_jsonw w;
    double start = seconds_now();
    bb_rpc_stream_fn *stream = NULL;

    bb_jsonw_init(&w, &answer, BB_JSONW_ASCII | BB_JSONW_SPACED);
    int r = s->service->answer(s, message, &w, &stream);
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
        s->phase = BB_RPC_STREAM;
    } else {
        count(s, seconds_now() - start);
    }
    return 0;
}

/* Answers lines that are views of `texts`. */
static int answer_lines(struct bb_rpc_session *s, const bb_str *lines, size_t n)
{
    double start = seconds_now();
    int r = n ? s->stream(s, lines, n) : 0;

    if (r == -EACCES) {
        BB_CLEAN_BUF struct bb_buf refusal = BB_BUF_INIT;
        put_refusal(s, &refusal);
        bb_wire_put_message(&s->out, bb_buf_str(&refusal));
    }
    double each = n ? (seconds_now() - start) / (double)n : 0;
    for (size_t i = 0; i < n; i++)
        count(s, each);
    return r;
}

/* As many lines of a stream as there are; 1 when there was one at least. */
static int take_stream(struct bb_rpc_session *s)
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
        s->phase = BB_RPC_MESSAGES;
    }
    return n || end;
}

/* One step: 1 when something was taken, 0 when more has to come, negative at the end. */
static int step(struct bb_rpc_session *s)
{
    BB_CLEAN_JSON struct bb_json *message = NULL;
    bb_str line;
    int r;

    if (s->phase == BB_RPC_STREAM)
        return take_stream(s);
    if (s->phase == BB_RPC_MESSAGES) {
        r = bb_wire_message(&s->in, &message);
        if (r == -BB_ECORRUPT)
            return bb_rpc_bad(s, "a message that is no JSON, or too long");
        if (r == 1 && (r = take_message(s, message)) == 0)
            r = 1;
        return r;
    }
    r = bb_wire_line(&s->in, &line);
    if (r == 1)
        r = s->phase == BB_RPC_HELLO ? take_hello(s, line) : take_header(s, line);
    else
        return r;
    return r < 0 ? r : 1;
}

int bb_rpc_session_turn(struct bb_rpc_session *s)
{
    int r = 1;

    while (r > 0 && s->out.len < BB_RPC_OUT) {
        if (s->held_until_ms) {
            if (bb_rpc_now_ms() < s->held_until_ms)
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
