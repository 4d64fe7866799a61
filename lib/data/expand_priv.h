/* SPDX-License-Identifier: MIT */
/*
 * Inside of the store: from a record to a value. get.c applies overrides and operations, expand.c replaces ${...};
 * inline.c has those forms of ${@...} that need no Python, pure.c says which code may be remembered, error.c keeps what
 * went wrong.
 */
#ifndef BB_DATA_EXPAND_PRIV_H
#define BB_DATA_EXPAND_PRIV_H

#include "data/store.h"

struct node;
struct rec;
struct parse;

/* The content or weak default as it stands in the record, nothing applied; NULL when there is neither. */
const struct bb_val *bb_get_stored(const struct rec *r, bool weak);
/* BitBake: copy.copy(value), which matters for objects only. */
struct bb_val bb_get_copied(struct bb_store *d, struct bb_val v);

/* expand.c */

/* Where a text comes from: a variable or one of its flags, or (var NULL) nowhere. */
struct origin {
    bb_sym var, flag;
};
/* BitBake: expandWithRefs. Fills vp (value, unexpanded, deps); `old` is an earlier result whose text may be reused. */
int bb_expand_value(struct bb_store *d, struct bb_val v, struct origin from, const struct bb_val *old,
                    struct bb_varparse *vp);
/* First "${" at or after `from`, BB_NPOS when there is none. */
size_t bb_expand_dollar(bb_str s, size_t from);
/* Length in bytes of the white space character (Python's str.isspace) at the start of s, 0 when it is another. */
size_t bb_expand_space(bb_str s);
/* Takes the next word off *rest as str.split() does. */
bool bb_expand_word(bb_str *rest, bb_str *ret_word);
/* word in list.split() */
bool bb_expand_has_word(bb_str list, bb_str word);

/* pure.c */

/* Whether code with these dependencies gives another value only when a variable it reads changes. */
bool bb_pure_code(const struct bb_codedeps *deps);

/* inline.c, inline_eval.c */

struct inline_code;
/* The native form of the code of a ${@...}, NULL when it has none. Kept for the life of the family. */
const struct inline_code *bb_inline_compile(struct bb_store *d, bb_str code);
const struct bb_codedeps *bb_inline_deps(const struct inline_code *c);
/* 1 when *ret holds str() of the value, 0 when Python has to do it, or the code of a failed expansion. */
int bb_inline_eval(struct bb_store *d, const struct inline_code *c, struct bb_buf *ret);

/* error.c */

/* The last failure. */
struct fault {
    struct bb_expand_error e;
    struct bb_arena arena; /* holds its texts */
    BB_VEC(bb_str) chain;
    uint64_t serial; /* grows with each failure, so that a new one is known */
    bool bare;       /* has not left an expansion yet */
    bool closed;     /* the chain is a whole circle and grows no more */
};
/* A new failure: what Python would call the exception, "TypeError: ...". Returns `code`. */
int bb_fault_set(struct bb_store *d, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* It leaves the expansion of `from`, whose text was then `expression`: becomes an ExpansionError, or grows its chain. */
void bb_fault_pass(struct bb_store *d, struct origin from, bb_str expression);
/* Endless recursion: names the circle. */
int bb_fault_circle(struct bb_store *d, bb_sym var);

#endif
