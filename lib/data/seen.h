/* SPDX-License-Identifier: MIT */
/*
 * Which names the stores of this process come to know from some moment on: whatever is read is known first, whether
 * the variable is there or not, so the set of them says what cannot have mattered. It holds names that were only
 * written, too, which does no harm to that use.
 *
 * Iterating over a store reads no names but tells which there are; that is noted apart (bb_seen_listed).
 */
#ifndef BB_DATA_SEEN_H
#define BB_DATA_SEEN_H

#include "base/sym.h"

/* From now on, in all stores; a parse worker starts after its fork. */
void bb_seen_start(void);
/* The names so far, in order of first appearance; valid until the next use of a store. */
void bb_seen_names(const bb_sym **ret, size_t *ret_n);
/* Forgets the names that appeared after the first n. */
void bb_seen_forget(size_t n);
/* Whether the names of a store were listed since this was last asked. */
bool bb_seen_listed(void);

/* For the store: a name becomes known; the names are listed. */
void bb_seen_note(bb_sym s);
void bb_seen_list(void);

#endif
