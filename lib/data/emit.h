/* SPDX-License-Identifier: MIT */
/*
 * Variables as shell text: the body of run scripts (export lines, functions and the functions they call) and
 * the output of `bbc -e`, both byte for byte BitBake's (bb.data.emit_var, emit_func, emit_env).
 */
#ifndef BB_DATA_EMIT_H
#define BB_DATA_EMIT_H

#include "data/store.h"

/* One variable as bb.data.emit_var does; `all` also gives unexported ones, with history comments when tracking. */
int bb_emit_var(struct bb_buf *out, struct bb_store *d, bb_sym var, bool all);
/* Everything, as `bitbake -e` prints after the include history; `funcwhitespace` separates functions. */
int bb_emit_env(struct bb_buf *out, struct bb_store *d, bool all, bool funcwhitespace);
struct bb_emit_func_opts {
    /* Command words of a shell text (sig/shdeps.h), for functions called by functions; NULL: none are followed. */
    int (*shell_execs)(void *self, bb_str expanded, bb_sym **ret, size_t *ret_n);
    void *self;
};
/* A shell function and all shell functions it needs (found with `shell_execs`), preceded by exported variables. */
int bb_emit_func(struct bb_buf *out, struct bb_store *d, bb_sym func, const struct bb_emit_func_opts *o);
/* Exported variables with their values, in the order of emission (bb.data.exported_vars). */
struct bb_exported {
    bb_sym var;
    bb_str value;
};
int bb_emit_exported(struct bb_store *d, struct bb_exported **ret, size_t *ret_n);

#endif
