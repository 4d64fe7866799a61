/* SPDX-License-Identifier: MIT */
/*
 * Messages of a task: all go to the task's log (its stdout); warnings, errors and what is to be shown also travel to the
 * cooker through a pipe, which shows them with all others, places and notes included.
 */
#ifndef BB_BUILD_CHILDLOG_H
#define BB_BUILD_CHILDLOG_H

#include "base/ctx.h"

/* The task's side. */
struct bb_childlog {
    struct bb_diag_sink sink; /* first */
    int fd;
    bool quiet; /* setscene: errors are warnings, the task itself runs then */
};
/* Makes ctx report through `fd` and to stdout. */
void bb_childlog_start(struct bb_childlog *l, struct bb_ctx *ctx, int fd, bool quiet);

/* The cooker's side: takes the complete frames off `in` and reports them through ctx. */
void bb_childlog_take(struct bb_ctx *ctx, struct bb_buf *in);

#endif
