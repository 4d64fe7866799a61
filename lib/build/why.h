/* SPDX-License-Identifier: MIT */
/*
 * Why a task ran: the newest record of a build that ran it, compared with the one before that knows it. No configuration is
 * read and no recipe is evaluated; all is in the records.
 */
#ifndef BB_BUILD_WHY_H
#define BB_BUILD_WHY_H

#include "base/ctx.h"
#include "base/vec.h"

struct bb_why_opts {
    bb_str topdir;     /* the build directory whose records are asked */
    bb_str target;     /* "[mc:NAME:]pn[:task]"; empty with `between`: all tasks */
    bb_str between[2]; /* two build directories or records instead, the earlier one first; else empty */
    bool json;
    size_t most; /* causes that are told as text; 0: all */
};

/* Appends the answer. -BB_EREPORTED after a message: no record knows the target. */
int bb_why_explain(struct bb_ctx *ctx, const struct bb_why_opts *o, struct bb_buf *out);

#endif
