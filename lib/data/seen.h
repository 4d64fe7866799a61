/* SPDX-License-Identifier: MIT */
/*
 * Names that the stores of this process have met since some moment. A store meets a name before it reads the
 * variable, whether there is one or not, so a name outside of this set cannot have mattered. The set also holds names
 * that were only written, which does no harm.
 *
 * A recipe that lists the names of a store mostly goes on to read them all: it depends on everything. That is noted
 * recipe by recipe, and the later reads of such a recipe do not count.
 *
 * A cache that outlives a recipe must not hide reads from this set: it may keep results of texts, not of names.
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
