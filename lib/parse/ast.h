/* SPDX-License-Identifier: MIT */
/*
 * A metadata file, statement by statement. A file is lexed once; its tree never changes afterwards and is
 * evaluated into as many stores as there are recipes that use it, also in forked workers. Names are symbols and texts
 * are views into the file (or, where lines were joined, into the tree's arena): both live as long as the parser.
 *
 * BitBake numbers a statement by the last of its lines. Names of anonymous functions, flag `lineno` and history show
 * that number: `loc.line` is that number, `loc.off` and `loc.len` cover the statement's text.
 */
#ifndef BB_PARSE_AST_H
#define BB_PARSE_AST_H

#include "base/arena.h"
#include "base/source.h"
#include "base/sym.h"

enum bb_stmt_kind {
    BB_ST_ASSIGN,        /* [export] VAR[FLAG] op "text" */
    BB_ST_EXPORT,        /* export VAR */
    BB_ST_UNSET,         /* unset VAR, unset VAR[FLAG] */
    BB_ST_INCLUDE,       /* include/require text */
    BB_ST_INCLUDE_ALL,   /* include_all text */
    BB_ST_ADDFRAGMENTS,  /* addfragments text names: path's prefix; list, flagged variables, built-in ones */
    BB_ST_ADDPYLIB,      /* addpylib text text2: only in configuration read first-hand */
    BB_ST_INHERIT,       /* inherit text */
    BB_ST_INHERIT_DEFER, /* inherit_defer text */
    BB_ST_FUNCTION,      /* [python] [fakeroot] VAR() { text } */
    BB_ST_DEF,           /* def VAR(...): text */
    BB_ST_EXPORT_FUNCS,  /* EXPORT_FUNCTIONS names; names[i + 1] is what names[i] calls */
    BB_ST_ADDTASK,       /* addtask names before text after text2 (p NULL: none) */
    BB_ST_DELTASK,       /* deltask text */
    BB_ST_ADDHANDLER,    /* addhandler names */
};

/* Order as in assign_ops[] of lex_line.c. */
enum bb_assign_op {
    BB_OP_NOW,     /* := */
    BB_OP_LAZY,    /* ??= */
    BB_OP_WEAK,    /* ?= */
    BB_OP_APPEND,  /* += */
    BB_OP_PREPEND, /* =+ */
    BB_OP_PREDOT,  /* =. */
    BB_OP_POSTDOT, /* .= */
    BB_OP_SET,     /* = */
};

enum bb_stmt_flags {
    BB_STF_EXPORT = 1 << 0,    /* ASSIGN: with export */
    BB_STF_ODD_OP = 1 << 1,    /* ASSIGN: V:append += and the like, which BitBake advises against */
    BB_STF_REQUIRE = 1 << 2,   /* INCLUDE: the file must be there */
    BB_STF_PYTHON = 1 << 3,    /* FUNCTION */
    BB_STF_FAKEROOT = 1 << 4,  /* FUNCTION */
    BB_STF_ANONYMOUS = 1 << 5, /* FUNCTION: run when the recipe is finalised */
};

struct bb_stmt {
    uint8_t kind, op;
    uint16_t flags;
    uint32_t first_line;
    struct bb_loc loc;
    bb_sym var;
    bb_sym flag; /* ASSIGN, UNSET: NULL when the value is meant */
    bb_sym now;  /* ASSIGN with :=: what its expansion is called, "VAR[:=]" */
    bb_str text;
    bb_str text2; /* FUNCTION, DEF: what flag `lineno` gets */
    bb_sym *names;
    size_t nnames;
};

struct bb_ast {
    bb_str path;  /* as BitBake's FILE and flag `filename` show it */
    bb_str base;  /* file name without folders: the module of its `def`s */
    bb_str class; /* of a .bbclass: its name; else empty */
    uint32_t src;
    struct bb_stmt *stmts;
    size_t nstmts;
    struct bb_arena arena;
};

enum bb_file_kind {
    BB_FILE_OTHER,  /* nothing that can be parsed */
    BB_FILE_CONF,   /* .conf */
    BB_FILE_RECIPE, /* .bb .inc .bbappend: everything a class may hold */
    BB_FILE_CLASS,  /* .bbclass */
};
/* By the extension, as os.path.splitext tells it. */
enum bb_file_kind bb_ast_file_kind(bb_str path);

void bb_ast_free(struct bb_ast *ast);

/* Where a statement stands, for diagnostics: its first line and all of its text. */
static inline struct bb_loc bb_stmt_place(const struct bb_stmt *s)
{
    return (struct bb_loc){s->loc.src, s->first_line, s->loc.off, s->loc.len};
}

#endif
