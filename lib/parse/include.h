/* SPDX-License-Identifier: MIT */
/*
 * include, require and inherit: finding files and evaluating them. Every file that was looked for, found or not,
 * becomes a dependency of the store (depends.h).
 */
#ifndef BB_PARSE_INCLUDE_H
#define BB_PARSE_INCLUDE_H

#include "parse/parser.h"

/*
 * Expands `files` and evaluates each of them: searched beside `parent`, then along BBPATH. A missing file is an error
 * only when `required`; one that is being evaluated already is an error (BitBake would recurse until it crashes).
 */
int bb_include_files(struct bb_parser *p, struct bb_store *d, bb_str parent, bb_str files, struct bb_loc loc,
                     bool required);
/* include_all: the file of every folder of BBPATH that has it. */
int bb_include_all(struct bb_parser *p, struct bb_store *d, bb_str parent, bb_str name, struct bb_loc loc);
/*
 * Expands `classes` and evaluates those that `d` has not inherited yet (bb.parse.BBHandler.inherit). Searched
 * along BBPATH under classes-global or classes-recipe, by __bbclasstype, then under classes. `loc` is where
 * they are named. Classes that BB_DEFER_BBCLASSES names are put off.
 */
int bb_include_inherit(struct bb_parser *p, struct bb_store *d, bb_str classes, struct bb_loc loc);
/* The same for classes that have been put off. */
int bb_include_inherit_now(struct bb_parser *p, struct bb_store *d, bb_str classes, struct bb_loc loc);
/* Queues classes, not expanded yet, for the start of finalisation. */
int bb_include_put_off(struct bb_parser *p, struct bb_store *d, bb_str classes, bb_str file, uint32_t line);
/* bb.data.inherits_class: whether a class of that name is in __inherit_cache. */
bool bb_include_inherits(struct bb_store *d, bb_str class);

#endif
