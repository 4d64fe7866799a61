/* SPDX-License-Identifier: MIT */
/*
 * Messages of a task: all go to the task's log (its stdout); warnings, errors and what is to be shown also travel to the
 * cooker through a pipe, which shows them with all others, places and notes included. So does what a task tells the
 * cooker itself.
 */
#ifndef BB_BUILD_CHILDLOG_H
#define BB_BUILD_CHILDLOG_H

#include "base/ctx.h"

/* What a task tells the cooker, each with a text. */
enum bb_childword {
    BB_CHILD_UNIHASH,   /* the task's unihash from now on */
    BB_CHILD_NO_SERVER, /* why no hash equivalence server can be had */
    BB_NCHILDWORDS,
};

/* The task's side. */
struct bb_childlog {
    struct bb_diag_sink sink; /* first */
    int fd;
    bool quiet; /* setscene: errors are warnings, the task itself runs then */
};
/* Makes ctx report through `fd` and to stdout. */
void bb_childlog_start(struct bb_childlog *l, struct bb_ctx *ctx, int fd, bool quiet);
void bb_childlog_tell(struct bb_childlog *l, enum bb_childword word, bb_str text);

/* The cooker's side: takes the complete frames off `in` and reports them through ctx, or hands them to `told`. */
struct bb_childlog_ear {
    void *self;
    void (*told)(void *self, enum bb_childword word, bb_str text);
};
void bb_childlog_take(struct bb_ctx *ctx, struct bb_buf *in, const struct bb_childlog_ear *ear);

#endif
