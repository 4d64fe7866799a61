/* SPDX-License-Identifier: MIT */
/*
 * Archives: packing a folder so that equal content gives equal bytes, unpacking anything without ever leaving the
 * target folder, listing; and zstd of a piece of memory. libarchive.
 *
 * Codes: -BB_EUNSAFE for a member that would land outside (absolute, "..", through a link), -BB_ECORRUPT for a
 * truncated file or one that is no archive, else negative errno. `err` (may be NULL) gets a text that names the
 * member.
 */
#ifndef BB_EXT_TAR_H
#define BB_EXT_TAR_H

#include "os/fs.h"

struct bb_tar_pack {
    const char *prefix; /* put before every member name: "" or "./" */
    int level;          /* of the compression; 0: the format's own default */
    int threads;        /* for zstd and xz; 0: one */
    int64_t mtime_max;  /* later times become this one (seconds); 0: kept as they are */
    bool root_owner;    /* everything belongs to root; else owners are numbers as on disk */
};
/*
 * Packs what is below `dir` (sorted, hard links kept, sparse files not) into `path`, which appears whole. The name's
 * end chooses: .tar, .tar.gz/.tgz, .tar.bz2, .tar.xz, .tar.zst, and .cpio with .gz/.xz/.zst likewise.
 */
int bb_tar_pack(const char *dir, const char *path, const struct bb_tar_pack *o, struct bb_buf *err);

struct bb_tar_unpack {
    /* Unpack the first member whose name starts with this, an archive itself: "data.tar" of a .deb. NULL: the file. */
    const char *inner;
    int strip;   /* leading path parts to drop */
    bool owners; /* give files their owners (needs root) */
    /* Permission bits that files and folders do not get; 0: all are kept, whatever the umask. */
    unsigned mask;
    bool plain; /* devices, fifos and sockets are -BB_EUNSAFE */
    /* Called for each member; a negative code stops. May be NULL. */
    int (*member)(void *self, bb_str name);
    void *self;
};
/*
 * Unpacks any archive (tar, cpio, zip, 7z, ar, rpm; any compression) into the folder `target`, which must exist.
 * Members already written stay when it fails: unpack into a folder of its own.
 */
int bb_tar_unpack(const char *path, const char *target, const struct bb_tar_unpack *o, struct bb_buf *err);

struct bb_tar_member {
    bb_str name, link; /* link: target of a symbolic or hard link */
    struct bb_stat st;
};
/* Visits the members in order without unpacking; a negative code of `visit` stops. Checks the whole file. */
int bb_tar_list(const char *path, int (*visit)(void *self, const struct bb_tar_member *m), void *self,
                struct bb_buf *err);
/* A compressed single file (.gz, .xz, .bz2, .zst, .lz4 ...), not an archive, into file `to`. */
int bb_tar_decompress(const char *path, const char *to, struct bb_buf *err);

/* One zstd frame of `data` at `level` (0: default), appended; and back, at most `max` bytes (-EFBIG beyond). */
int bb_zstd_pack(bb_str data, int level, struct bb_buf *ret);
int bb_zstd_unpack(bb_str data, size_t max, struct bb_buf *ret);

#endif
