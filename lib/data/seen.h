/* SPDX-License-Identifier: MIT */
/*
 * Which names the stores of this process come to know from some moment on: whatever is read is known first,
 * whether the variable is there or not, so the set of them says what cannot have mattered. It holds names
 * that were only written, too, which does no harm to that use.
 *
 * Iterating over a store tells which names there are, and what does so mostly goes on to read all of them. That is
 * noted apart, recipe by recipe, and what such a recipe read from there on does not count: it depends on everything.
 *
 * A cache that outlives a recipe must not hide reads from this: it may keep what follows from texts, not from names.
 */
#ifndef BB_DATA_SEEN_H
#define BB_DATA_SEEN_H

#include "base/sym.h"

/* From now on, in all stores; a parse worker starts after its fork. */
void bb_seen_start(void);
/* The names so far, in order of first appearance; valid until the next use of a store. */
void bb_seen_names(const bb_sym **ret, size_t *ret_n);
/* A recipe ends. Whether it listed names, and so depends on all variables there are. */
bool bb_seen_recipe_done(void);

/* For the store: a name becomes known; the names are listed. */
void bb_seen_note(bb_sym s);
void bb_seen_list(void);

#endif
