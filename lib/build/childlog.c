/* SPDX-License-Identifier: MIT */
#include "build/childlog.h"

#include "reuse/parsed.h"
#include "os/fs.h"

#include <unistd.h>

/* A frame: its length, severity, place, text, then the notes. */
enum { LEN = sizeof(uint32_t), MAX_FRAME = 1 << 24 };

static void put_loc(struct bb_buf *out, struct bb_loc loc)
{
    bb_parsed_put_str(out, bb_source_path(loc.src));
    bb_parsed_put_u32(out, loc.line);
    bb_parsed_put_u32(out, loc.off);
    bb_parsed_put_u32(out, loc.len);
}

static bool get_loc(bb_str *in, struct bb_loc *ret)
{
    bb_str path;
    if (!bb_parsed_get_str(in, &path) || !bb_parsed_get_u32(in, &ret->line) ||
        !bb_parsed_get_u32(in, &ret->off) || !bb_parsed_get_u32(in, &ret->len))
        return false;
    ret->src = path.len ? bb_source_id(path) : 0;
    return true;
}

static void put_diag(struct bb_buf *out, const struct bb_diag *d)
{
    bb_parsed_put_u32(out, (uint32_t)d->severity);
    put_loc(out, d->loc);
    bb_parsed_put_str(out, d->text);
    bb_parsed_put_u32(out, (uint32_t)d->nnotes);
    for (size_t i = 0; i < d->nnotes; i++) {
        put_loc(out, d->notes[i].loc);
        bb_parsed_put_str(out, d->notes[i].text);
    }
}

static bool get_diag(struct bb_arena *a, bb_str *in, struct bb_diag *ret)
{
    uint32_t severity, n;
    if (!bb_parsed_get_u32(in, &severity) || severity > BB_FATAL || !get_loc(in, &ret->loc) ||
        !bb_parsed_get_str(in, &ret->text) || !bb_parsed_get_u32(in, &n) || n > in->len)
        return false;
    ret->severity = (enum bb_severity)severity;
    ret->notes = bb_arena_array(a, struct bb_diag_note, n);
    for (ret->nnotes = 0; ret->nnotes < n; ret->nnotes++)
        if (!get_loc(in, &ret->notes[ret->nnotes].loc) ||
            !bb_parsed_get_str(in, &ret->notes[ret->nnotes].text))
            return false;
    return true;
}

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bb_childlog *l = (struct bb_childlog *)self;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, body = BB_BUF_INIT, frame = BB_BUF_INIT;
    bb_diag_render(&text, d, false);
    bb_fs_write_all(STDOUT_FILENO, bb_buf_str(&text));
    if (d->severity < BB_PLAIN)
        return;
    struct bb_diag told = *d;
    if (l->quiet && told.severity > BB_WARN)
        told.severity = BB_WARN;
    put_diag(&body, &told);
    bb_parsed_put_str(&frame, bb_buf_str(&body));
    bb_fs_write_all(l->fd, bb_buf_str(&frame));
}

void bb_childlog_start(struct bb_childlog *l, struct bb_ctx *ctx, int fd, bool quiet)
{
    *l = (struct bb_childlog){.sink.emit = emit, .fd = fd, .quiet = quiet};
    ctx->diag = &l->sink;
}

void bb_childlog_take(struct bb_ctx *ctx, struct bb_buf *in)
{
    bb_str rest = bb_buf_str(in), frame;
    uint32_t len;
    while (rest.len >= LEN) {
        struct bb_arena a;
        struct bb_diag d = {0};
        memcpy(&len, rest.p, LEN);
        if (len > MAX_FRAME) /* not ours: something else wrote to the descriptor */
            rest.len = 0;
        if (rest.len < LEN + len)
            break;
        bb_parsed_get_str(&rest, &frame);
        bb_arena_init(&a);
        if (get_diag(&a, &frame, &d))
            bb_report(ctx, &d);
        bb_arena_release(&a);
    }
    bb_buf_splice(in, 0, in->len - rest.len, BB_STR(""));
}
