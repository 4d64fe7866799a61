/* SPDX-License-Identifier: MIT */
/*
 * The services of the machine that decisions depend on (time, processes, the state of files), as a table that tests
 * replace: hundreds of schedules then run in milliseconds, and a disk is full when a test says so. Code above `os`
 * calls through ctx->os for these; plain tools that decide nothing (fs.h, lock.h) are called directly.
 *
 * Functions return 0 or a negative code and never print. Tests put `struct bb_os` first in their own struct.
 */
#ifndef BB_OS_OS_H
#define BB_OS_OS_H

#include "os/fs.h"
#include "os/proc.h"

struct bb_os {
    /* Nanoseconds that only grow, and nanoseconds since 1970. */
    int64_t (*monotonic)(const struct bb_os *os);
    int64_t (*now)(const struct bb_os *os);
    void (*sleep)(const struct bb_os *os, int64_t ns);
    int (*spawn)(const struct bb_os *os, const struct bb_spawn *s, struct bb_proc *ret);
    int (*wait)(const struct bb_os *os, struct bb_proc *p, int *ret_status);
    int (*kill)(const struct bb_os *os, const struct bb_proc *p, int sig);
    /* As the bb_fs_* functions of the same names. */
    int (*stat)(const struct bb_os *os, const char *path, struct bb_stat *ret);
    int (*read)(const struct bb_os *os, const char *path, struct bb_buf *ret);
    int (*write)(const struct bb_os *os, const char *path, bb_str content, unsigned flags);
    int (*touch)(const struct bb_os *os, const char *path);
    int (*mkdirs)(const struct bb_os *os, const char *path);
    int (*unlink)(const struct bb_os *os, const char *path);
    int (*rename)(const struct bb_os *os, const char *from, const char *to);
};

/* The machine itself. */
const struct bb_os *bb_os_posix(void);

#endif
