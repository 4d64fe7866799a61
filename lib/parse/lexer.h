/* SPDX-License-Identifier: MIT */
/* Shared by the files of the lexer only: lex.c (lines and bodies), lex_line.c (statements), lex_explain.c (errors). */
#ifndef BB_PARSE_LEXER_H
#define BB_PARSE_LEXER_H

#include "base/ctx.h"
#include "base/vec.h"
#include "parse/ast.h"

struct bb_lexer {
    struct bb_ctx *ctx;
    struct bb_ast *ast;
    enum bb_file_kind kind;
    bb_str text;
    size_t pos;    /* where the next line starts */
    uint32_t line; /* number of the line read last */
    bool has_cr;
    struct bb_buf joined;
    BB_VEC(struct bb_stmt) stmts;
};

/* A physical line. */
struct bb_rawline {
    bb_str text; /* right-stripped */
    size_t off, next;
};

/* A logical line: what is left when continuations are joined. */
struct bb_line {
    bb_str text;
    size_t off, end;
    uint32_t first, last;
    bool in_source; /* text is a view into the file, starting at `off` */
};

/* What a logical line starts that lex.c has to read the body of. */
enum bb_line_result { BB_LINE_DONE, BB_LINE_FUNCTION, BB_LINE_DEF };

/* Bytes of the white-space character (Python's str.isspace) at `at`; 0 when there is none. */
size_t bb_lex_space_long(bb_str s, size_t at);
static inline size_t bb_lex_space(bb_str s, size_t at)
{
    unsigned char c = at < s.len ? (unsigned char)s.p[at] : 'x';

    if (c < 0x80)
        return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    return bb_lex_space_long(s, at);
}
static inline size_t bb_lex_skip_space(bb_str s, size_t at)
{
    for (size_t n; (n = bb_lex_space(s, at)) != 0;)
        at += n;
    return at;
}
/* \w: letters, digits, '_' and whatever is not ASCII. */
static inline bool bb_lex_is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}
/* [a-zA-Z0-9\-_+.${}/~:] */
bool bb_lex_is_name(char c);
/* Reads "OP" at `at`: its length, 0 when there is none. */
size_t bb_lex_op(bb_str s, size_t at, enum bb_assign_op *ret_op);
/* The rest after "WORD" and white space; false when the line is something else. */
bool bb_lex_after_word(bb_str s, bb_str word, bb_str *ret_rest);

/* The statement that the line is, pushed on lx->stmts; or what it starts (enum bb_line_result). */
int bb_lex_statement(struct bb_lexer *lx, const struct bb_line *line);
/* A new statement with its place set. */
struct bb_stmt *bb_lex_push(struct bb_lexer *lx, const struct bb_line *line, enum bb_stmt_kind kind);
/* A text that lives as long as the tree. */
bb_str bb_lex_keep(struct bb_lexer *lx, const struct bb_line *line, bb_str text);
/* Reports "unparsed line" with what is wrong with it. */
int bb_lex_unparsed(struct bb_lexer *lx, const struct bb_line *line);
/* The place of bytes [from, to) of a logical line. */
struct bb_loc bb_lex_place(struct bb_lexer *lx, const struct bb_line *line, size_t from, size_t to);

#endif
