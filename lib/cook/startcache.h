/* SPDX-License-Identifier: MIT */
/*
 * `bbc -p` where nothing has changed: a record of a start that had nothing to parse and nothing to say. It holds what
 * that start was given (environment, options, the program itself) and the state of all that it looked at: the files
 * of the configuration and those that were looked for in vain, the folders with recipes, the files of each recipe,
 * the files that Python opened, the recipe cache. While all of that is as it was, another start would do the same
 * again, so it need not be done: no configuration is read and no Python is started.
 *
 * No record is made of a start that ran a program, had a message to show, or has a recipe that is never cached.
 */
#ifndef BB_COOK_STARTCACHE_H
#define BB_COOK_STARTCACHE_H

#include "cook/cooker.h"

/* Whether the record in the build folder holds; then *ret_entries is how many recipes the cache has. */
bool bb_startcache_holds(struct bb_ctx *ctx, const struct bb_cooker_opts *o, size_t *ret_entries);
/* Makes the record after bb_cooker_parse(), where that can be done; a file that cannot be written is no error. */
void bb_startcache_save(struct bb_cooker *c);

#endif
