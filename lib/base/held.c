/* SPDX-License-Identifier: MIT */
#include "base/held.h"

#include <stdlib.h>

struct bb_held {
    struct bb_diag_sink sink, *outer;
    struct bb_arena arena;
    BB_VEC(struct bb_diag) list;
};

static void keep(struct bb_held *h, const struct bb_diag *d)
{
    struct bb_diag copy = *d;
    copy.text = bb_arena_str(&h->arena, d->text);
    copy.layer = bb_arena_str(&h->arena, d->layer);
    copy.notes = bb_arena_array(&h->arena, struct bb_diag_note, d->nnotes);
    for (size_t i = 0; i < d->nnotes; i++)
        copy.notes[i] = (struct bb_diag_note){d->notes[i].loc, bb_arena_str(&h->arena, d->notes[i].text)};
    bb_vec_push(&h->list, copy);
}

static void emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct bb_held *h = (struct bb_held *)self;
    if (d->severity < BB_ERROR) {
        h->outer->emit(h->outer, ctx, d);
        return;
    }
    keep(h, d);
    ctx->errors -= !d->uncounted;
    ctx->said--;
}

struct bb_held *bb_held_begin(struct bb_ctx *ctx)
{
    struct bb_held *h = bb_calloc(1, sizeof(*h));
    h->sink.emit = emit;
    h->outer = ctx->diag;
    bb_arena_init(&h->arena);
    ctx->diag = &h->sink;
    return h;
}

void bb_held_end(struct bb_ctx *ctx, struct bb_held *h)
{
    ctx->diag = h->outer;
}

const struct bb_diag *bb_held_first(const struct bb_held *h)
{
    return h->list.n ? &h->list.p[0] : NULL;
}

void bb_held_report(struct bb_ctx *ctx, struct bb_held *h)
{
    bb_vec_each(&h->list, d) {
        ctx->errors += !d->uncounted;
        ctx->said++;
        ctx->diag->emit(ctx->diag, ctx, d);
    }
    h->list.n = 0;
}

void bb_held_free(struct bb_held *h)
{
    bb_vec_release(&h->list);
    bb_arena_release(&h->arena);
    free(h);
}
