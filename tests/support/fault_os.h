/* SPDX-License-Identifier: MIT */
/*
 * A table of services for tests: time stands still unless somebody sleeps or the test moves it, and after
 * `after` more calls that change something, all of them fail with `code`: a disk that is full, a process
 * table that is.
 *
 *   struct fault_os f;  fault_os_init(&f, 3, -ENOSPC);  ctx.os = &f.os;
 */
#ifndef BB_TESTS_FAULT_OS_H
#define BB_TESTS_FAULT_OS_H

#include "os/os.h"

struct fault_os {
    struct bb_os os;
    int after, code;
    int64_t time_ns;
};

/* The tables take their own address as const; ours is not. */
static inline struct fault_os *fault_of(const struct bb_os *os)
{
    return (struct fault_os *)(uintptr_t)os;
}

static inline bool fault_now(const struct bb_os *os)
{
    return fault_of(os)->after-- <= 0;
}

static inline int64_t fault_time(const struct bb_os *os)
{
    return fault_of(os)->time_ns;
}

static inline void fault_sleep(const struct bb_os *os, int64_t ns)
{
    fault_of(os)->time_ns += ns;
}

static inline int fault_spawn(const struct bb_os *os, const struct bb_spawn *s, struct bb_proc *ret)
{
    return fault_now(os) ? fault_of(os)->code : bb_proc_spawn(s, ret);
}

static inline int fault_write(const struct bb_os *os, const char *path, bb_str content, unsigned flags)
{
    return fault_now(os) ? fault_of(os)->code : bb_fs_write(path, content, flags);
}

static inline int fault_touch(const struct bb_os *os, const char *path)
{
    return fault_now(os) ? fault_of(os)->code : bb_fs_touch(path);
}

static inline int fault_mkdirs(const struct bb_os *os, const char *path)
{
    return fault_now(os) ? fault_of(os)->code : bb_fs_mkdirs(path);
}

static inline int fault_unlink(const struct bb_os *os, const char *path)
{
    return fault_now(os) ? fault_of(os)->code : bb_fs_unlink(path);
}

static inline int fault_rename(const struct bb_os *os, const char *from, const char *to)
{
    return fault_now(os) ? fault_of(os)->code : bb_fs_rename(from, to);
}

static inline void fault_os_init(struct fault_os *f, int after, int code)
{
    *f = (struct fault_os){*bb_os_posix(), after, code, 1000000000};
    f->os.monotonic = f->os.now = fault_time;
    f->os.sleep = fault_sleep;
    f->os.spawn = fault_spawn;
    f->os.write = fault_write;
    f->os.touch = fault_touch;
    f->os.mkdirs = fault_mkdirs;
    f->os.unlink = fault_unlink;
    f->os.rename = fault_rename;
}

#endif
