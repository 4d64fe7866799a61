/* SPDX-License-Identifier: MIT */
/*
 * Unpacking of downloads (do_unpack): archives are unpacked, single compressed files decompressed, other files
 * copied. The file's name alone decides, as in BitBake. Archives cannot reach outside their target (ext/tar.h).
 */
#ifndef BB_FETCH_UNPACK_H
#define BB_FETCH_UNPACK_H

#include "base/str.h"

enum bb_unpack_kind {
    BB_UNPACK_COPY,   /* no archive that we know */
    BB_UNPACK_TREE,   /* a tree of files */
    BB_UNPACK_SINGLE, /* one compressed file */
};
enum bb_unpack_kind bb_unpack_kind(bb_str name);

struct bb_unpack_opts {
    int strip;           /* leading path parts to drop; tar archives and packages only */
    const char *extract; /* of an rpm: this member alone; NULL: all */
};
/*
 * Unpacks `file` into the existing folder `dir`. When its name says nothing (BB_UNPACK_COPY), it is a tar archive: a
 * crate, say. -BB_EUNSAFE, -BB_ECORRUPT, or a negative errno; a sentence that names the file is appended to `err`.
 */
int bb_unpack_archive(const char *file, const char *dir, const struct bb_unpack_opts *o, struct bb_buf *err);
/* A file or folder (links to it are followed, links in it are kept) into the existing folder `dir`. */
int bb_unpack_copy(const char *file, const char *dir, struct bb_buf *err);

#endif
