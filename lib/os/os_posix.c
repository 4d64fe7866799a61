/* SPDX-License-Identifier: MIT */
#include "os/os.h"

#include <time.h>

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t posix_monotonic(const struct bb_os *os)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static int64_t posix_now(const struct bb_os *os)
{
    return clock_ns(CLOCK_REALTIME);
}

static void posix_sleep(const struct bb_os *os, int64_t ns)
{
    struct timespec t = {.tv_sec = ns / 1000000000, .tv_nsec = (long)(ns % 1000000000)};
    nanosleep(&t, NULL);
}

static int posix_spawn_child(const struct bb_os *os, const struct bb_spawn *s, struct bb_proc *ret)
{
    return bb_proc_spawn(s, ret);
}

static int posix_wait(const struct bb_os *os, struct bb_proc *p, int *ret_status)
{
    return bb_proc_wait(p, ret_status);
}

static int posix_kill(const struct bb_os *os, const struct bb_proc *p, int sig)
{
    return bb_proc_kill(p, sig);
}

static int posix_stat(const struct bb_os *os, const char *path, struct bb_stat *ret)
{
    return bb_fs_stat(path, ret);
}

static int posix_read(const struct bb_os *os, const char *path, struct bb_buf *ret)
{
    return bb_fs_read(path, ret);
}

static int posix_write(const struct bb_os *os, const char *path, bb_str content, unsigned flags)
{
    return bb_fs_write(path, content, flags);
}

static int posix_touch(const struct bb_os *os, const char *path)
{
    return bb_fs_touch(path);
}

static int posix_mkdirs(const struct bb_os *os, const char *path)
{
    return bb_fs_mkdirs(path);
}

static int posix_unlink(const struct bb_os *os, const char *path)
{
    return bb_fs_unlink(path);
}

static int posix_rename(const struct bb_os *os, const char *from, const char *to)
{
    return bb_fs_rename(from, to);
}

const struct bb_os *bb_os_posix(void)
{
    static const struct bb_os os = {
        .monotonic = posix_monotonic,
        .now = posix_now,
        .sleep = posix_sleep,
        .spawn = posix_spawn_child,
        .wait = posix_wait,
        .kill = posix_kill,
        .stat = posix_stat,
        .read = posix_read,
        .write = posix_write,
        .touch = posix_touch,
        .mkdirs = posix_mkdirs,
        .unlink = posix_unlink,
        .rename = posix_rename,
    };
    return &os;
}
