/* SPDX-License-Identifier: MIT */
/*
 * How the layers below `py` reach Python: a table of callbacks that lib/py fills and lib/cook puts into the
 * root store. Without a table (unit tests) `${@...}` fails with a clear text and everything else works.
 *
 * Callbacks return 0 or a negative code. After -BB_EPYTHON the exception is kept by the interpreter until
 * `error_text` or `error_report` is asked; -BB_ESKIP means that bb.parse.SkipRecipe was raised, -BB_EREPORTED
 * that the user has been told (bb.BBHandledException).
 */
#ifndef BB_DATA_PYHOOK_H
#define BB_DATA_PYHOOK_H

#include "base/source.h"
#include "base/sym.h"
#include "data/value.h"

struct bb_store;

/* What a piece of code refers to (py/pydeps.c): names of variables, of called functions, and words looked for. */
struct bb_contains {
    bb_sym var;
    bb_str *items;
    size_t nitems;
};
struct bb_codedeps {
    bb_sym *references;
    size_t nreferences;
    bb_sym *execs;
    size_t nexecs;
    struct bb_contains *contains;
    size_t ncontains;
};

/* Points in a parse at which metadata's handlers may listen; the argument is the recipe's path unless said. */
#define BB_PARSE_EVENTS(X)                                                                                   \
    X(RecipePreFinalise)                                                                                     \
    X(RecipePostKeyExpansion) X(RecipeTaskPreProcess) X(RecipeParsed) X(RecipePreDeferredInherits)
#define X(n) BB_EV_##n,
enum bb_parse_event { BB_PARSE_EVENTS(X) };
#undef X

struct bb_pyhook {
    void *self;
    /* str(eval(code)) with `d` and every variable as names. `var` names the value being expanded, or is NULL. */
    int (*eval)(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret);
    /* A value after the expression of setVarFilter. NULL where there is no Python. */
    int (*filter)(void *self, bb_str value, bb_str expression, struct bb_buf *ret);
    /* What a text refers to, cached by its content; the result is borrowed and stays for the life of the process.
     * `lineno` and `file` are for messages only. -BB_EPARSE when it is not Python. */
    int (*scan)(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                const struct bb_codedeps **ret);
    /* Compiles and runs `def` code in the shared namespace, once for each (module, text). The code's first
     * line is line `lineno` (1-based) of `file`. Also used for "def __anon_...(d):" wrappers. */
    int (*insert_method)(void *self, struct bb_store *d, bb_str module, bb_str code, bb_str file,
                         uint32_t lineno);
    /* Calls FUNC(d) for one name of __BBANONFUNCS. */
    int (*run_anonymous)(void *self, struct bb_store *d, bb_str func);
    /* Registers an addhandler function (its text, flags eventmask, filename, lineno are read from d). */
    int (*register_handler)(void *self, struct bb_store *d, bb_str func);
    /* Handlers registered from now on are dropped by the matching restore. */
    int (*save_handlers)(void *self);
    void (*restore_handlers)(void *self);
    /* Fires an event of a parse at the handlers; free when none is interested. */
    int (*fire)(void *self, struct bb_store *d, enum bb_parse_event ev, bb_str arg);
    /* addpylib DIR NAMESPACE. */
    int (*add_pylib)(void *self, struct bb_store *d, bb_str dir, bb_str ns);
    /* Objects kept in the store. */
    void (*obj_ref)(void *self, void *obj);
    void (*obj_unref)(void *self, void *obj);
    int (*obj_str)(void *self, void *obj, struct bb_buf *ret);
    bool (*obj_true)(void *self, void *obj);
    /* copy.copy(obj): a new reference. */
    void *(*obj_copy)(void *self, void *obj);
    /* One line for the pending exception: "NameError: name 'x' is not defined"; keeps it pending. */
    void (*error_text)(void *self, struct bb_buf *ret);
    /* The reason of the pending SkipRecipe; clears it. */
    void (*skip_reason)(void *self, struct bb_buf *ret);
    /* Reports the pending exception as a diagnostic, traceback in recipe lines as notes, and clears it. */
    int (*error_report)(void *self, struct bb_loc loc, const char *doing);
    void (*error_clear)(void *self);
};

#endif
