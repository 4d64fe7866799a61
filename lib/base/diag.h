/* SPDX-License-Identifier: MIT */
/*
 * Diagnostics: messages about the user's input. Whoever knows the place reports, once. A diagnostic has a
 * severity, a place, a text and notes (the include stack, who set the value, the expansion chain).
 *
 *   recipes/x.bb:14:18: error: unterminated '${' in value of 'SRC_URI'
 *
 * Messages that people grep for keep BitBake's words, and then the plain "ERROR: ..." line comes first. Callers pass
 * the error code on and print nothing.
 */
#ifndef BB_BASE_DIAG_H
#define BB_BASE_DIAG_H

#include "base/source.h"

struct bb_ctx;

/* Error codes: negative errno, or one of these. `BB_EREPORTED` means that the user has been told already. */
#define BB_ERRORS(X)                                                                                         \
    X(REPORTED, 4096, "already reported")                                                                    \
    X(SKIP, 4097, "recipe skipped")                                                                          \
    X(PARSE, 4098, "parse error")                                                                            \
    X(PYTHON, 4099, "python exception")                                                                      \
    X(CHECKSUM, 4100, "checksum mismatch")                                                                   \
    X(CORRUPT, 4101, "corrupt data")                                                                         \
    X(NETWORK, 4102, "network failure")                                                                      \
    X(UNSAFE, 4103, "path escapes its target folder")                                                        \
    X(CANCELLED, 4104, "interrupted")
#define X(name, num, text) BB_E##name = num,
enum bb_error { BB_ERRORS(X) };
#undef X
/* Text for a (negative) code, errno texts included. */
const char *bb_strerror(int code);

/* Severities in BitBake's words; PLAIN has no prefix. */
enum bb_severity { BB_DEBUG, BB_NOTE, BB_PLAIN, BB_WARN, BB_ERROR, BB_FATAL };

struct bb_diag_note {
    struct bb_loc loc; /* src 0 when there is none */
    bb_str text;
};
struct bb_diag {
    enum bb_severity severity;
    struct bb_loc loc;
    bb_str text;
    struct bb_diag_note *notes;
    size_t nnotes;
    bool shown;     /* a note of a task that the user sees, too, not its log alone: bb.verbnote */
    bool uncounted; /* goes with another message and is no error of its own */
    bb_str layer;   /* the name of the layer that the place is in, empty for none; bb_report() fills it in */
};
/* Where diagnostics go. */
struct bb_diag_sink {
    void (*emit)(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d);
};

/*
 * Reports and counts. A message that the context's verbosity hides counts all the same: -1 hides notes and plain
 * text, -2 warnings too, and a debug message shows when its level is no higher than the verbosity.
 * bb_error/bb_error_at return -BB_EREPORTED so that a caller can `return bb_error(...)`.
 */
int bb_error(struct bb_ctx *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int bb_error_at(struct bb_ctx *ctx, struct bb_loc loc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bb_warn(struct bb_ctx *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void bb_warn_at(struct bb_ctx *ctx, struct bb_loc loc, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void bb_note(struct bb_ctx *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void bb_plain(struct bb_ctx *ctx, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void bb_debug(struct bb_ctx *ctx, int level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The general form, with notes. `layer` of what is given does not matter. */
void bb_report(struct bb_ctx *ctx, const struct bb_diag *d);

/*
 * The stack of places that lead to what is being read now (include, inherit, expansion). Reports made while it is not
 * empty carry it as notes, innermost first. `what` is borrowed: "included from here", "inherited from here".
 */
void bb_diag_push(struct bb_ctx *ctx, struct bb_loc loc, const char *what);
void bb_diag_pop(struct bb_ctx *ctx);

/* The sink that writes to stderr what bb_diag_render makes, in colour on a terminal unless NO_COLOR is set. */
struct bb_diag_sink *bb_diag_text_sink(void);
/* A sink that collects the rendered text (tests): `ctx.diag = &c.sink`. */
struct bb_diag_collect {
    struct bb_diag_sink sink;
    struct bb_buf text;
};
void bb_diag_collect_init(struct bb_diag_collect *c);
void bb_diag_collect_release(struct bb_diag_collect *c);

/*
 * A folder of BBLAYERS, absolute, that files of later messages may be in. The innermost folder around a file is its
 * layer, and is called by the folder's name. `dir` is copied; a folder that was given before changes nothing.
 */
void bb_diag_add_layer(struct bb_ctx *ctx, bb_str dir);

/*
 * Appends the full text form to `out`, each line ending in \n. With a place: the line above, the quoted source line
 * and a caret, the layer of a warning or an error, then the notes. Without: BitBake's "ERROR: text", then the notes.
 */
void bb_diag_render(struct bb_buf *out, const struct bb_diag *d, bool colour);

#endif
