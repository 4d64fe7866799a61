/* SPDX-License-Identifier: MIT */
/*
 * What the upstream service of package revisions answers. One that does not answer is an error for who asks: a revision that was
 * made without it might be given out twice.
 */
#ifndef BB_PRSERV_UPSTREAM_H
#define BB_PRSERV_UPSTREAM_H

#include "prserv/core.h"

/* Whether it knows the package's version: 1, or 0. Failures here and below: as bb_rpc_refuse(), with the reason said. */
int bb_prupstream_known(struct bb_rpc_session *s, const struct bb_prkey *k);
/* The greatest revision it has for the package's version, appended: 1, or 0 when it has none. */
int bb_prupstream_greatest(struct bb_rpc_session *s, const struct bb_prkey *k, struct bb_buf *ret);
/* The revision it has for the checksum, appended: 1, or 0 when it has none. */
int bb_prupstream_find(struct bb_rpc_session *s, const struct bb_prkey *k, struct bb_buf *ret);

#endif
