/* SPDX-License-Identifier: MIT */
/*
 * Where messages go. A build writes notes and warnings to stdout and errors to stderr, as BitBake does; a query keeps
 * stdout for its answer. Whatever a progress display has drawn is cleared first and drawn again afterwards.
 */
#ifndef BBC_CONSOLE_H
#define BBC_CONSOLE_H

#include "base/ctx.h"

#include <stdio.h>

struct bbc_console {
    struct bb_diag_sink sink; /* first */
    FILE *out, *err;          /* for up to warnings; for errors */
    bool colour_out, colour_err, json;
    /* A display that has to get out of the way; may be NULL. */
    void (*before)(void *self);
    void (*after)(void *self);
    void *self;
};

/* `query`: everything to stderr. Installs itself in ctx. */
void bbc_console_init(struct bbc_console *c, struct bb_ctx *ctx, bool query);
/* What a code returned by lib means as an exit status. */
int bbc_console_status(int code);
/* BitBake's "Summary: There was 1 ERROR message, returning a non-zero exit code." lines. */
void bbc_console_summary(const struct bbc_console *c, const struct bb_ctx *ctx);

#endif
