/* SPDX-License-Identifier: MIT */
#include "os/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/path.h"

static int64_t nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fill_stat(const struct stat *st, struct bb_stat *ret)
{
    *ret = (struct bb_stat){
        .type = S_ISREG(st->st_mode)   ? BB_F_FILE
                : S_ISDIR(st->st_mode) ? BB_F_DIR
                : S_ISLNK(st->st_mode) ? BB_F_LINK
                                       : BB_F_OTHER,
        .mode = st->st_mode & 07777,
        .size = (uint64_t)st->st_size,
        .ino = st->st_ino,
        .dev = st->st_dev,
        .mtime_ns = nanoseconds(st->st_mtim),
        .ctime_ns = nanoseconds(st->st_ctim),
        .uid = st->st_uid,
        .gid = st->st_gid,
    };
}

int bb_fs_stat(const char *path, struct bb_stat *ret)
{
    struct stat st;
    if (stat(path, &st) < 0) {
        *ret = (struct bb_stat){0};
        return -errno;
    }
    fill_stat(&st, ret);
    return 0;
}

int bb_fs_lstat_at(int dir, const char *name, struct bb_stat *ret)
{
    struct stat st;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
        *ret = (struct bb_stat){0};
        return -errno;
    }
    fill_stat(&st, ret);
    return 0;
}

int bb_fs_lstat(const char *path, struct bb_stat *ret)
{
    return bb_fs_lstat_at(AT_FDCWD, path, ret);
}

bool bb_fs_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool bb_fs_is_dir(const char *path)
{
    struct bb_stat st;
    return bb_fs_stat(path, &st) == 0 && st.type == BB_F_DIR;
}

bool bb_fs_is_file(const char *path)
{
    struct bb_stat st;
    return bb_fs_stat(path, &st) == 0 && st.type == BB_F_FILE;
}

int bb_fs_read(const char *path, struct bb_buf *ret)
{
    BB_CLEAN_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (S_ISDIR(st.st_mode))
        return -EISDIR;
    /* The size is a hint: files under /proc have none, others grow meanwhile. */
    size_t start = ret->len, step = st.st_size > 0 ? (size_t)st.st_size + 1 : 4096;
    for (;;) {
        bb_buf_reserve(ret, step);
        ssize_t n = read(fd, ret->p + ret->len, ret->cap - ret->len - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int err = -errno;
            bb_buf_truncate(ret, start);
            return err;
        }
        ret->len += (size_t)n;
        ret->p[ret->len] = '\0';
        if (n == 0)
            return 0;
        step = 4096;
    }
}

int bb_fs_write_all(int fd, bb_str content)
{
    while (content.len) {
        ssize_t n = write(fd, content.p, content.len);
        if (n < 0 && errno != EINTR)
            return -errno;
        content = bb_str_from(content, n > 0 ? (size_t)n : 0);
    }
    return 0;
}

int bb_fs_draft_open(struct bb_fs_draft *d, const char *path, unsigned flags)
{
    static unsigned counter;
    BB_CLEAN_BUF struct bb_buf tmp = BB_BUF_INIT;
    bb_str dir = bb_path_dir(bb_str_z(path)), base = bb_path_base(bb_str_z(path));
    mode_t mode = flags & BB_FS_PRIVATE ? 0600 : 0666;

    if (base.len > 200) /* room for what is added, in a name of at most 255 bytes */
        base.len = 200;
    if (dir.len)
        bb_buf_addf(&tmp, "%.*s/", BB_STRF(dir));
    bb_buf_addf(&tmp, ".%.*s.%d.%u.tmp", BB_STRF(base), (int)getpid(), counter++);
    int fd = open(tmp.p, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
                  flags & BB_FS_EXEC ? mode | (mode & 0444) >> 2 : mode);
    if (fd < 0)
        return -errno;
    *d = (struct bb_fs_draft){fd, bb_buf_detach(&tmp), bb_strdup(path), flags};
    return 0;
}

int bb_fs_draft_commit(struct bb_fs_draft *d)
{
    if (d->flags & BB_FS_SYNC && fsync(d->fd) < 0)
        return -errno;
    /* Some file systems report a full disk only now. */
    if (close(bb_take_fd(&d->fd)) < 0)
        return -errno;
    if (rename(d->tmp, d->path) < 0)
        return -errno;
    free(bb_take(&d->tmp));
    return 0;
}

void bb_fs_draft_release(struct bb_fs_draft *d)
{
    if (d->fd >= 0)
        close(d->fd);
    if (d->tmp)
        unlink(d->tmp);
    free(d->tmp);
    free(d->path);
    *d = (struct bb_fs_draft)BB_FS_DRAFT_INIT;
}

static bool has_content(const char *path, bb_str content)
{
    BB_CLEAN_BUF struct bb_buf old = BB_BUF_INIT;
    struct bb_stat st;

    return bb_fs_stat(path, &st) == 0 && st.type == BB_F_FILE && st.size == content.len &&
           bb_fs_read(path, &old) == 0 && bb_str_eq(bb_buf_str(&old), content);
}

int bb_fs_write(const char *path, bb_str content, unsigned flags)
{
    BB_CLEAN_DRAFT struct bb_fs_draft d = BB_FS_DRAFT_INIT;

    if (flags & BB_FS_KEEP && has_content(path, content))
        return 0;
    int err = bb_fs_draft_open(&d, path, flags);
    if (!err)
        err = bb_fs_write_all(d.fd, content);
    return err ? err : bb_fs_draft_commit(&d);
}

int bb_fs_mkdirs(const char *path)
{
    if (mkdir(path, 0777) == 0)
        return 0;
    if (errno == EEXIST)
        return bb_fs_is_dir(path) ? 0 : -EEXIST;
    if (errno != ENOENT)
        return -errno;
    bb_str parent = bb_path_dir(bb_str_z(path));
    if (parent.len == 0 || parent.len == strlen(path))
        return -ENOENT;
    BB_CLEAN_FREE char *up = bb_strndup(parent);
    int err = bb_fs_mkdirs(up);
    if (err)
        return err;
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return -errno;
    return bb_fs_is_dir(path) ? 0 : -EEXIST;
}

int bb_fs_mkdirs_for(const char *path)
{
    bb_str dir = bb_path_dir(bb_str_z(path));
    BB_CLEAN_FREE char *z = bb_strndup(dir);
    return dir.len ? bb_fs_mkdirs(z) : 0;
}

int bb_fs_unlink(const char *path)
{
    return unlink(path) == 0 || errno == ENOENT ? 0 : -errno;
}

int bb_fs_rename(const char *from, const char *to)
{
    return rename(from, to) == 0 ? 0 : -errno;
}

static int set_times(const char *path, const struct timespec times[2])
{
    BB_CLEAN_FD int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);

    if (fd < 0 && errno != EISDIR)
        return -errno;
    return utimensat(AT_FDCWD, path, times, 0) == 0 ? 0 : -errno;
}

int bb_fs_touch(const char *path)
{
    return set_times(path, NULL);
}

int bb_fs_set_mtime(const char *path, int64_t mtime_ns)
{
    int64_t sec = mtime_ns / 1000000000, ns = mtime_ns % 1000000000;
    if (ns < 0) {
        ns += 1000000000;
        sec--;
    }
    struct timespec t = {.tv_sec = sec, .tv_nsec = (long)ns};
    return set_times(path, (struct timespec[2]){t, t});
}

int bb_fs_symlink(const char *target, const char *path)
{
    BB_CLEAN_DRAFT struct bb_fs_draft d = BB_FS_DRAFT_INIT;

    if (symlink(target, path) == 0)
        return 0;
    if (errno != EEXIST)
        return -errno;
    /* The draft only lends its unique name. */
    int err = bb_fs_draft_open(&d, path, 0);
    if (err)
        return err;
    unlink(d.tmp);
    if (symlink(target, d.tmp) < 0 || rename(d.tmp, path) < 0)
        return -errno;
    return 0;
}

int bb_fs_readlink(const char *path, struct bb_buf *ret)
{
    for (size_t room = 256;; room *= 2) {
        bb_buf_reserve(ret, room);
        ssize_t n = readlink(path, ret->p + ret->len, room);
        if (n < 0) {
            int err = -errno;
            ret->p[ret->len] = '\0';
            return err;
        }
        if ((size_t)n < room) {
            ret->len += (size_t)n;
            ret->p[ret->len] = '\0';
            return 0;
        }
    }
}

int bb_fs_realpath(const char *path, char **ret)
{
    char *p = realpath(path, NULL);
    if (!p)
        return -errno;
    *ret = p;
    return 0;
}
