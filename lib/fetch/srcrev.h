/* SPDX-License-Identifier: MIT */
/*
 * Floating revisions (AUTOREV, branches, tags) and the commits that they stand for. bb.fetch2 keeps them in one file,
 * so that parsing and all tasks of a build agree. A new build forgets them, unless BB_SRCREV_POLICY is "cache".
 *
 * Functions return 0 or a negative code with a sentence in `err`; -BB_EREPORTED when a variable could not be
 * expanded.
 */
#ifndef BB_FETCH_SRCREV_H
#define BB_FETCH_SRCREV_H

#include "data/store.h"

/* Where it is kept: below PERSISTENT_DIR, else CACHE. */
int bb_srcrev_path(struct bb_store *d, struct bb_buf *ret, struct bb_buf *err);
/* To be called when a build starts, before its recipes are evaluated. */
int bb_srcrev_start(struct bb_store *d, struct bb_buf *err);

#endif
