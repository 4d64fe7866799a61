/* SPDX-License-Identifier: MIT */
/* The commits that floating revisions stand for, for --revisions-changed. */
#ifndef BB_QUERY_REVISIONS_H
#define BB_QUERY_REVISIONS_H

#include "cook/cooker.h"

/* Appends what is known of them, one text for one state; nothing where none was resolved. */
int bb_revisions_read(struct bb_cooker *c, struct bb_buf *ret);

#endif
