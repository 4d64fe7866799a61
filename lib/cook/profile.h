/* SPDX-License-Identifier: MIT */
/*
 * The profile of a parse (-P): recipe files, statements of files, `${@...}` expressions, anonymous
 * functions, event handlers, and what bbc does with Python code besides running it. Calls and the time of
 * their own are counted: what one of them spends in another is the other's. Times are those of the clock, so
 * waiting for a program counts.
 *
 * There is one profile in a process, since the table of callbacks of Python has room for no more. Without one nothing
 * is measured and nothing is asked: callbacks and the parser's watch are put in place by bb_profile_start(). Forked
 * workers hand their numbers over through a file that they share with their parent.
 */
#ifndef BB_COOK_PROFILE_H
#define BB_COOK_PROFILE_H

#include "parse/parser.h"

struct bb_profile;

/* Starts measuring; `hook` is replaced by one that measures. -errno without memory for the shared file. */
int bb_profile_start(struct bb_profile **ret, const struct bb_pyhook **inout_hook);
void bb_profile_free(struct bb_profile *p);
/* For bb_parser_set_watch(); valid as long as the profile. */
const struct bb_parse_watch *bb_profile_watch(struct bb_profile *p);

/* Around one recipe file, on the way. A NULL profile does nothing. */
void bb_profile_recipe_enter(struct bb_profile *p, bb_str file);
void bb_profile_recipe_leave(struct bb_profile *p);
/* In a worker: forgets what was measured before the fork; at its end hands over what was measured since. */
void bb_profile_worker_start(struct bb_profile *p);
void bb_profile_worker_end(struct bb_profile *p);

/*
 * All numbers of all processes, costliest first: the `top` first of each kind as a table appended to `table`,
 * everything as JSON to `json`.
 */
int bb_profile_report(struct bb_profile *p, size_t top, struct bb_buf *table, struct bb_buf *json);

#endif
