/* SPDX-License-Identifier: MIT */
/*
 * The files that a store was made from: every file that was read, and every place where a file was looked for in
 * vain, each in the state it was seen in. The recipe cache is valid while all of them are unchanged.
 *
 * BitBake keeps the list in variable __depends; here that variable holds only a handle, so that copies of a store,
 * renaming it to __base_depends and writes to a parent behave as they do there. The parser stats a path once per
 * process (bb.parse.cached_mtime) until bb_depends_forget().
 */
#ifndef BB_PARSE_DEPENDS_H
#define BB_PARSE_DEPENDS_H

#include "os/filestate.h"
#include "parse/parser.h"

/* What stat says about a path, asked once; the answer is borrowed from the parser. */
const struct bb_filestate *bb_depends_stat(struct bb_parser *p, bb_str path);
/* Files may have changed: ask again from now on. */
void bb_depends_forget(struct bb_parser *p);

/* bb.parse.mark_dependency, bb.parse.check_dependency. */
int bb_depends_mark(struct bb_parser *p, struct bb_store *d, bb_str path);
bool bb_depends_has(struct bb_parser *p, struct bb_store *d, bb_str path);
/* __depends, or __base_depends when `base`, oldest first, in the store's arena. */
int bb_depends_list(struct bb_parser *p, struct bb_store *d, bool base, struct bb_seenfile **ret,
                    size_t *ret_n);
/* Sets BBINCLUDED of a configuration (bb.parse.get_file_depends); that of a recipe is set when it is finalised. */
int bb_depends_set_included(struct bb_parser *p, struct bb_store *d);

/*
 * bb.utils.which: the first of the ':'-separated folders `path` that has `item`, as an absolute path; p NULL
 * when none has. Every attempt is marked as a dependency of `d`, the hit only when `mark_hit`.
 */
int bb_depends_which(struct bb_parser *p, struct bb_store *d, bb_str path, bb_str item, bool mark_hit,
                     bb_str *ret_found);

#endif
