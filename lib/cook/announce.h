/* SPDX-License-Identifier: MIT */
/*
 * Events around the parsing of all recipes, in BitBake's order: SanityCheck before the recipes are looked for,
 * ParseStarted when some have to be parsed, then ParseCompleted or ParseError, ReachableStamps last. What a handler
 * raises is reported here; nothing is collected for an event that no handler wants.
 */
#ifndef BB_COOK_ANNOUNCE_H
#define BB_COOK_ANNOUNCE_H

#include "cook/cooker.h"

/* One event in every configuration, with its constructor's positional arguments. */
int bb_announce_all(struct bb_cooker *c, const char *cls, const struct bb_val *args, size_t nargs);
/* SanityCheck: handlers look whether the machine is fit to build, and refuse by an exception. */
int bb_announce_sanity(struct bb_cooker *c);
/* `n` recipe files are going to be parsed. */
int bb_announce_parsing(struct bb_cooker *c, size_t n);
/* How it ended: `result` is parsing's, and is returned unless a handler failed after a success. */
int bb_announce_parsed(struct bb_cooker *c, int result);

/* ReachableStamps: the stamps of all that can be built, by which handlers know what is left over. */
int bb_announce_stamps(struct bb_cooker *c);

#endif
