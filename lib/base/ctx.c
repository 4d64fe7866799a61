/* SPDX-License-Identifier: MIT */
#include "base/ctx.h"

void bb_ctx_init(struct bb_ctx *ctx)
{
    *ctx = (struct bb_ctx){.level = BB_LEVEL_2_8, .diag = bb_diag_text_sink()};
}

void bb_ctx_release(struct bb_ctx *ctx)
{
    bb_arena_release(&ctx->arena);
    bb_vec_release(&ctx->places);
}
