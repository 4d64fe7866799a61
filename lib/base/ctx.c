/* SPDX-License-Identifier: MIT */
#include "base/ctx.h"

#include "base/rules.h"
#include "base/sym.h"

void bb_ctx_init(struct bb_ctx *ctx)
{
    *ctx = (struct bb_ctx){.diag = bb_diag_text_sink()};
    bb_ctx_set_level(ctx, BB_LEVEL_2_8);
}

void bb_ctx_set_level(struct bb_ctx *ctx, enum bb_level level)
{
    ctx->level = level;
    bb_sym_separate(bb_rules_has(level, BB_RULE_COLON_OVERRIDES) ? ':' : '_');
}

void bb_ctx_release(struct bb_ctx *ctx)
{
    bb_arena_release(&ctx->arena);
    bb_vec_release(&ctx->places);
    bb_vec_release(&ctx->layers);
}
