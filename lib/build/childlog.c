/* SPDX-License-Identifier: MIT */
#include "build/childlog.h"

#include "base/pack.h"
#include "os/fs.h"

#include <unistd.h>

/* A frame is a block: severity, place, text, then the notes; or WORDS + enum bb_childword and a text. */
enum { MAX_FRAME = 1 << 24, WORDS = 100 };

static void put_loc(struct bb_buf *out, struct bb_loc loc)
{
    bb_pack_put_text(out, bb_source_path(loc.src));
    bb_pack_put_uint(out, loc.line);
    bb_pack_put_uint(out, loc.off);
    bb_pack_put_uint(out, loc.len);
}

static struct bb_loc take_loc(struct bb_pack_in *in)
{
    bb_str path = bb_pack_take_text(in);
    struct bb_loc loc = {.src = path.len ? bb_source_id(path) : 0};
    loc.line = bb_pack_take_u32(in);
    loc.off = bb_pack_take_u32(in);
    loc.len = bb_pack_take_u32(in);
    return loc;
}

static void put_diag(struct bb_buf *out, const struct bb_diag *d)
{
    bb_pack_put_uint(out, d->severity);
    put_loc(out, d->loc);
    bb_pack_put_text(out, d->text);
    bb_pack_put_uint(out, d->nnotes);
    for (size_t i = 0; i < d->nnotes; i++) {
        put_loc(out, d->notes[i].loc);
        bb_pack_put_text(out, d->notes[i].text);
    }
}

static bool take_diag(struct bb_arena *a, bb_str frame, struct bb_diag *ret)
{
    struct bb_pack_in in = bb_pack_in(frame);
    uint32_t severity = bb_pack_take_u32(&in);
    in.bad = in.bad || severity > BB_FATAL;
    ret->severity = (enum bb_severity)severity;
    ret->loc = take_loc(&in);
    ret->text = bb_pack_take_text(&in);
    ret->nnotes = bb_pack_take_count(&in, 5);
    ret->notes = bb_arena_array(a, struct bb_diag_note, ret->nnotes);
    for (size_t i = 0; i < ret->nnotes; i++) {
        ret->notes[i].loc = take_loc(&in);
        ret->notes[i].text = bb_pack_take_text(&in);
    }
    return bb_pack_done(&in);
}

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bb_childlog *l = (struct bb_childlog *)self;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, frame = BB_BUF_INIT;
    bb_diag_render(&text, d, false);
    bb_fs_write_all(STDOUT_FILENO, bb_buf_str(&text));
    if (d->severity < BB_PLAIN && !d->shown)
        return;
    struct bb_diag told = *d;
    if (l->quiet && told.severity > BB_WARN)
        told.severity = BB_WARN;
    size_t block = bb_pack_open(&frame);
    put_diag(&frame, &told);
    bb_pack_close(&frame, block);
    bb_fs_write_all(l->fd, bb_buf_str(&frame));
}

void bb_childlog_start(struct bb_childlog *l, struct bb_ctx *ctx, int fd, bool quiet)
{
    *l = (struct bb_childlog){.sink.emit = emit, .fd = fd, .quiet = quiet};
    ctx->diag = &l->sink;
}

void bb_childlog_tell(struct bb_childlog *l, enum bb_childword word, bb_str text)
{
    BB_CLEAN_BUF struct bb_buf frame = BB_BUF_INIT;
    size_t block = bb_pack_open(&frame);
    bb_pack_put_uint(&frame, WORDS + word);
    bb_pack_put_text(&frame, text);
    bb_pack_close(&frame, block);
    bb_fs_write_all(l->fd, bb_buf_str(&frame));
}

/* False when the frame is no such word. */
static bool take_word(bb_str frame, const struct bb_childlog_ear *ear)
{
    struct bb_pack_in in = bb_pack_in(frame);
    uint32_t word = bb_pack_take_u32(&in) - WORDS;
    bb_str text = bb_pack_take_text(&in);
    if (word >= BB_NCHILDWORDS || !bb_pack_done(&in))
        return false;
    ear->told(ear->self, (enum bb_childword)word, text);
    return true;
}

void bb_childlog_take(struct bb_ctx *ctx, struct bb_buf *in, const struct bb_childlog_ear *ear)
{
    bb_str rest = bb_buf_str(in), frame;
    int r;
    while ((r = bb_pack_frame(&rest, MAX_FRAME, &frame)) > 0) {
        struct bb_arena a;
        struct bb_diag d = {0};
        bb_arena_init(&a);
        if (!take_word(frame, ear) && take_diag(&a, frame, &d))
            bb_report(ctx, &d);
        bb_arena_release(&a);
    }
    if (r < 0) /* something else wrote to the descriptor */
        rest.len = 0;
    bb_buf_splice(in, 0, in->len - rest.len, BB_STR(""));
}
