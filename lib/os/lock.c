/* SPDX-License-Identifier: MIT */
#include "os/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "os/fs.h"

/* The path with its last part cut to what a file system takes, its extension kept (bb.utils.lockfile does so). */
static char *lock_path(const char *path)
{
    bb_str all = bb_str_z(path), base = bb_path_base(all), ext = bb_path_ext(all);
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (base.len <= 255 || ext.len >= 255)
        return bb_strdup(path);
    bb_buf_add(&out, path, all.len - base.len + 255 - ext.len);
    bb_buf_adds(&out, ext);
    return bb_buf_detach(&out);
}

static bool same_file(int fd, const char *path)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

/* Says in the file who holds it. Failing is no harm: it only helps the one who has to wait. */
static void sign(int fd)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, cmd = BB_BUF_INIT;

    bb_buf_addf(&text, "pid %d", (int)getpid());
    if (bb_fs_read("/proc/self/cmdline", &cmd) == 0 && cmd.len) {
        for (size_t i = 0; i + 1 < cmd.len; i++)
            if (cmd.p[i] == '\0' || cmd.p[i] == '\n')
                cmd.p[i] = ' ';
        bb_str line = bb_str_trim(bb_str_n(cmd.p, cmd.len - 1));
        bb_buf_addf(&text, " (%.*s)", (int)(line.len > 200 ? 200 : line.len), line.p);
    }
    bb_buf_addc(&text, '\n');
    if (ftruncate(fd, 0) == 0)
        (void)!pwrite(fd, text.p, text.len, 0);
}

int bb_lock_take(struct bb_lock *ret, const char *path, unsigned flags)
{
    BB_CLEAN_FREE char *real = lock_path(path);
    int op = (flags & BB_LOCK_SHARED ? LOCK_SH : LOCK_EX) | (flags & BB_LOCK_NOWAIT ? LOCK_NB : 0);
    int err = bb_fs_mkdirs_for(real);

    /* Whoever held it may have removed the file while we waited; then ours is not the one that others see. */
    while (!err) {
        BB_CLEAN_FD int fd = open(real, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0664);
        if (fd < 0 || flock(fd, op) < 0)
            return -errno;
        if (!same_file(fd, real))
            continue;
        if (!(flags & BB_LOCK_SHARED))
            sign(fd);
        *ret = (struct bb_lock){bb_take_fd(&fd), bb_take(&real)};
        return 0;
    }
    return err;
}

void bb_lock_release(struct bb_lock *l)
{
    if (l->fd < 0)
        return;
    /* A shared lock may have company: the file goes only when we can have it alone. */
    if (flock(l->fd, LOCK_EX | LOCK_NB) == 0 && same_file(l->fd, l->path))
        unlink(l->path);
    close(l->fd);
    free(l->path);
    *l = (struct bb_lock)BB_LOCK_INIT;
}

int bb_lock_holder(const char *path, struct bb_buf *ret)
{
    BB_CLEAN_FREE char *real = lock_path(path);
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    int pid;

    if (bb_fs_read(real, &text) < 0 || sscanf(text.p, "pid %d", &pid) != 1)
        return -ENOENT;
    /* A process that was killed could not take its name back. */
    if (kill(pid, 0) < 0 && errno == ESRCH)
        return -ESRCH;
    bb_buf_adds(ret, bb_str_trim(bb_buf_str(&text)));
    return 0;
}
