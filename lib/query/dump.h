/* SPDX-License-Identifier: MIT */
/*
 * Every variable, flag, task and base hash of every recipe variant that can be built as JSON lines: what editors and
 * scanners read, and what equality with another implementation is measured by.
 *
 * Each line ("skipped" is always empty): {"basehash": {task: hash}, "flags": {name: {flag: text}}, "fn", "pn",
 * "skipped", "tasks": [...], "vars": {name: text}}. A text is the first 16 hex digits of its SHA-256 unless `values`.
 * A value whose expansion fails is "!" and the kind of failure; a Python object that would show its address is its
 * class name.
 */
#ifndef BB_QUERY_DUMP_H
#define BB_QUERY_DUMP_H

#include "cook/cooker.h"

struct bb_dump_opts {
    bool values;
    const struct bb_strvec *only; /* recipe files whose path has one of these texts; empty: all */
    unsigned jobs;                /* processes */
};
/*
 * Evaluates all recipes and writes the lines, sorted, to `path` (beside, then renamed). DATE and TIME have fixed values
 * so that two dumps can be equal. *ret_failed counts recipes that did not parse.
 */
int bb_dump_write(struct bb_cooker *c, const char *path, const struct bb_dump_opts *o, size_t *ret_n,
                  size_t *ret_failed);

#endif
