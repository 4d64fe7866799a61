/* SPDX-License-Identifier: MIT */
/*
 * The Debian files that one apt:// entry stands for: name, version, architecture, size and sha256 of each. The list
 * comes from apt-get --print-uris. DL_DIR keeps it as the record of the files that a build used, one line a file:
 *
 *   libc6 2.36-9+deb12u10 arm64 2324660 01f4330719fd... libc6_2.36-9+deb12u10_arm64.deb
 */
#ifndef BB_FETCH_APTLIST_H
#define BB_FETCH_APTLIST_H

#include "base/vec.h"

struct bb_aptfile {
    bb_str name, version, arch, sha256, file; /* version and arch are "-" for files of source packages */
    int64_t size;
};
struct bb_aptlist {
    struct bb_arena arena;
    BB_VEC(struct bb_aptfile) files;
};
void bb_aptlist_init(struct bb_aptlist *l);
void bb_aptlist_release(struct bb_aptlist *l);

/* Adds the files of apt's output, lines "'uri' file size SHA256:hex". -BB_ECORRUPT for a line without a sha256. */
int bb_aptlist_add_uris(struct bb_aptlist *l, bb_str text, struct bb_buf *err);
/* Adds the files of a record; -BB_ECORRUPT when it is damaged. */
int bb_aptlist_add_record(struct bb_aptlist *l, bb_str text, struct bb_buf *err);
/* The record's text: sorted by file name. */
void bb_aptlist_record(struct bb_aptlist *l, struct bb_buf *out);

/* Whether `name` fits one of the shell patterns, which are separated by commas. */
bool bb_aptlist_fits(bb_str patterns, bb_str name);
/* Keeps the files whose package fits `only` (empty: all) and does not fit `exclude`. */
void bb_aptlist_filter(struct bb_aptlist *l, bb_str only, bb_str exclude);

#endif
