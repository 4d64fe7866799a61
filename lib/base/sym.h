/* SPDX-License-Identifier: MIT */
/*
 * Symbols: interned names. Two equal names are the same pointer for the life of the process, so names compare and
 * hash at no cost. A symbol also caches the split of `VAR:append:x` into base, operation and overrides, because
 * every assignment asks for it. Symbols are never written to a pipe, a database or a hash.
 *
 * Old releases of BitBake write `VAR_append_x`: bb_sym_separate() says which character it is, for the whole process.
 */
#ifndef BB_BASE_SYM_H
#define BB_BASE_SYM_H

#include "base/str.h"

enum bb_symop { BB_SYMOP_NONE, BB_SYMOP_APPEND, BB_SYMOP_PREPEND, BB_SYMOP_REMOVE };

struct bb_symbol {
    bb_str name;                      /* NUL-terminated */
    uint64_t hash;                    /* bb_str_hash(name) */
    uint32_t id;                      /* dense, from 0, in order of first use */
    uint8_t split;                    /* 1 once the fields below are valid: use bb_sym_split() */
    uint8_t op;                       /* enum bb_symop */
    const struct bb_symbol *base;     /* NAME of NAME:append[:ovr], NULL when op is NONE */
    const struct bb_symbol *override; /* ovr (may hold ':'), NULL when there is none */
    void *user;                       /* for the store: its own per-name data */
};
typedef const struct bb_symbol *bb_sym;

/* The symbol of a name; made when it is new. Never NULL. */
bb_sym bb_sym_get(bb_str name);
#define BB_SYM(lit) bb_sym_get(BB_STR(lit))
static inline bb_sym bb_sym_z(const char *z)
{
    return bb_sym_get(bb_str_z(z));
}
/* The symbol when the name was seen before, else NULL: for look-ups that must not grow the table. */
bb_sym bb_sym_peek(bb_str name);
/*
 * The character between a variable, an operation and overrides: ':' at first. A change forgets the split of every
 * name, so no store may exist at that time.
 */
void bb_sym_separate(char separator);
char bb_sym_separator(void);
/*
 * Fills op, base and override as BitBake's __setvar_regexp__ does: NAME(:append|:prepend|:remove)(:ADD)? where ADD
 * holds no upper-case letter (the separator in place of ':'). The shortest NAME wins: A:append:append is an append to
 * A for the override "append".
 */
void bb_sym_split(bb_sym s);
/* How many symbols there are; ids are below this. */
uint32_t bb_sym_count(void);

#endif
