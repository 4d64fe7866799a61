/* SPDX-License-Identifier: MIT */
/*
 * ${@...} without Python: the forms that make up most of what metadata has, compiled once per text to a small
 * tree (inline.c) that is evaluated in C (inline_eval.c).
 *
 *   variables     d.getVar('A'[, True|False])   d.getVarFlag('A', 'f'[, True|False])
 *   words         bb.utils.contains('A', 'x y', T, F, d)   contains_any   bb.utils.filter('A', 'x', d)
 *   BitBake       bb.data.inherits_class('c', d)   bb.parse.vars_from_file(E, d)[N]
 *   Python        os.path.dirname(E)   int(E)   bool(E)   [E, E ...][E]   (E)
 *   texts         E.split()   E.strip()   E.replace(E, E)   'text'.join(E)   E + E
 *   constants     'text'   12   True   False   None
 *   conditions    == != < <= > >= in not in   not and or   A if C else B
 *
 * Anything else, and any operation on kinds of values for which Python would raise or these files have no
 * answer, is left to Python. String literals with a backslash are not taken. Nothing here has side effects,
 * so Python may start again from the beginning.
 */
#ifndef BB_DATA_INLINE_PRIV_H
#define BB_DATA_INLINE_PRIV_H

#include "data/store_priv.h"

enum expr_kind {
    N_CONST,
    N_GETVAR,
    N_GETFLAG,
    N_CONTAINS,
    N_CONTAINS_ANY,
    N_FILTER,
    N_INHERITS,
    N_FILEVAR,
    N_DIRNAME,
    N_INT,
    N_BOOL,
    N_PICK,
    N_SPLIT,
    N_STRIP,
    N_REPLACE,
    N_JOIN,
    N_ADD,
    N_EQ,
    N_NE,
    N_LT,
    N_LE,
    N_GT,
    N_GE,
    N_IN,
    N_NOTIN,
    N_NOT,
    N_AND,
    N_OR,
    N_COND,
};

struct expr {
    enum expr_kind kind;
    unsigned flags;    /* of bb_store_get */
    struct bb_val val; /* the constant; the words looked for; which of the file's variables */
    bb_sym var, flag;
    const struct expr *a, *b, *c;
    const struct expr *const *items; /* of a list */
    size_t nitems;
};

struct inline_code {
    const struct expr *root;
    struct bb_codedeps deps;
};

#endif
