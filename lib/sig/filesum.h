/* SPDX-License-Identifier: MIT */
/*
 * MD5 checksums of the local files that a task reads (flag file-checksums): what the flag's text stands for. The sums
 * themselves are remembered (reuse/checksums.h).
 */
#ifndef BB_SIG_FILESUM_H
#define BB_SIG_FILESUM_H

#include "base/ctx.h"

struct bb_filesum {
    bb_str path; /* members of a folder given as "dir" are "dir/./sub/file" */
    bb_str md5;
};

struct bb_filesums;
/* `file` is where the cache is kept, NULL for nowhere. A damaged file is ignored. `exclude`: folder names not
 * entered (BB_SIGNATURE_LOCAL_DIRS_EXCLUDE), p NULL for BitBake's default. */
struct bb_filesums *bb_filesums_open(struct bb_ctx *ctx, const char *file, bb_str exclude);
/* Writes the cache when something was added; 0 or -errno. */
int bb_filesums_save(struct bb_filesums *c);
void bb_filesums_free(struct bb_filesums *c);
/*
 * Checksums of the expanded flag text: "path:True path:False ..." where entries marked False are those that
 * did not exist, globs and folders are allowed. A file that cannot be read is a warning that names `pn`. The
 * result is ordered by checksum and lives in `a`.
 */
int bb_filesums_get(struct bb_filesums *c, struct bb_arena *a, bb_str flag, bb_str pn,
                    struct bb_filesum **ret, size_t *ret_n);

#endif
