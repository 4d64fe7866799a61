/* SPDX-License-Identifier: MIT */
/*
 * Reading JSON: a tree, freed as a whole; a question to the wrong kind of node gives NULL, 0 or an empty view, so a
 * reader checks only what it needs. Writing is base/jsonw.h. jansson.
 */
#ifndef BB_EXT_JSON_H
#define BB_EXT_JSON_H

#include "base/str.h"

struct bb_json; /* the root owns the tree; nodes inside are borrowed */

/* -BB_ECORRUPT with "line 3, column 7: ..." appended to `err` (may be NULL). Any JSON value is taken. */
int bb_json_parse(bb_str text, struct bb_json **ret, struct bb_buf *err);
void bb_json_free(struct bb_json *root);
static inline void bb_clean_json(struct bb_json **j)
{
    bb_json_free(*j);
}
#define BB_CLEAN_JSON __attribute__((cleanup(bb_clean_json)))

enum bb_json_kind { BB_J_NULL, BB_J_BOOL, BB_J_INT, BB_J_REAL, BB_J_STR, BB_J_ARRAY, BB_J_OBJECT };
enum bb_json_kind bb_json_kind(const struct bb_json *j); /* NULL counts as null */
bb_str bb_json_str(const struct bb_json *j);
int64_t bb_json_int(const struct bb_json *j);
bool bb_json_bool(const struct bb_json *j);
/* Appends the text in many lines for people: members sorted, four blanks for each level, ASCII only. */
void bb_json_pretty(const struct bb_json *j, struct bb_buf *out);
/* Number of elements or members. */
size_t bb_json_len(const struct bb_json *j);
struct bb_json *bb_json_at(const struct bb_json *array, size_t i);
struct bb_json *bb_json_get(const struct bb_json *object, const char *key);
/* Members in order of the text: `it` starts NULL, becomes NULL after the last; false then. */
bool bb_json_next(const struct bb_json *object, void **it, bb_str *ret_key, struct bb_json **ret_value);

#endif
