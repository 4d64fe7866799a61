/* SPDX-License-Identifier: MIT */
/* Functions of fs.h that go through whole folders. */
#include "os/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include "base/cleanup.h"
#include "base/path.h"

int bb_fs_list(struct bb_arena *a, const char *dir, struct bb_strvec *ret)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    size_t from = ret->n;

    if (!d)
        return -errno;
    while (errno = 0, (e = readdir(d)) != NULL) {
        bb_str name = bb_str_z(e->d_name);
        if (!bb_str_eqz(name, ".") && !bb_str_eqz(name, ".."))
            bb_vec_push(ret, bb_arena_str(a, name));
    }
    int err = -errno;
    closedir(d);
    if (err)
        ret->n = from;
    else if (ret->n > from)
        qsort(ret->p + from, ret->n - from, sizeof(*ret->p), bb_str_cmp_qsort);
    return err;
}

struct walk {
    int (*visit)(void *self, const struct bb_fs_entry *e);
    void *self;
    struct bb_arena arena;
    struct bb_buf path;
    size_t root_len; /* of the path, its slash included */
};

static int walk_dir(struct walk *w)
{
    struct bb_arena_mark mark = bb_arena_mark(&w->arena);
    struct bb_strvec names = {0};
    size_t len = w->path.len;
    int err = bb_fs_list(&w->arena, w->path.p, &names);

    for (size_t i = 0; !err && i < names.n; i++) {
        struct bb_fs_entry e;
        bb_buf_addf(&w->path, "/%.*s", BB_STRF(names.p[i]));
        err = bb_fs_lstat(w->path.p, &e.st);
        if (!err) {
            e.path = w->path.p;
            e.rel = bb_str_from(bb_buf_str(&w->path), w->root_len);
            err = w->visit(w->self, &e);
            if (err == 0 && e.st.type == BB_F_DIR)
                err = walk_dir(w);
            else if (err == BB_FS_PRUNE)
                err = 0;
        } else if (err == -ENOENT) {
            err = 0; /* went away since it was listed */
        }
        bb_buf_truncate(&w->path, len);
    }
    bb_vec_release(&names);
    bb_arena_reset(&w->arena, mark);
    return err;
}

int bb_fs_walk(const char *root, int (*visit)(void *self, const struct bb_fs_entry *e), void *self)
{
    struct walk w = {.visit = visit, .self = self, .path = BB_BUF_INIT};

    bb_buf_addz(&w.path, root);
    while (w.path.len > 1 && w.path.p[w.path.len - 1] == '/')
        bb_buf_truncate(&w.path, w.path.len - 1);
    w.root_len = w.path.len + 1;
    int err = walk_dir(&w);
    bb_buf_release(&w.path);
    bb_arena_release(&w.arena);
    return err;
}

/* Empties the folder open as `fd`, which is taken over. */
static int empty_dir(int fd)
{
    DIR *d = fdopendir(fd);
    struct dirent *e;
    int err = 0;

    if (!d) {
        err = -errno;
        close(fd);
        return err;
    }
    while (!err && (errno = 0, e = readdir(d)) != NULL)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            err = bb_fs_remove_at(dirfd(d), e->d_name);
    if (!err)
        err = -errno;
    closedir(d);
    return err;
}

/* By descriptor, so that a link put in place of a folder meanwhile cannot lead out of the tree. */
int bb_fs_remove_at(int dir, const char *name)
{
    if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return -errno;
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && fchmodat(dir, name, 0700, 0) == 0)
        fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    /* Unpacked sources have folders without write permission. */
    struct stat st;
    if (fstat(fd, &st) == 0 && (st.st_mode & 0300) != 0300)
        (void)fchmod(fd, (st.st_mode & 07777) | 0700);
    int err = empty_dir(fd);
    if (err)
        return err;
    return unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT ? 0 : -errno;
}

int bb_fs_remove(const char *path)
{
    return bb_fs_remove_at(AT_FDCWD, path);
}

static int copy_bytes(int from, int to)
{
    char block[65536];
    ssize_t n;

    /* Shares the blocks where the file system can; else the kernel copies; else we do. */
    if (ioctl(to, FICLONE, from) == 0)
        return 0;
    while ((n = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0)) > 0)
        ;
    if (n == 0 && lseek(to, 0, SEEK_CUR) > 0)
        return 0;
    if (n < 0 && errno != EXDEV && errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)
        return -errno;
    while ((n = read(from, block, sizeof(block))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        int err = n < 0 ? -errno : bb_fs_write_all(to, bb_str_n(block, (size_t)n));
        if (err)
            return err;
    }
    return 0;
}

static int copy_file(const char *from, const char *to)
{
    BB_CLEAN_DRAFT struct bb_fs_draft d = BB_FS_DRAFT_INIT;
    BB_CLEAN_FD int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    int err = bb_fs_draft_open(&d, to, 0);
    if (!err)
        err = copy_bytes(fd, d.fd);
    if (err)
        return err;
    struct timespec times[2] = {st.st_atim, st.st_mtim};
    if (fchmod(d.fd, st.st_mode & 07777) < 0 || futimens(d.fd, times) < 0)
        return -errno;
    return bb_fs_draft_commit(&d);
}

static int copy_link(const char *from, const char *to)
{
    BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
    int err = bb_fs_readlink(from, &target);
    return err ? err : bb_fs_symlink(target.p, to);
}

int bb_fs_copy(const char *from, const char *to)
{
    struct bb_stat st;
    int err = bb_fs_lstat(from, &st);

    if (err)
        return err;
    switch (st.type) {
    case BB_F_FILE:
        return copy_file(from, to);
    case BB_F_LINK:
        return copy_link(from, to);
    case BB_F_DIR:
        return -EISDIR;
    default:
        return -ENOTSUP;
    }
}

struct copy {
    struct bb_buf to;
    size_t to_len;
};

static int copy_entry(void *self, const struct bb_fs_entry *e)
{
    struct copy *c = self;

    bb_buf_truncate(&c->to, c->to_len);
    bb_buf_addf(&c->to, "/%.*s", BB_STRF(e->rel));
    if (e->st.type != BB_F_DIR)
        return bb_fs_copy(e->path, c->to.p);
    int err = bb_fs_mkdirs(c->to.p);
    /* Writable for us even where the original is not, since its content comes next. */
    if (!err && chmod(c->to.p, e->st.mode | 0700) < 0)
        err = -errno;
    return err;
}

int bb_fs_copy_tree(const char *from, const char *to)
{
    struct copy c = {.to = BB_BUF_INIT};
    int err = bb_fs_mkdirs(to);

    bb_buf_addz(&c.to, to);
    c.to_len = c.to.len;
    if (!err)
        err = bb_fs_walk(from, copy_entry, &c);
    bb_buf_release(&c.to);
    return err;
}
