/* SPDX-License-Identifier: MIT */
/*
 * git repositories, through the git program: a bare mirror in DL_DIR/git2 for each repository, updated when it lacks
 * a revision, and checkouts that borrow its objects. The network is used only by bb_git_clone, bb_git_fetch and
 * bb_git_lsremote; whether it may be is the caller's decision. The environment is the process's own.
 *
 * The caller holds a lock on the mirror it changes.
 *
 * Codes: -BB_ENETWORK when git failed, its words in `err`; -ENOENT when there is no git; else a negative errno.
 */
#ifndef BB_FETCH_GIT_H
#define BB_FETCH_GIT_H

#include "base/str.h"

struct bb_git {
    bb_str command; /* FETCHCMD_git: "git" and options, separated by white space */
    bb_str url;     /* of the upstream repository: "https://host/path" */
};

/* True when `dir` is the top of a repository, a bare one or one with a work tree. */
bool bb_git_is_mirror(const struct bb_git *g, const char *dir);
/* Makes the mirror `dir`, whole or not at all, replacing what stands there. */
int bb_git_clone(const struct bb_git *g, const char *dir, struct bb_buf *err);
/* Updates the mirror: branches and tags, or every ref. */
int bb_git_fetch(const struct bb_git *g, const char *dir, bool all_refs, struct bb_buf *err);
/* Whether the mirror has `rev`, on `branch` unless that is empty: 1 or 0. */
int bb_git_contains(const struct bb_git *g, const char *dir, bb_str rev, bb_str branch);

/* A tarball of the mirror, which appears whole: what other builds find on their PREMIRRORS. */
int bb_git_pack(const char *dir, const char *tarball, struct bb_buf *err);

/* What "git ls-remote url [pattern]" prints; pattern may be NULL. */
int bb_git_lsremote(const struct bb_git *g, const char *pattern, struct bb_buf *out, struct bb_buf *err);
/*
 * The revision that `name` stands for in an ls-remote listing: a branch, else a tag (an annotated one's
 * commit), or a full ref ("refs/...", "HEAD"). Empty when there is none.
 */
bb_str bb_git_resolve(bb_str listing, bb_str name);

struct bb_git_checkout {
    const char *mirror, *dir; /* from, and to: a folder that is replaced */
    bb_str rev, branch;       /* branch empty: a detached head */
    bb_str subpath;           /* only this part of the tree; empty: all */
    bool bare, nocheckout, noshared;
};
int bb_git_checkout(const struct bb_git *g, const struct bb_git_checkout *c, struct bb_buf *err);

#endif
