/* SPDX-License-Identifier: MIT */
#include "os/jobserver.h"

#include "base/arena.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct bb_jobserver {
    int fd;
    unsigned n;
    char *path;
};

int bb_jobserver_new(const char *path, unsigned n, struct bb_jobserver **ret)
{
    if (unlink(path) < 0 && errno != ENOENT)
        return -errno;
    if (mkfifo(path, 0600) < 0)
        return -errno;
    /* For writing, too: the bytes are kept as long as somebody has it open. */
    int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct bb_jobserver *j = bb_calloc(1, sizeof(*j));
    *j = (struct bb_jobserver){.fd = fd, .n = n, .path = bb_strdup(path)};
    bb_jobserver_refill(j);
    *ret = j;
    return 0;
}

void bb_jobserver_free(struct bb_jobserver *j)
{
    if (!j)
        return;
    unlink(j->path);
    close(j->fd);
    free(j->path);
    free(j);
}

bool bb_jobserver_take(struct bb_jobserver *j)
{
    char c;
    ssize_t n;
    do
        n = read(j->fd, &c, 1);
    while (n < 0 && errno == EINTR);
    return n == 1;
}

void bb_jobserver_give(struct bb_jobserver *j)
{
    ssize_t n;
    do
        n = write(j->fd, "+", 1);
    while (n < 0 && errno == EINTR);
}

void bb_jobserver_refill(struct bb_jobserver *j)
{
    while (bb_jobserver_take(j))
        ;
    for (unsigned i = 0; i < j->n; i++)
        bb_jobserver_give(j);
}
