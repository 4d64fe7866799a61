/* SPDX-License-Identifier: MIT */
/*
 * Debian packages as sources: apt:// entries. apt-get resolves and downloads with a state of our own below
 * DL_DIR/apt/<arch>-<id of the sources>/ and never reads or writes the machine's; packages of all architectures come
 * into one pool, DL_DIR/apt/pool/. The index is fetched once and then stays as it is, so that builds with one DL_DIR
 * agree, until a version has gone from the mirror or the caller asks for it. apt verifies the index's signature, we
 * verify the sha256 of every file, each time it is used: apt does not look at a cached file again.
 *
 * Functions with `err` append one reason and return -BB_ENETWORK (apt failed; its own words), -ENOENT (no
 * apt, no such package), -BB_ECHECKSUM, or a negative errno. Locks are the caller's: one process at a time
 * may prepare, update and resolve with one state, one may download into a pool. Every process may unpack.
 */
#ifndef BB_FETCH_APT_H
#define BB_FETCH_APT_H

#include "fetch/aptlist.h"

struct bb_apt {
    const char *root; /* the state's folder, absolute */
    const char *pool; /* the pool's folder, absolute */
    const char *arch; /* Debian's name; NULL for source packages */
    bb_str sources;   /* deb822 stanzas: bb_aptsources_host() */
};
/* Makes the state's folders and configuration. */
int bb_apt_prepare(const struct bb_apt *a, struct bb_buf *err);
/* Whether an index for these sources is there, not older than `max_age` seconds (negative: any age will do). */
bool bb_apt_has_index(const struct bb_apt *a, int64_t max_age);
/* Fetches the index. */
int bb_apt_update(const struct bb_apt *a, struct bb_buf *err);

struct bb_apt_request {
    bb_str package;       /* "name" or "name=version" */
    bool deps;            /* with everything it depends on */
    bb_str only, exclude; /* patterns by package name; what only excluded packages need is left out too */
};
/* The files that the request stands for, added to `ret`. Uses the index, not the network. */
int bb_apt_resolve(const struct bb_apt *a, const struct bb_apt_request *q, struct bb_aptlist *ret,
                   struct bb_buf *err);

/* Whether the pool has the file with the right size (cheap), and with the right sha256. */
bool bb_apt_in_pool(const struct bb_apt *a, const struct bb_aptfile *f);
int bb_apt_verify(const struct bb_apt *a, const struct bb_aptfile *f, struct bb_buf *err);
/*
 * Brings all files into the pool: those that are there and right stay, wrong ones are fetched again. Each appears
 * under its name only when it is complete and verified. `source` is the request's package for source packages.
 */
int bb_apt_download(const struct bb_apt *a, const struct bb_aptlist *l, bb_str source, struct bb_buf *err);
/*
 * Verifies all files, then unpacks the packages over each other into the existing folder `dir` (`strip` leading path
 * parts dropped), or the source package with its patches into `dir`/`name` (empty: dpkg-source's name for it).
 */
int bb_apt_unpack(const struct bb_apt *a, const struct bb_aptlist *l, const char *dir, int strip, bb_str name,
                  struct bb_buf *err);

#endif
