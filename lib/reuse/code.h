/* SPDX-License-Identifier: MIT */
/*
 * What was worked out from a text of code, kept from run to run: compiled Python, what code refers to, the functions of a
 * module. A key is everything that the result follows from, the text itself included; what a result looks like is known
 * to whoever asks for it. The process has one such cache, and a file of another build of the program is not used.
 *
 * New results stay in memory until they are saved; those of a forked worker go to its parent as text.
 */
#ifndef BB_REUSE_CODE_H
#define BB_REUSE_CODE_H

#include "base/rules.h"
#include "base/str.h"

enum bb_code_kind {
    BB_CODE_FUNCTION = 'f',
    BB_CODE_EXPRESSION = 'e',
    BB_CODE_DEPS = 'd',
    BB_CODE_MODULE = 'm'
};

/* Results are kept in the file `path` from now on, where `maker` (a word, say the version of the interpreter) tells what
 * else they follow from. Does nothing when a file is in use. */
void bb_code_open(const char *path, const char *maker);
/* Saves what is new, and keeps nothing from now on; 0 or -errno, with the file as it was. */
int bb_code_close(void);

/* The key of a text that is read by the rules of `level` and stands at `line` of `where` (a file, or the variable of an
 * expression); 0 when nothing is kept. */
uint64_t bb_code_key(enum bb_code_kind kind, enum bb_level level, bb_str text, bb_str where, uint32_t line);
/* What is kept under a key, p NULL for nothing; valid until the cache is closed. */
bb_str bb_code_get(uint64_t key);
void bb_code_put(uint64_t key, bb_str content);

/* How many results are new; those from number `from` on as text, and read from such a text in another process. */
size_t bb_code_count(void);
void bb_code_write(struct bb_buf *out, size_t from);
void bb_code_read(bb_str in);

#endif
