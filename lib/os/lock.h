/* SPDX-License-Identifier: MIT */
/*
 * Lock files, compatible with bb.utils.lockfile: flock on a file that the last holder removes. An exclusive holder
 * writes who it is into the file, so that the one who has to wait can tell the user.
 */
#ifndef BB_OS_LOCK_H
#define BB_OS_LOCK_H

#include "base/str.h"

struct bb_lock {
    int fd; /* -1: not held */
    char *path;
};
#define BB_LOCK_INIT                                                                                         \
    {                                                                                                        \
        -1, NULL                                                                                             \
    }

enum bb_lock_flags {
    BB_LOCK_SHARED = 1 << 0,
    BB_LOCK_NOWAIT = 1 << 1, /* -EWOULDBLOCK instead of waiting */
};
/* Missing folders are made. A signal ends the wait with -EINTR. */
int bb_lock_take(struct bb_lock *ret, const char *path, unsigned flags);
/* Gives the lock up and removes the file when nobody else holds it; harmless when not held. */
void bb_lock_release(struct bb_lock *l);
#define BB_CLEAN_LOCK __attribute__((cleanup(bb_lock_release)))
/*
 * Appends who holds the lock exclusively, "pid 1234 (bbc core-image-minimal)"; -ENOENT when that is not known, -ESRCH
 * when that process was killed: what is left of the lock is held by its children, if at all.
 */
int bb_lock_holder(const char *path, struct bb_buf *ret);

#endif
