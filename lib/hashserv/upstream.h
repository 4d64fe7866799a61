/* SPDX-License-Identifier: MIT */
/*
 * What the upstream server knows (BB_HASHSERVE_UPSTREAM), kept in the database as soon as it is known. Where there is none, or
 * while it does not answer, it knows nothing: after a failure nobody asks it for a minute, because everybody waits meanwhile.
 * The log gets the failure.
 */
#ifndef BB_HASHSERV_UPSTREAM_H
#define BB_HASHSERV_UPSTREAM_H

#include "hashserv/core.h"

/* Fills those of `ret` that are empty and that it knows, with copies in `a`, and keeps them. Negative: the database's code. */
int bb_hashupstream_get(struct bb_hashcore *c, const struct bb_hashquery *q, size_t n, struct bb_arena *a,
                        bb_str *ret);
/* Sets those of `ret` that are false and that it knows. */
void bb_hashupstream_exist(struct bb_hashcore *c, const bb_str *unihashes, size_t n, bool *ret);
/* Keeps the row of a task hash or, when it has one, of q's outhash, with its unihash: 1, or 0 when it knows none. */
int bb_hashupstream_row(struct bb_hashcore *c, const struct bb_hashreport *q);
/* The unihash of an output, appended: 1, or 0 when it knows none. */
int bb_hashupstream_outhash(struct bb_hashcore *c, const struct bb_hashreport *q, struct bb_buf *ret_unihash);

#endif
