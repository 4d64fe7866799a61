/* SPDX-License-Identifier: MIT */
/*
 * Inside of the store: facts of names and sets of names. A fact follows from the name alone (the override keys of a
 * variable, the parts of an override), so symx.c works it out once in the life of the process and keeps it with the
 * symbol.
 */
#ifndef BB_DATA_SYMX_PRIV_H
#define BB_DATA_SYMX_PRIV_H

#include "base/arena.h"
#include "base/sym.h"

/* An override key as BitBake files it: the variable whose name is `base`, the separator and `override`. */
struct cookie {
    bb_sym base, override;
};
enum symx_flags {
    SYMX_VAR = 1 << 0,      /* the facts of a variable's name are known */
    SYMX_OVR = 1 << 1,      /* the facts of an override are known */
    SYMX_OLDSTYLE = 1 << 2, /* holds "_append", "_prepend" or "_remove" */
    SYMX_DOLLAR = 1 << 3,   /* holds "${" */
    SYMX_PARTS = 1 << 4,    /* holds the separator */
    SYMX_CALL = 1 << 5,     /* the next is known */
    SYMX_PURE = 1 << 6,     /* a function of Python that depends on the variables it reads alone */
};
struct symx {
    uint8_t flags;
    uint8_t ncookies;
    uint16_t nparts;
    bb_sym shortvar;        /* up to the first separator */
    struct cookie *cookies; /* BitBake: _setvar_update_overrides */
    bb_sym *parts;          /* an override split at the separator */
    bb_sym last, strip;     /* its last part and what is left without it; NULL when it has one part */
    uint64_t mark;          /* for sets of names, see bb_symx_mark */
};
struct symx *bb_symx_get(bb_sym s);
struct symx *bb_symx_var(bb_sym s);
struct symx *bb_symx_override(bb_sym s);
/* Whether the override `key` ends in the separator and `part`; what is left without that. */
bool bb_symx_cut(bb_sym key, bb_sym part, bb_sym *ret);
/* A number no name is marked with: give it to the names of a set as they come. */
uint64_t bb_symx_mark(void);

/* A set of names with a number each. A copy of the struct shares the table, which then must not be added to. */
struct symmap {
    struct symmap_slot {
        bb_sym sym;
        uint32_t num;
    } * tab;
    uint32_t n, mask;
};
/* False when the name was there already. */
bool bb_symx_map_add(struct bb_arena *a, struct symmap *m, bb_sym s, uint32_t num);
void bb_symx_map_unshare(struct bb_arena *a, struct symmap *m);
static inline const struct symmap_slot *bb_symx_map_find(const struct symmap *m, bb_sym s)
{
    if (!m->tab)
        return NULL;
    for (uint32_t i = (uint32_t)s->hash;; i++) {
        const struct symmap_slot *e = &m->tab[i & m->mask];
        if (e->sym == s)
            return e;
        if (!e->sym)
            return NULL;
    }
}

/* Names that mean something to the store, looked up once. */
struct known_syms {
    bb_sym content, defaultval, append, prepend, remove;
    bb_sym overrides, file, exportlist, export_flag, unexport_flag, renamed, failparsing;
    bb_sym func, python, vardeps, lineno, filename, inherit_cache;
    char separator; /* bb_sym_separator() */
};
extern struct known_syms bb_known;
void bb_symx_init(void);
bb_sym bb_symx_underscored(bb_sym s);
/* The flag that keeps the weak default of a flag, and the other way round; NULL when it is none. */
#define SYMX_WEAK_FLAG "_defaultval_flag_"
bb_sym bb_symx_weak(bb_sym flag);
bb_sym bb_symx_strong(bb_sym weak);
/* The name a variable is kept by. BitBake 1.46 takes ':' for '_' in the names that it is asked for. */
static inline bb_sym bb_symx_kept(bb_sym s)
{
    return bb_known.separator == ':' ? s : bb_symx_underscored(s);
}

#endif
