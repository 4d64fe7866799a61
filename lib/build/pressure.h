/* SPDX-License-Identifier: MIT */
/*
 * Bounds of the machine's load, beyond which no further ordinary task starts beside those that run (BitBake: runqueue,
 * exceeds_max_pressure): BB_PRESSURE_MAX_CPU, _IO and _MEMORY, in microseconds a second that something waited, as
 * /proc/pressure counts; and where none of these can be had, BB_LOADFACTOR_MAX, the load average per CPU.
 */
#ifndef BB_BUILD_PRESSURE_H
#define BB_BUILD_PRESSURE_H

#include "data/store.h"

enum bb_pressure_kind { BB_PRESSURE_CPU, BB_PRESSURE_IO, BB_PRESSURE_MEMORY, BB_PRESSURE_KINDS };

struct bb_pressure {
    struct bb_ctx *ctx;
    const char *dir;
    double max[BB_PRESSURE_KINDS], max_load; /* 0: no bound */
    double total[BB_PRESSURE_KINDS];         /* what the files said at `time` */
    int64_t time;                            /* ns */
    unsigned threads;                        /* that tasks may use, for messages */
    bool watched;                            /* the files are there */
    bool told;                               /* the rest is what the user has been told last */
    bool over[BB_PRESSURE_KINDS], over_load;
};

/*
 * Reads the variables. `dir` is "/proc/pressure", borrowed. -BB_EREPORTED for a bound that is no number, or too low. A note says
 * that there is nothing to read in `dir`.
 */
int bb_pressure_init(struct bb_pressure *p, struct bb_ctx *ctx, struct bb_store *d, const char *dir,
                     unsigned threads);
/* Whether a bound is exceeded now, while `active` tasks run. A note tells when that changes. */
bool bb_pressure_exceeded(struct bb_pressure *p, size_t active);

#endif
