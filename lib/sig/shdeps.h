/* SPDX-License-Identifier: MIT */
/*
 * Which commands does a shell text run? Task hashes depend on it: a shell function depends on every shell function
 * that it calls. The answer is the set of command words of the text without the functions that it defines itself.
 *
 * The language understood is that of BitBake's own small shell parser, not that of a shell: `$((..))`,
 * arrays, `<<<` and redirections of whole functions are errors, `[[` and `function` are ordinary commands,
 * words after a command are not looked at except for `$(..)` and backquotes outside double quotes. Hashes are
 * only equal to BitBake's when the same texts are refused and the same words are found, so its slips are
 * kept; each is named where the code has it.
 *
 * Results are cached by text. A cache is used by one thread and belongs to whoever made it.
 */
#ifndef BB_SIG_SHDEPS_H
#define BB_SIG_SHDEPS_H

#include "base/ctx.h"
#include "base/sym.h"

struct bb_shdeps;

/* A cache of answers; `level` says whether `$(..)` inside double quotes counts (it does from 2.18 on). */
struct bb_shdeps *bb_shdeps_new(enum bb_level level);
void bb_shdeps_free(struct bb_shdeps *c);

struct bb_shdeps_result {
    const bb_sym *cmds; /* in no particular order, without duplicates; owned by the cache */
    size_t ncmds;
    const char *error; /* why the text was refused, lower case, no full stop; NULL when it was accepted */
    uint32_t line;     /* 1-based line of the text where the refused part begins */
};
/* The command words of an expanded text. 0, or -BB_EPARSE with `error` and `line` set. Prints nothing. */
int bb_shdeps_get(struct bb_shdeps *c, bb_str text, const struct bb_shdeps_result **ret);
/* The same in the form data/emit.h wants; `self` is a struct bb_shdeps. */
int bb_shdeps_execs(void *self, bb_str text, bb_sym **ret, size_t *ret_n);

#endif
