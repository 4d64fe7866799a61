/* SPDX-License-Identifier: MIT */
/*
 * Tokens of a shell text, cut as BitBake's shell lexer cuts them (see shdeps.h for why). A token's text is a
 * view of the text read, or a copy in the arena where a line continuation was taken out of its middle.
 */
#ifndef BB_SIG_SHLEX_H
#define BB_SIG_SHLEX_H

#include "base/arena.h"
#include "base/vec.h"

/* Kinds, with the words that are reserved wherever a word stands, arguments included. */
/* clang-format off */
#define BB_SHRESERVED(X)                                                                                     \
    X(IF, "if") X(THEN, "then") X(ELSE, "else") X(ELIF, "elif") X(FI, "fi") X(DO, "do") X(DONE, "done")      \
    X(CASE, "case") X(ESAC, "esac") X(WHILE, "while") X(UNTIL, "until") X(FOR, "for") X(LBRACE, "{")         \
    X(RBRACE, "}") X(BANG, "!") X(IN, "in") X(PIPE, "|")
/* clang-format on */
enum bb_shkind {
    BB_SH_END,
    BB_SH_WORD,
    BB_SH_NEWLINE,
    BB_SH_IONUMBER,
    BB_SH_ASSIGNMENT,
    BB_SH_HERENAME,
    BB_SH_REDIRECT, /* < <& > >& >> <> >| */
    BB_SH_HEREDOC,  /* << <<- */
    BB_SH_ANDIF,
    BB_SH_ORIF,
    BB_SH_DSEMI,
    BB_SH_AMP,
    BB_SH_SEMI,
    BB_SH_LPAREN,
    BB_SH_RPAREN,
#define X(name, text) BB_SH_##name,
    BB_SHRESERVED(X)
#undef X
};

struct bb_shtoken {
    enum bb_shkind kind;
    bool quoted; /* holds a quote, an expansion or a substitution */
    bb_str text;
    uint32_t off; /* where it begins in the text read */
};
struct bb_shtokens {
    struct bb_shtoken *p;
    size_t n, cap;
};
struct bb_sherror {
    const char *text; /* static; NULL: no error */
    uint32_t off;
};

/* Appends all tokens of `text` and one BB_SH_END; false with `err` filled when the text is refused. */
bool bb_shlex_tokens(struct bb_arena *a, bb_str text, struct bb_shtokens *ret, struct bb_sherror *err);

/* Appends the commands of $(..) and `..` that are not quoted; with `in_dquotes` also those directly inside
 * "..". NULL, or why the word is refused. */
const char *bb_shlex_substs(struct bb_arena *a, bb_str word, bool in_dquotes, struct bb_strvec *ret);

#endif
