/* SPDX-License-Identifier: MIT */
/* Signature data files in words: what bbc-dumpsig and bbc-diffsigs print. */
#ifndef BB_QUERY_SIGS_H
#define BB_QUERY_SIGS_H

#include "base/ctx.h"

/* Everything one file holds, appended to `out`. A file that is not signature data is reported. */
int bb_sigs_dump(struct bb_ctx *ctx, const char *path, struct bb_buf *out);
/* Why two files of one task differ, appended to `out`; nothing when they say the same. */
int bb_sigs_diff(struct bb_ctx *ctx, const char *from, const char *to, bool colour, struct bb_buf *out);

#endif
