/* SPDX-License-Identifier: MIT */
#include "run/tasklog.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "base/vec.h"
#include "os/fs.h"
#include <errno.h>
#include <fcntl.h>
#include <time.h>

void bb_tasklog_format(bb_str fmt, const struct bb_tasklog_names *n, struct bb_buf *out)
{
    while (fmt.len) {
        size_t open = bb_str_chr(fmt, '{', 0), close = open == BB_NPOS ? open : bb_str_chr(fmt, '}', open);
        if (close == BB_NPOS) {
            bb_buf_adds(out, fmt);
            return;
        }
        bb_buf_add(out, fmt.p, open);
        bb_str key = bb_str_sub(fmt, open + 1, close);
        if (bb_str_eqz(key, "task"))
            bb_buf_adds(out, n->task);
        else if (bb_str_eqz(key, "func"))
            bb_buf_adds(out, n->func);
        else if (bb_str_eqz(key, "pid"))
            bb_buf_addf(out, "%ld", n->id);
        else if (bb_str_eqz(key, "taskfunc") && bb_str_eq(n->task, n->func))
            bb_buf_adds(out, n->task);
        else if (bb_str_eqz(key, "taskfunc"))
            bb_buf_addf(out, "%.*s.%.*s", BB_STRF(n->task), BB_STRF(n->func));
        else
            bb_buf_adds(out, bb_str_sub(fmt, open, close + 1));
        fmt = bb_str_from(fmt, close + 1);
    }
}

/* "20260131-120000.123456 do_x (ID): log.do_x.ID": the order in which tasks of a recipe were run. */
static int add_order(const char *dir, bb_str base, const struct bb_tasklog_names *n)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, line = BB_BUF_INIT;
    struct timespec now;
    struct tm tm;
    char stamp[32];
    bb_buf_addf(&path, "%s/log.task_order", dir);
    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &tm);
    strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
    bb_buf_addf(&line, "%s.%06ld %.*s (%ld): %.*s\n", stamp, now.tv_nsec / 1000, BB_STRF(n->task), n->id,
                BB_STRF(base));
    BB_CLEAN_FD int fd = open(path.p, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    return fd < 0 ? -errno : bb_fs_write_all(fd, bb_buf_str(&line));
}

int bb_tasklog_open(struct bb_tasklog *ret, bb_str dir, bb_str base, const struct bb_tasklog_names *n)
{
    BB_CLEAN_BUF struct bb_buf d = BB_BUF_INIT, path = BB_BUF_INIT, link = BB_BUF_INIT;
    bb_buf_adds(&d, dir);
    bb_buf_addf(&path, "%.*s/%.*s", BB_STRF(dir), BB_STRF(base));
    bb_buf_addf(&link, "%.*s/log.%.*s", BB_STRF(dir), BB_STRF(n->task));
    int err = bb_fs_mkdirs(d.p);
    if (!err)
        err = add_order(d.p, base, n);
    if (!err)
        err = bb_fs_mkdirs_for(path.p);
    if (err)
        return err;
    BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
    bb_buf_adds(&target, base);
    bb_fs_symlink(target.p, link.p); /* a courtesy: the log is there without it */
    int fd = open(path.p, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return -errno;
    *ret = (struct bb_tasklog){fd, bb_buf_detach(&path), bb_buf_detach(&link)};
    return 0;
}

void bb_tasklog_close(struct bb_tasklog *l)
{
    struct bb_stat st;
    if (l->fd < 0)
        return;
    close(l->fd);
    if (bb_fs_stat(l->path, &st) == 0 && st.size == 0) {
        BB_CLEAN_BUF struct bb_buf target = BB_BUF_INIT;
        bb_fs_unlink(l->path);
        /* Another run of the task may have taken the link over. */
        if (bb_fs_readlink(l->link, &target) == 0 &&
            bb_str_eq(bb_path_base(bb_buf_str(&target)), bb_path_base(bb_str_z(l->path))))
            bb_fs_unlink(l->link);
    }
    free(l->path);
    free(l->link);
    *l = (struct bb_tasklog)BB_TASKLOG_INIT;
}

int bb_tasklog_tail(const char *path, size_t lines, struct bb_buf *out)
{
    enum { LINES = 100, BYTES = 256 * 1024 };
    BB_CLEAN_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    off_t size = lseek(fd, 0, SEEK_END), from = size > BYTES ? size - BYTES : 0;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_reserve(&text, (size_t)(size - from) + 1);
    ssize_t n = pread(fd, text.p, (size_t)(size - from), from);
    if (n < 0)
        return -errno;
    bb_str rest = bb_str_rtrim(bb_str_n(text.p, (size_t)n)), line;
    size_t start = rest.len;
    for (size_t seen = 0; start; start--)
        if (rest.p[start - 1] == '\n' && ++seen == (lines ? lines : LINES))
            break;
    rest = bb_str_from(rest, start);
    while (rest.len && bb_str_split(&rest, '\n', &line))
        bb_buf_addf(out, "| %.*s\n", BB_STRF(bb_str_rtrim(line)));
    return 0;
}
