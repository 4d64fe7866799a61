/* SPDX-License-Identifier: MIT */
/*
 * The way to change things inside of a folder when their names, or what is in the folder, come from somebody else. A
 * name is relative to the root. It has no "." or ".." and no empty part, and no folder on its way may be a symbolic link:
 * each is opened from the one before, so a link that is put there meanwhile leads nowhere either. Links in the path of
 * the root itself are followed, for the user chose that path. The last part of a name is never followed.
 *
 * Codes: -BB_EUNSAFE for a name that leads out of the root or through a link, else a negative errno.
 */
#ifndef BB_OS_BENEATH_H
#define BB_OS_BENEATH_H

#include "os/fs.h"

struct bb_beneath {
    int root, dir;     /* dir: the folder `way`, kept open for the next name; -1 for none */
    struct bb_buf way; /* as it was given, without its last part */
};
#define BB_BENEATH_INIT                                                                                      \
    {                                                                                                        \
        -1, -1, BB_BUF_INIT                                                                                  \
    }
/* `root` must be a folder. Release in any case. */
int bb_beneath_open(struct bb_beneath *b, const char *root);
void bb_beneath_release(struct bb_beneath *b);
#define BB_CLEAN_BENEATH __attribute__((cleanup(bb_beneath_release)))

/* What is there, not followed; *ret all zero on failure. */
int bb_beneath_stat(struct bb_beneath *b, bb_str name, struct bb_stat *ret);
/* Makes one folder with exactly this mode; 0 when there is a real folder already, whose mode stays. */
int bb_beneath_mkdir(struct bb_beneath *b, bb_str name, mode_t mode);
/* Makes `name` another name of the file (or link) `from`, which is any path; -EEXIST, and -EXDEV as link(2). */
int bb_beneath_link(struct bb_beneath *b, const char *from, bb_str name);
/* Copies the file or link `from`, any path, to `name` and replaces what file is there. Files lose the bits of `drop`. */
int bb_beneath_copy(struct bb_beneath *b, const char *from, bb_str name, mode_t drop);
/* Moves `from`, any path of the same file system, to `name`; replaces as rename(2) does. */
int bb_beneath_take(struct bb_beneath *b, const char *from, bb_str name);
/* Removes a file or link / a folder if it is empty / whatever there is. -ENOENT only from the first two. */
int bb_beneath_unlink(struct bb_beneath *b, bb_str name);
int bb_beneath_rmdir(struct bb_beneath *b, bb_str name);
int bb_beneath_remove(struct bb_beneath *b, bb_str name);

#endif
