/* SPDX-License-Identifier: MIT */
/*
 * Errors that may turn out to be none: code of the metadata may catch the exception that they become. They are kept
 * with all that was known of their places, to be shown where nobody catches it. Other messages go on as before.
 */
#ifndef BB_BASE_HELD_H
#define BB_BASE_HELD_H

#include "base/ctx.h"

struct bb_held;

/* Errors are kept from now on, until bb_held_end(). May be nested. Owned by the caller: bb_held_free(). */
struct bb_held *bb_held_begin(struct bb_ctx *ctx);
void bb_held_end(struct bb_ctx *ctx, struct bb_held *h);
/* The first error that was kept, NULL when there was none. Borrowed. */
const struct bb_diag *bb_held_first(const struct bb_held *h);
/* Shows and counts what was kept; nothing is kept afterwards. */
void bb_held_report(struct bb_ctx *ctx, struct bb_held *h);
void bb_held_free(struct bb_held *h);

#endif
