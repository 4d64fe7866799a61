/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/path.h"

const char *bb_strerror(int code)
{
    switch (abs(code)) {
#define X(name, num, text)                                                                                   \
    case num:                                                                                                \
        return text;
        BB_ERRORS(X)
#undef X
    default:
        return strerror(abs(code));
    }
}

static bool visible(const struct bb_ctx *ctx, enum bb_severity severity)
{
    if (severity >= BB_ERROR)
        return true;
    return ctx->verbosity >= (severity == BB_WARN ? -1 : 0);
}

static bb_str layer_of(struct bb_ctx *ctx, struct bb_loc loc)
{
    struct bb_arena_mark mark = bb_arena_mark(&ctx->arena);
    bb_str path = bb_path_norm(&ctx->arena, bb_source_path(loc.src)), inner = {"", 0};
    bb_vec_each(&ctx->layers, dir)
        if (dir->len > inner.len && bb_path_within(path, *dir))
            inner = *dir;
    bb_arena_reset(&ctx->arena, mark);
    return bb_path_base(inner);
}

void bb_diag_add_layer(struct bb_ctx *ctx, bb_str dir)
{
    dir = bb_path_norm(&ctx->arena, dir);
    bb_vec_each(&ctx->layers, known)
        if (bb_str_eq(*known, dir))
            return;
    bb_vec_push(&ctx->layers, dir);
}

void bb_report(struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bb_diag full = *d;
    if (d->severity >= BB_ERROR)
        ctx->errors += !d->uncounted;
    else if (d->severity == BB_WARN)
        ctx->warnings += !d->uncounted;
    if (!visible(ctx, d->severity))
        return;
    ctx->said++;
    full.layer = layer_of(ctx, d->loc);
    if (ctx->places.n == 0) {
        ctx->diag->emit(ctx->diag, ctx, &full);
        return;
    }
    BB_VEC(struct bb_diag_note) notes = {0};
    for (size_t i = 0; i < d->nnotes; i++)
        bb_vec_push(&notes, d->notes[i]);
    for (size_t i = ctx->places.n; i-- > 0;)
        bb_vec_push(&notes, ctx->places.p[i]);
    full.notes = notes.p;
    full.nnotes = notes.n;
    ctx->diag->emit(ctx->diag, ctx, &full);
    bb_vec_release(&notes);
}

static void report(struct bb_ctx *ctx, enum bb_severity severity, struct bb_loc loc, const char *fmt,
                   va_list ap)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;

    bb_buf_vaddf(&text, fmt, ap);
    bb_report(ctx, &(struct bb_diag){.severity = severity, .loc = loc, .text = bb_buf_str(&text)});
}

/* The variadic front doors differ only in severity and place. */
#define REPORT(ctx, severity, loc, fmt)                                                                      \
    do {                                                                                                     \
        va_list ap;                                                                                          \
        va_start(ap, fmt);                                                                                   \
        report(ctx, severity, loc, fmt, ap);                                                                 \
        va_end(ap);                                                                                          \
    } while (0)
static const struct bb_loc nowhere;

int bb_error(struct bb_ctx *ctx, const char *fmt, ...)
{
    REPORT(ctx, BB_ERROR, nowhere, fmt);
    return -BB_EREPORTED;
}

int bb_error_at(struct bb_ctx *ctx, struct bb_loc loc, const char *fmt, ...)
{
    REPORT(ctx, BB_ERROR, loc, fmt);
    return -BB_EREPORTED;
}

void bb_warn(struct bb_ctx *ctx, const char *fmt, ...)
{
    REPORT(ctx, BB_WARN, nowhere, fmt);
}

void bb_warn_at(struct bb_ctx *ctx, struct bb_loc loc, const char *fmt, ...)
{
    REPORT(ctx, BB_WARN, loc, fmt);
}

void bb_note(struct bb_ctx *ctx, const char *fmt, ...)
{
    REPORT(ctx, BB_NOTE, nowhere, fmt);
}

void bb_plain(struct bb_ctx *ctx, const char *fmt, ...)
{
    REPORT(ctx, BB_PLAIN, nowhere, fmt);
}

void bb_debug(struct bb_ctx *ctx, int level, const char *fmt, ...)
{
    if (ctx->verbosity >= level)
        REPORT(ctx, BB_DEBUG, nowhere, fmt);
}

void bb_diag_push(struct bb_ctx *ctx, struct bb_loc loc, const char *what)
{
    bb_vec_push(&ctx->places, (struct bb_diag_note){loc, bb_str_z(what)});
}

void bb_diag_pop(struct bb_ctx *ctx)
{
    if (ctx->places.n == 0)
        BB_BUG("more bb_diag_pop than bb_diag_push");
    ctx->places.n--;
}

static void emit_stderr(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool colour = isatty(STDERR_FILENO) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);

    /* One write for each diagnostic, so that those of several processes do not mix. */
    bb_diag_render(&text, d, colour);
    for (size_t done = 0; done < text.len;) {
        ssize_t n = write(STDERR_FILENO, text.p + done, text.len - done);
        if (n < 0 && errno != EINTR)
            return;
        done += n > 0 ? (size_t)n : 0;
    }
}

struct bb_diag_sink *bb_diag_text_sink(void)
{
    static struct bb_diag_sink sink = {emit_stderr};
    return &sink;
}

static void emit_collect(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    bb_diag_render(&((struct bb_diag_collect *)self)->text, d, false);
}

void bb_diag_collect_init(struct bb_diag_collect *c)
{
    c->sink.emit = emit_collect;
    bb_buf_init(&c->text);
}

void bb_diag_collect_release(struct bb_diag_collect *c)
{
    bb_buf_release(&c->text);
}
