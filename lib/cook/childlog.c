/* SPDX-License-Identifier: MIT */
#include "cook/childlog.h"

#include "os/fs.h"

#include <unistd.h>

enum { HEAD = 2 * sizeof(uint32_t), MAX_FRAME = 1 << 24 };

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bb_childlog *l = (struct bb_childlog *)self;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, frame = BB_BUF_INIT;
    bb_diag_render(&text, d, false);
    bb_fs_write_all(STDOUT_FILENO, bb_buf_str(&text));
    if (d->severity < BB_WARN || l->quiet)
        return;
    /* The cooker puts the severity's word in front again. */
    bb_str body = bb_buf_str(&text);
    static const char *const words[] = {[BB_WARN] = "WARNING: ", [BB_ERROR] = "ERROR: ", [BB_FATAL] = "ERROR: "};
    if (bb_str_starts(body, bb_str_z(words[d->severity])))
        body = bb_str_from(body, strlen(words[d->severity]));
    uint32_t head[2] = {(uint32_t)bb_str_rtrim(body).len, (uint32_t)d->severity};
    bb_buf_add(&frame, head, sizeof(head));
    bb_buf_add(&frame, body.p, head[0]);
    bb_fs_write_all(l->fd, bb_buf_str(&frame));
}

void bb_childlog_start(struct bb_childlog *l, struct bb_ctx *ctx, int fd, bool quiet)
{
    *l = (struct bb_childlog){.sink.emit = emit, .fd = fd, .quiet = quiet};
    ctx->diag = &l->sink;
}

void bb_childlog_take(struct bb_ctx *ctx, struct bb_buf *in)
{
    size_t at = 0;
    while (in->len - at >= HEAD) {
        uint32_t head[2];
        memcpy(head, in->p + at, sizeof(head));
        if (head[0] > MAX_FRAME) { /* not ours: something else wrote to the descriptor */
            at = in->len;
            break;
        }
        if (in->len - at - HEAD < head[0])
            break;
        bb_str text = bb_str_n(in->p + at + HEAD, head[0]);
        if (head[1] >= BB_ERROR)
            bb_error(ctx, "%.*s", BB_STRF(text));
        else
            bb_warn(ctx, "%.*s", BB_STRF(text));
        at += HEAD + head[0];
    }
    bb_buf_splice(in, 0, at, BB_STR(""));
}
