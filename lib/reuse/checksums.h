/* SPDX-License-Identifier: MIT */
/*
 * MD5 checksums of local files, remembered by path and state, so that a file that does not change is read once in its
 * life. Without a file everything is computed again and nothing is lost.
 */
#ifndef BB_REUSE_CHECKSUMS_H
#define BB_REUSE_CHECKSUMS_H

#include "base/str.h"

struct bb_checksums;
/* `path` is where they are kept, NULL for nowhere. */
struct bb_checksums *bb_checksums_open(const char *path);
/* Writes the file when something was added; 0 or -errno. */
int bb_checksums_save(struct bb_checksums *c);
void bb_checksums_free(struct bb_checksums *c);
/*
 * The checksum of a file as 32 hexadecimal digits, valid as long as `c`; the disk is asked once in a run. -errno when it
 * cannot be read, -EISDIR when it is no file.
 */
int bb_checksums_get(struct bb_checksums *c, bb_str path, const char **ret);

#endif
