/* SPDX-License-Identifier: MIT */
/*
 * Text -> statements. Pure: no store, no disk, no Python. The two line models are BitBake's: in .conf files a
 * backslash joins any two lines; in .bb, .inc, .bbclass and .bbappend files comments and statements may not
 * be mixed in one joined line, function bodies are verbatim up to a line that is exactly "}" and `def` bodies
 * last while lines are indented, empty or comments.
 *
 * The first error ends the file: it is reported with its place and the result is -BB_EREPORTED. Files are
 * UTF-8; other bytes, and NUL, are errors.
 */
#ifndef BB_PARSE_LEX_H
#define BB_PARSE_LEX_H

#include "base/ctx.h"
#include "parse/ast.h"

/*
 * Lexes `text`, which is borrowed for the life of the process, for diagnostics quote it; `path` is copied.
 * The tree is the caller's (bb_ast_free). `path` decides on the line model; it need not exist.
 */
int bb_lex_text(struct bb_ctx *ctx, bb_str path, bb_str text, struct bb_ast **ret_ast);

#endif
