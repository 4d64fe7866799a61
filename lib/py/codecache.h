/* SPDX-License-Identifier: MIT */
/*
 * Results that follow from a text of Python, kept across runs in one file: compiled code, the names that code refers
 * to, the functions of a module. A key covers everything that the result follows from, the text itself included.
 *
 * The file belongs to one build of the program and one Python; any other, and one that is damaged, is not used. New
 * results are kept in memory until they are saved; those of a forked worker go to its parent as text.
 */
#ifndef BB_PY_CODECACHE_H
#define BB_PY_CODECACHE_H

#include "base/str.h"

enum bb_code_kind {
    BB_CODE_FUNCTION = 'f',
    BB_CODE_EXPRESSION = 'e',
    BB_CODE_DEPS = 'd',
    BB_CODE_MODULE = 'm'
};

/* The key of a text that stands at `line` of `where` (a file, or the variable of an expression). */
uint64_t bb_codecache_key(enum bb_code_kind kind, bb_str text, bb_str where, uint32_t line);
/* What is kept under a key, p NULL for nothing; valid as long as the process. */
bb_str bb_codecache_get(uint64_t key);
void bb_codecache_put(uint64_t key, bb_str content);

#endif
