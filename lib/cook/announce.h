/* SPDX-License-Identifier: MIT */
/*
 * Events around the parsing of all recipes, in BitBake's order: SanityCheck before the recipes are looked for,
 * CacheLoadStarted, -Progress and -Completed, ParseStarted when some have to be parsed, with ParseProgress, then
 * ParseCompleted or ParseError, ReachableStamps last. Exceptions of
 * handlers are reported here. Arguments are collected only for events that a handler wants.
 */
#ifndef BB_COOK_ANNOUNCE_H
#define BB_COOK_ANNOUNCE_H

#include "cook/cooker.h"

/* SanityCheck: handlers look whether the machine is fit to build, and refuse by an exception. */
int bb_announce_sanity(struct bb_cooker *c);
/* One event for the base configuration, with its constructor's positional arguments. */
int bb_announce_event(struct bb_cooker *c, const char *cls, const struct bb_val *args, size_t nargs);
/* The recipe cache `path` has been read: it is one file here, read at once. */
int bb_announce_cache(struct bb_cooker *c, const char *path, size_t entries);
/* `done` of `total` recipe files have been parsed; BitBake: told a hundred times at most. */
int bb_announce_progress(struct bb_cooker *c, size_t done, size_t total);
/* `n` recipe files are going to be parsed. */
int bb_announce_parsing(struct bb_cooker *c, size_t n);
/* Parsing has ended with `result`, which is returned unless a handler failed after a success. */
int bb_announce_parsed(struct bb_cooker *c, int result);

/* ReachableStamps: the stamps of everything that can be built; handlers may remove the others. */
int bb_announce_stamps(struct bb_cooker *c);

#endif
