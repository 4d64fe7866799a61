/* SPDX-License-Identifier: MIT */
/*
 * The place and the form of messages. A build writes notes and warnings to stdout and errors to stderr, as
 * BitBake does; a query keeps stdout for its answer. Whatever a progress display has drawn is cleared first
 * and drawn again afterwards.
 *
 * `--diagnostics FORM[:FILE]`: with a FILE the messages are written there at the end, and as text while they come;
 * without one, JSON lines and GitHub's commands take the place of the text, and a SARIF log goes to stderr at the
 * end.
 */
#ifndef BBC_CONSOLE_H
#define BBC_CONSOLE_H

#include "opts.h"
#include "base/ctx.h"

#include <stdio.h>

/* In the order of BBC_FORM_WORDS. */
enum bbc_form { BBC_TEXT, BBC_JSON, BBC_SARIF, BBC_GITHUB };

struct bbc_console {
    struct bb_diag_sink sink; /* first */
    FILE *out, *err;          /* for up to warnings; for errors */
    bool colour_out, colour_err;
    enum bbc_form form;
    const char *path;      /* FILE, NULL: none */
    const char *workspace; /* GITHUB_WORKSPACE: read before the environment is cleaned */
    int collected; /* descriptor of what is written at the end, shared with forked workers; -1: nothing is */
    /* A display that has to get out of the way; may be NULL. */
    void (*before)(void *self);
    void (*after)(void *self);
    void *self;
};

/* `query`: everything to stderr. Installs itself in ctx. */
void bbc_console_init(struct bbc_console *c, struct bb_ctx *ctx, bool query);
/* Takes the argument of --diagnostics, NULL when it was not given. False (said on stderr) for a form that is none. */
bool bbc_console_form(struct bbc_console *c, const char *spec);
/* Writes what has to be written at the end of a command with this exit status; returns the status, 1 if that failed. */
int bbc_console_finish(struct bbc_console *c, int status);
/* The exit status for a code that lib returned. */
int bbc_console_status(int code);
/* BitBake's "Summary: There was 1 ERROR message, returning a non-zero exit code." lines. */
void bbc_console_summary(const struct bbc_console *c, const struct bb_ctx *ctx);

#endif
