/* SPDX-License-Identifier: MIT */
/* One variable for programs: `bbc-getvar --json`. */
#ifndef BB_QUERY_VARSHOW_H
#define BB_QUERY_VARSHOW_H

#include "data/store.h"

/*
 * Appends one JSON object: variable, value (null when unset), unexpanded, flags (an object) and history (an array of
 * operations with op, flag, file, line, function, detail). The store must have been made with tracking.
 */
int bb_varshow_json(struct bb_store *d, bb_sym var, struct bb_buf *out);
/* The same for one flag: variable, flag, value. */
int bb_varshow_flag_json(struct bb_store *d, bb_sym var, bb_sym flag, struct bb_val value,
                         struct bb_buf *out);

#endif
