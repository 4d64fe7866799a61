/* SPDX-License-Identifier: MIT */
/* Several checksums of one file in one reading of it. */
#ifndef BB_FETCH_CHECKSUM_H
#define BB_FETCH_CHECKSUM_H

#include "ext/digest.h"

#define BB_CHECKSUM_MAX 8

/* Hex digests of `path` by the names of ext/digest.h, at most BB_CHECKSUM_MAX; a negative errno, -EINVAL for a name. */
int bb_checksum_file(const char *path, const char *const *kinds, size_t nkinds,
                     char (*ret_hex)[BB_DIGEST_HEX]);
/* sha256 of a text. */
void bb_checksum_text(bb_str text, char ret_hex[65]);
/* 0 when the file has this sha256, -BB_ECHECKSUM with both sums in `err` when not, else a negative errno. */
int bb_checksum_verify(const char *path, bb_str sha256, struct bb_buf *err);

#endif
