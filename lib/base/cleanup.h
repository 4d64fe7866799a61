/* SPDX-License-Identifier: MIT */
/*
 * Scope-bound release for what is not in an arena:  BB_CLEAN_FREE char *path = NULL;  BB_CLEAN_FD int fd = -1;
 * To keep the thing, take it out first: `*ret = bb_take(&path)`.
 */
#ifndef BB_BASE_CLEANUP_H
#define BB_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void bb_clean_free(void *p)
{
    free(*(void **)p);
}
static inline void bb_clean_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
static inline void bb_clean_file(FILE **f)
{
    if (*f)
        fclose(*f);
}
#define BB_CLEAN_FREE __attribute__((cleanup(bb_clean_free)))
#define BB_CLEAN_FD   __attribute__((cleanup(bb_clean_fd)))
#define BB_CLEAN_FILE __attribute__((cleanup(bb_clean_file)))

/* The pointer's value; the pointer becomes NULL. */
#define bb_take(pp)                                                                                          \
    __extension__({                                                                                          \
        __typeof__(*(pp)) bb_taken_ = *(pp);                                                                 \
        *(pp) = NULL;                                                                                        \
        bb_taken_;                                                                                           \
    })
/* The same for a file descriptor, which becomes -1. */
static inline int bb_take_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

#endif
