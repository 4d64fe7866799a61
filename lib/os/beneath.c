/* SPDX-License-Identifier: MIT */
#include "os/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/diag.h"

/* To pass through only, which needs no permission to list. */
enum { FOLDER = O_PATH | O_DIRECTORY | O_CLOEXEC };

int bb_beneath_open(struct bb_beneath *b, const char *root)
{
    b->root = open(root, FOLDER);
    return b->root < 0 ? -errno : 0;
}

static void forget(struct bb_beneath *b)
{
    if (b->dir >= 0)
        close(b->dir);
    b->dir = -1;
    bb_buf_clear(&b->way);
}

/* Before `name` goes or becomes something else: the folder that is kept open may be it, or in it. */
static void forget_within(struct bb_beneath *b, bb_str name)
{
    bb_str way = bb_buf_str(&b->way);

    if (bb_str_starts(way, name) && (way.len == name.len || way.p[name.len] == '/'))
        forget(b);
}

void bb_beneath_release(struct bb_beneath *b)
{
    forget(b);
    bb_buf_release(&b->way);
    if (b->root >= 0)
        close(b->root);
    b->root = -1;
}

static bool is_part(bb_str part)
{
    return part.len && !bb_str_eqz(part, ".") && !bb_str_eqz(part, "..");
}

static int copy_part(bb_str part, char ret[NAME_MAX + 1])
{
    if (part.len > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(ret, part.p, part.len);
    ret[part.len] = '\0';
    return 0;
}

/* The folder `part` of `dir`; O_NOFOLLOW with O_DIRECTORY says ENOTDIR of links and of other things alike. */
static int step(int dir, bb_str part, int *ret)
{
    char name[NAME_MAX + 1];
    struct stat st;
    int err = is_part(part) ? copy_part(part, name) : -BB_EUNSAFE;

    if (err)
        return err;
    *ret = openat(dir, name, FOLDER | O_NOFOLLOW);
    if (*ret >= 0)
        return 0;
    err = -errno;
    if (err == -ELOOP ||
        (err == -ENOTDIR && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode)))
        err = -BB_EUNSAFE;
    return err;
}

/* Opens the folder `way` and keeps it as b->dir. Goes on from the folder that is open if that is on the way. */
static int enter(struct bb_beneath *b, bb_str way)
{
    bb_str known = bb_buf_str(&b->way), rest = way, part;
    int at = b->root, next = -1, err = 0;

    if (b->dir >= 0 && bb_str_eq(way, known))
        return 0;
    if (b->dir >= 0 && bb_str_starts(way, known) && way.p[known.len] == '/') {
        at = b->dir;
        rest = bb_str_from(way, known.len + 1);
    }
    while (!err && bb_str_split(&rest, '/', &part)) {
        err = step(at, part, &next);
        if (at != b->root && at != b->dir)
            close(at);
        at = next;
    }
    if (err)
        return err;
    forget(b);
    b->dir = at;
    bb_buf_adds(&b->way, way);
    return 0;
}

/* The folder that `name` is in, borrowed, and the last part. */
static int locate(struct bb_beneath *b, bb_str name, int *ret_dir, char ret_last[NAME_MAX + 1])
{
    size_t slash = bb_str_rchr(name, '/');
    bb_str last = slash == BB_NPOS ? name : bb_str_from(name, slash + 1);
    int err = is_part(last) ? copy_part(last, ret_last) : -BB_EUNSAFE;

    if (!err && slash == 0)
        err = -BB_EUNSAFE;
    if (!err && slash != BB_NPOS)
        err = enter(b, bb_str_sub(name, 0, slash));
    if (!err)
        *ret_dir = slash == BB_NPOS ? b->root : b->dir;
    return err;
}

int bb_beneath_stat(struct bb_beneath *b, bb_str name, struct bb_stat *ret)
{
    char last[NAME_MAX + 1];
    int dir, err = locate(b, name, &dir, last);

    *ret = (struct bb_stat){0};
    return err ? err : bb_fs_lstat_at(dir, last, ret);
}

int bb_beneath_mkdir(struct bb_beneath *b, bb_str name, mode_t mode)
{
    char last[NAME_MAX + 1];
    struct bb_stat st;
    int dir, err = locate(b, name, &dir, last);

    if (err)
        return err;
    if (mkdirat(dir, last, 0700) == 0) {
        BB_CLEAN_FD int fd = openat(dir, last, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        return fd < 0 || fchmod(fd, mode & 07777) < 0 ? -errno : 0;
    }
    if (errno != EEXIST)
        return -errno;
    err = bb_fs_lstat_at(dir, last, &st);
    return err ? err : st.type == BB_F_DIR ? 0 : st.type == BB_F_LINK ? -BB_EUNSAFE : -EEXIST;
}

int bb_beneath_link(struct bb_beneath *b, const char *from, bb_str name)
{
    char last[NAME_MAX + 1];
    int dir, err = locate(b, name, &dir, last);

    return err ? err : linkat(AT_FDCWD, from, dir, last, 0) < 0 ? -errno : 0;
}

int bb_beneath_copy(struct bb_beneath *b, const char *from, bb_str name, mode_t drop)
{
    BB_CLEAN_BUF struct bb_buf to = BB_BUF_INIT;
    char last[NAME_MAX + 1];
    struct bb_stat st;
    int dir, err = locate(b, name, &dir, last);

    if (err)
        return err;
    /* A name that the kernel takes for the open folder, so that what works with paths is safe here, too. */
    bb_buf_addf(&to, "/proc/self/fd/%d/%s", dir, last);
    err = bb_fs_copy(from, to.p);
    if (!err && drop && (err = bb_fs_lstat_at(dir, last, &st)) == 0 && st.type == BB_F_FILE &&
        st.mode & drop && fchmodat(dir, last, st.mode & ~drop, 0) < 0)
        err = -errno;
    return err;
}

int bb_beneath_take(struct bb_beneath *b, const char *from, bb_str name)
{
    char last[NAME_MAX + 1];
    int dir;

    forget_within(b, name);
    int err = locate(b, name, &dir, last);
    return err ? err : renameat(AT_FDCWD, from, dir, last) < 0 ? -errno : 0;
}

static int unlink_at(struct bb_beneath *b, bb_str name, int flags)
{
    char last[NAME_MAX + 1];
    int dir;

    forget_within(b, name);
    int err = locate(b, name, &dir, last);
    return err ? err : unlinkat(dir, last, flags) < 0 ? -errno : 0;
}

int bb_beneath_unlink(struct bb_beneath *b, bb_str name)
{
    return unlink_at(b, name, 0);
}

int bb_beneath_rmdir(struct bb_beneath *b, bb_str name)
{
    return unlink_at(b, name, AT_REMOVEDIR);
}

int bb_beneath_remove(struct bb_beneath *b, bb_str name)
{
    char last[NAME_MAX + 1];
    int dir;

    forget_within(b, name);
    int err = locate(b, name, &dir, last);
    return err == -ENOENT ? 0 : err ? err : bb_fs_remove_at(dir, last);
}
