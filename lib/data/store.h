/* SPDX-License-Identifier: MIT */
/*
 * The store: BitBake's data store (`d`). Variables with flags, overrides, :append/:prepend/:remove, expansion
 * with reference tracking, copies that share what they do not change, and the history of every value.
 *
 * A store made by bb_store_copy() keeps a live link to its parent, as BitBake's createCopy() does: a later
 * write to the parent is seen in the copy unless the copy has written that variable (even one flag of it) or
 * has cached that expansion; overrides keys added to the parent later are not seen. Freeze a parent that is
 * never written again (bb_store_freeze) and look-ups become cheap.
 *
 * Results (texts, lists, objects) are borrowed from the store and stay valid as long as the store. Functions
 * return 0 or a negative code: -BB_EPYTHON when an exception is pending in the interpreter, -BB_EPARSE for
 * another failed expansion (bb_store_error() describes both), -BB_ESKIP and -BB_EREPORTED as they come.
 * Nothing here prints except the fatal and warning texts of BitBake that name a place (old override syntax,
 * renamed variables), through ctx.
 */
#ifndef BB_DATA_STORE_H
#define BB_DATA_STORE_H

#include "base/ctx.h"
#include "base/sym.h"
#include "base/vec.h"
#include "data/pyhook.h"
#include "data/value.h"

struct bb_store;

/* A new empty root store. `hook` may be NULL (no Python) and is inherited by copies. */
struct bb_store *bb_store_new(struct bb_ctx *ctx, const struct bb_pyhook *hook);
/* createCopy(). The copy holds a reference to its parent. */
struct bb_store *bb_store_copy(struct bb_store *parent);
/* Promises that neither `d` nor an ancestor of it is written again, which makes its copies faster. A write aborts. */
void bb_store_freeze(struct bb_store *d);
bool bb_store_frozen(const struct bb_store *d);
struct bb_store *bb_store_ref(struct bb_store *d);
void bb_store_unref(struct bb_store *d);
/* The size of what stays in memory when the caller's reference goes; 0: the store goes with it. */
size_t bb_store_held(const struct bb_store *d);
struct bb_ctx *bb_store_ctx(const struct bb_store *d);
const struct bb_pyhook *bb_store_hook(const struct bb_store *d);
/* For values that shall live as long as this store. */
struct bb_arena *bb_store_arena(struct bb_store *d);
/* For lib/py: one pointer per store (the Python wrapper, borrowed). */
void *bb_store_get_user(const struct bb_store *d);
void bb_store_set_user(struct bb_store *d, void *user);
/*
 * For lib/py's cycle collector: visits the objects that go when the caller's reference to `d` goes; none
 * while others have references, too. Stops at the first result that is not 0 and returns it.
 */
int bb_store_kept_objects(const struct bb_store *d, int (*visit)(void *self, void *obj), void *self);

/* How a write came about: for history and for the rules that differ between a parser's writes and code's writes. */
struct bb_how {
    struct bb_loc loc; /* place of the statement; src 0: see func */
    const char *op;    /* history's word: "set", "set?", "append", "immediate", "exported" ...; NULL: "set" */
    bb_str detail;     /* the text as written; p NULL: the value itself */
    const char *func;  /* Python function that wrote, NULL for statements */
    bool parsing;      /* BitBake's parsing=True: keep :append and friends, do not touch override values */
    bool ignore;       /* no history entry */
    bool borrowed;     /* the value's bytes outlive the store (a syntax tree's do), so they are not copied */
};
#define BB_HOW_PARSE(location) (&(struct bb_how){.loc = (location), .parsing = true})

enum bb_get {
    BB_GET_EXPAND = 1 << 0,
    BB_GET_NOWEAK = 1 << 1,  /* do not fall back to ??= */
    BB_GET_PARSING = 1 << 2, /* raw content only: no overrides, no appends */
};

/* getVar / getVarFlag. BB_NONE when unset. */
int bb_store_get(struct bb_store *d, bb_sym var, unsigned flags, struct bb_val *ret);
int bb_store_get_flag(struct bb_store *d, bb_sym var, bb_sym flag, unsigned flags, struct bb_val *ret);
/* Only when the variable holds a text without "${" that nothing is done to, or is unset; false: ask bb_store_get. */
bool bb_store_get_plain(struct bb_store *d, bb_sym var, struct bb_val *ret);
/* The expanded value as text, "" (p == NULL) when unset. */
int bb_store_str(struct bb_store *d, bb_sym var, bb_str *ret);
/* As bb_store_str for C code that treats a failed expansion as fatal: reports it, returns -BB_EREPORTED. */
int bb_store_str_report(struct bb_store *d, bb_sym var, bb_str *ret);
/* The expanded flag as text, p == NULL when unset. */
int bb_store_flag_str(struct bb_store *d, bb_sym var, bb_sym flag, bb_str *ret);

/* setVar, setVarFlag, delVar, delVarFlag, renameVar, appendVar ...: BitBake's methods of these names. */
int bb_store_set(struct bb_store *d, bb_sym var, struct bb_val v, const struct bb_how *how);
int bb_store_set_flag(struct bb_store *d, bb_sym var, bb_sym flag, struct bb_val v, const struct bb_how *how);
/* setVarFlags: several flags of a variable, without what setVarFlag does for some of them. */
struct bb_flag {
    bb_sym name;
    struct bb_val val;
};
int bb_store_del(struct bb_store *d, bb_sym var, const struct bb_how *how);
int bb_store_del_flag(struct bb_store *d, bb_sym var, bb_sym flag, const struct bb_how *how);
int bb_store_del_flags(struct bb_store *d, bb_sym var, const struct bb_how *how);
int bb_store_rename(struct bb_store *d, bb_sym var, bb_sym to, const struct bb_how *how);
/* setVarFilter: what expanded values of `var` go through; empty for none. */
void bb_store_set_filter(struct bb_store *d, bb_sym var, bb_str filter);
int bb_store_append(struct bb_store *d, bb_sym var, bb_str value, const struct bb_how *how);
int bb_store_prepend(struct bb_store *d, bb_sym var, bb_str value, const struct bb_how *how);
int bb_store_append_flag(struct bb_store *d, bb_sym var, bb_sym flag, bb_str value, const struct bb_how *how);
int bb_store_prepend_flag(struct bb_store *d, bb_sym var, bb_sym flag, bb_str value,
                          const struct bb_how *how);
/* Shorthands for C code: text in, no history. */
int bb_store_setz(struct bb_store *d, const char *var, bb_str value);
int bb_store_set_flagz(struct bb_store *d, const char *var, const char *flag, bb_str value);

/* hasOverrides(). */
bool bb_store_has_overrides(struct bb_store *d, bb_sym var);
/* An override key A:x of a variable A: BitBake's overridedata. */
struct bb_override_key {
    bb_sym var, override;
};
/* The keys of one variable, borrowed until the next write; false when it never had any. */
bool bb_store_override_keys(struct bb_store *d, bb_sym var, const struct bb_override_key **ret,
                            size_t *ret_n);
typedef BB_VEC(bb_sym) bb_symvec;
/* All variables with override keys; those that OVERRIDES depends on (overridevars). Appended to `ret`. */
void bb_store_overridden(struct bb_store *d, bb_symvec *ret);
void bb_store_override_vars(struct bb_store *d, bb_symvec *ret);
/* Active overrides, OVERRIDES split at ':', computed as need_overrides() does. */
int bb_store_overrides(struct bb_store *d, const bb_sym **ret, size_t *ret_n);
/* Names of variables as iterating over `d` gives them (deleted ones left out, overridden bases included), in
 * order of first definition, parents first. */
int bb_store_keys(struct bb_store *d, bb_sym **ret, size_t *ret_n);
/* Whether bb_store_keys would give this name. False also when OVERRIDES cannot be expanded. */
bool bb_store_has(struct bb_store *d, bb_sym var);
/* Names that this store itself has written (localkeys). */
int bb_store_local_keys(struct bb_store *d, bb_sym **ret, size_t *ret_n);
/*
 * getVarFlags without expansion: pairs in order of setting. `internal` also gives names that start with '_' or ':'
 * (":append" etc. as objects of kind BB_V_NONE: ask bb_store_ops). None gives 0 and *ret_n 0.
 */
int bb_store_flags(struct bb_store *d, bb_sym var, bool internal, const struct bb_flag **ret, size_t *ret_n);
/* The stored (text, override) pairs of :append, :prepend or :remove. */
struct bb_varop {
    bb_str text;
    bb_sym override; /* NULL: unconditional */
};
int bb_store_ops(struct bb_store *d, bb_sym var, enum bb_symop op, const struct bb_varop **ret,
                 size_t *ret_n);
/* Replaces every literal ${NAME} in raw values by `value` (expandVarref); only local keys unless `parents`. */
int bb_store_expand_varref(struct bb_store *d, bb_sym name, bool parents);
/* Expands names that contain ${...} (bb.data.expandKeys), sorted, with BitBake's warning on conflicts. */
int bb_store_expand_keys(struct bb_store *d);
/* The set of variables with export/unexport ever set (__exportlist). */
int bb_store_exports(struct bb_store *d, bb_sym **ret, size_t *ret_n);

/* Expansion with what it referred to (BitBake's VariableParse). Sets are in order of first use, without duplicates. */
struct bb_varparse {
    struct bb_val value;      /* expanded, removes applied */
    struct bb_val unexpanded; /* overrides, appends and prepends applied, removes not */
    struct bb_codedeps deps;
    bb_str *removes; /* raw remove strings that deleted something; unordered */
    size_t nremoves;
};
/* The parse of a variable or flag, cached until a write that can matter to it. Borrowed; valid until the next write. */
int bb_store_parse(struct bb_store *d, bb_sym var, bb_sym flag /* NULL: content */,
                   const struct bb_varparse **ret);
/* Expands any text. `var` is the context's name (self references are errors) or NULL. A text without "${"
 * comes back as it is, the caller's own bytes. */
int bb_store_expand(struct bb_store *d, bb_str text, bb_sym var, bb_str *ret);
int bb_store_expand_refs(struct bb_store *d, bb_str text, bb_sym var, struct bb_varparse *ret);

/* What went wrong in the last failed expansion (BitBake's ExpansionError). */
struct bb_expand_error {
    bb_str variable;   /* "" when a plain text was expanded */
    bb_str expression; /* the text at that moment */
    bb_str exception;  /* "NameError: name 'x' is not defined" */
    bb_str *chain;     /* variables from the innermost outwards: BitBake's dependency chain */
    size_t nchain;
};
const struct bb_expand_error *bb_store_error(const struct bb_store *d);
/* BitBake's str(ExpansionError): the failure and, on a second line, the chain. */
void bb_store_error_text(const struct bb_store *d, struct bb_buf *out);
/* Reports the last failure at `loc` with the chain as notes and who set the values; -BB_EREPORTED (or
 * -BB_ESKIP unchanged when `code` is that). */
int bb_store_report(struct bb_store *d, int code, struct bb_loc loc);

/* History of a variable, oldest first, when tracking is on (bb_store_track; off by default as in BitBake,
 * whose -e turns it on). The place of the *last* plain assignment is always known: bb_store_where. */
struct bb_event {
    struct bb_loc loc;
    const char *op;
    bb_str detail;
    bb_sym flag;      /* NULL: the value */
    const char *func; /* NULL for statements */
    bb_sym variable;
};
void bb_store_track(struct bb_store *d, bool on);
bool bb_store_tracks(const struct bb_store *d);
int bb_store_history(struct bb_store *d, bb_sym var, const struct bb_event **ret, size_t *ret_n);
bool bb_store_where(struct bb_store *d, bb_sym var, struct bb_loc *ret);
/* Include history, for -e: enter/leave nest. */
void bb_store_include_enter(struct bb_store *d, bb_str file);
void bb_store_include_leave(struct bb_store *d);
void bb_store_include_emit(struct bb_store *d, struct bb_buf *out);

#endif
