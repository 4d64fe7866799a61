/* SPDX-License-Identifier: MIT */
/* What the tar*.c files share: the sole includer of libarchive. */
#ifndef BB_EXT_TAR_PRIV_H
#define BB_EXT_TAR_PRIV_H

#include <archive.h>
#include <archive_entry.h>

#include "ext/tar.h"

/*
 * Appends "member: text of libarchive" and returns the code that fits: its errno where it is one of the disk, else
 * `otherwise`.
 */
int bb_tar_fail(struct archive *a, const char *name, int otherwise, struct bb_buf *err);

/* A reader for every archive format and compression that tar.h promises. */
struct archive *bb_tar_reader(void);
int bb_tar_open(struct archive *a, const char *path, struct bb_buf *err);
/*
 * An archive inside the open archive `outer`, its first member whose name starts with `prefix`. `ret_inner` is to be
 * freed before `outer`.
 */
int bb_tar_open_inner(struct archive *outer, const char *prefix, struct archive **ret_inner,
                      struct bb_buf *err);
/* The next member: 1, 0 at the end, negative when the archive is bad. */
int bb_tar_next(struct archive *a, struct archive_entry **ret, struct bb_buf *err);

/* Names as bytes, whatever the locale; "" when there is none. */
const char *bb_tar_name(struct archive_entry *e);
const char *bb_tar_hardlink(struct archive_entry *e);
const char *bb_tar_symlink(struct archive_entry *e);

static inline void bb_clean_reader(struct archive **a)
{
    if (*a)
        archive_read_free(*a);
}
static inline void bb_clean_writer(struct archive **a)
{
    if (*a)
        archive_write_free(*a);
}
#define BB_CLEAN_READER __attribute__((cleanup(bb_clean_reader)))
#define BB_CLEAN_WRITER __attribute__((cleanup(bb_clean_writer)))

#endif
