/* SPDX-License-Identifier: MIT */
/* Checksums by name ("md5", "sha1", "sha256", "sha384", "sha512"), as lower-case hexadecimal text. libcrypto. */
#ifndef BB_EXT_DIGEST_H
#define BB_EXT_DIGEST_H

#include "base/str.h"

#define BB_DIGEST_HEX 129 /* room for any of them with its NUL */

/* -EINVAL for an unknown name; negative errno for a file that cannot be read. */
int bb_digest_text(const char *algo, bb_str text, char ret_hex[BB_DIGEST_HEX]);
int bb_digest_file(const char *algo, const char *path, char ret_hex[BB_DIGEST_HEX]);
/* The one that everything uses; it cannot fail. */
void bb_sha256(bb_str text, char ret_hex[65]);

/* In pieces. finish may be called once; then only free. */
struct bb_digest;
int bb_digest_new(const char *algo, struct bb_digest **ret);
void bb_digest_add(struct bb_digest *d, bb_str text);
void bb_digest_finish(struct bb_digest *d, char ret_hex[BB_DIGEST_HEX]);
void bb_digest_free(struct bb_digest *d);

#endif
