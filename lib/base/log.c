/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

static struct {
    bool known;
    int fd;
    const char *areas; /* NULL: off */
    struct timespec start;
} log_state;

static void learn(void)
{
    const char *areas = getenv("BBC_LOG"), *file = getenv("BBC_LOG_FILE");

    log_state.known = true;
    if (!areas || !*areas)
        return;
    log_state.fd = STDERR_FILENO;
    if (file && *file) {
        int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (fd >= 0)
            log_state.fd = fd;
    }
    log_state.areas = areas;
    clock_gettime(CLOCK_MONOTONIC, &log_state.start);
}

bool bb_log_on(const char *area)
{
    if (!log_state.known)
        learn();
    if (!log_state.areas)
        return false;
    bb_str rest = bb_str_z(log_state.areas), one;
    while (bb_str_split(&rest, ',', &one))
        if (bb_str_eqz(one, "all") || bb_str_eqz(one, area))
            return true;
    return false;
}

void bb_log_write(const char *area, const char *fmt, ...)
{
    BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;
    struct timespec t;
    va_list ap;

    clock_gettime(CLOCK_MONOTONIC, &t);
    double since =
        (double)(t.tv_sec - log_state.start.tv_sec) + (double)(t.tv_nsec - log_state.start.tv_nsec) / 1e9;
    bb_buf_addf(&line, "bbc[%d] %.6f %s: ", (int)getpid(), since, area);
    va_start(ap, fmt);
    bb_buf_vaddf(&line, fmt, ap);
    va_end(ap);
    bb_buf_addc(&line, '\n');
    /* A log that cannot be written is no reason to stop. */
    ssize_t ignored = write(log_state.fd, line.p, line.len);
    (void)ignored;
}
