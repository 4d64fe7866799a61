/* SPDX-License-Identifier: MIT */
/*
 * Files and folders. Everything returns 0 or a negative errno. A written file appears whole or not at all: it gets a
 * hidden name with our pid beside its place first and is renamed then.
 */
#ifndef BB_OS_FS_H
#define BB_OS_FS_H

#include <sys/types.h>

#include "base/vec.h"

enum bb_ftype { BB_F_FILE, BB_F_DIR, BB_F_LINK, BB_F_OTHER };
struct bb_stat {
    enum bb_ftype type;
    mode_t mode;
    uint64_t size, ino, dev;
    int64_t mtime_ns, ctime_ns;
    uid_t uid;
    gid_t gid;
};
/* Follows links / does not. -errno, with *ret all zero, when the path cannot be looked at. */
int bb_fs_stat(const char *path, struct bb_stat *ret);
int bb_fs_lstat(const char *path, struct bb_stat *ret);
/* Of a name in the folder open as `dir`, not followed. */
int bb_fs_lstat_at(int dir, const char *name, struct bb_stat *ret);
bool bb_fs_exists(const char *path);
bool bb_fs_is_dir(const char *path);
bool bb_fs_is_file(const char *path);

/* Appends the whole file. */
int bb_fs_read(const char *path, struct bb_buf *ret);

enum bb_fs_write_flags {
    BB_FS_SYNC = 1 << 0,    /* on the disk before it gets its name */
    BB_FS_KEEP = 1 << 1,    /* leave a file that has this content already untouched */
    BB_FS_EXEC = 1 << 2,    /* executable */
    BB_FS_PRIVATE = 1 << 3, /* for the owner only */
};
/* Replaces the file's content; missing folders are an error. */
int bb_fs_write(const char *path, bb_str content, unsigned flags);

/* The same for content that comes in pieces: open, write to `fd`, then commit, or release to leave no trace. */
struct bb_fs_draft {
    int fd;
    char *tmp, *path;
    unsigned flags;
};
#define BB_FS_DRAFT_INIT                                                                                     \
    {                                                                                                        \
        -1, NULL, NULL, 0                                                                                    \
    }
int bb_fs_draft_open(struct bb_fs_draft *d, const char *path, unsigned flags);
int bb_fs_draft_commit(struct bb_fs_draft *d);
/* Removes what was not committed; harmless after commit. For BB_CLEAN_DRAFT. */
void bb_fs_draft_release(struct bb_fs_draft *d);
#define BB_CLEAN_DRAFT __attribute__((cleanup(bb_fs_draft_release)))
/* Writes all bytes, through short writes and EINTR. */
int bb_fs_write_all(int fd, bb_str content);

/* mkdir -p; an existing folder is fine. */
int bb_fs_mkdirs(const char *path);
/* mkdir -p of the folder that `path` is in. */
int bb_fs_mkdirs_for(const char *path);
/* A file, link or whole tree; links are removed, not followed. An absent path is fine. */
int bb_fs_remove(const char *path);
/* The same of a name in the folder open as `dir`. */
int bb_fs_remove_at(int dir, const char *name);
/* One file or link; absent is fine. */
int bb_fs_unlink(const char *path);
int bb_fs_rename(const char *from, const char *to);
/* Makes the file if need be and sets its times to now, or to `mtime_ns`. */
int bb_fs_touch(const char *path);
int bb_fs_set_mtime(const char *path, int64_t mtime_ns);
/* Makes a link with this target. It replaces a file or link of that name in one step. */
int bb_fs_symlink(const char *target, const char *path);
/* The target of a link, appended. */
int bb_fs_readlink(const char *path, struct bb_buf *ret);

/* A file (mode and times kept) or a link (as a link); appears whole. */
int bb_fs_copy(const char *from, const char *to);
/* A tree into folder `to`, which is made if need be and may have content; special files are refused (-ENOTSUP). */
int bb_fs_copy_tree(const char *from, const char *to);

/* Names in a folder without . and .., sorted by bytes, in `a`. */
int bb_fs_list(struct bb_arena *a, const char *dir, struct bb_strvec *ret);

struct bb_fs_entry {
    const char *path;  /* as opened: root/rel */
    bb_str rel;        /* below the root */
    struct bb_stat st; /* of the link itself */
};
/*
 * Calls `visit` for everything below `root`, each folder before its content, names sorted by bytes; links are not
 * followed. 0 goes on, BB_FS_PRUNE leaves a folder's content out, a negative code stops the walk and is its result.
 */
#define BB_FS_PRUNE 1
int bb_fs_walk(const char *root, int (*visit)(void *self, const struct bb_fs_entry *e), void *self);
/* realpath(3), malloc'd. */
int bb_fs_realpath(const char *path, char **ret);

#endif
