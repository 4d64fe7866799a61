/* SPDX-License-Identifier: MIT */
/*
 * The log: what bbc itself is doing, for people who hunt a fault in bbc. The user's mistakes go to diag.h. Off unless
 * the environment has BBC_LOG: a list of areas ("run,sstate") or "all". Lines go to stderr, or to the file named
 * by BBC_LOG_FILE, each written at once: "bbc[1234] 0.001523 run: text".
 */
#ifndef BB_BASE_LOG_H
#define BB_BASE_LOG_H

#include <stdbool.h>

/* `area` is the folder that speaks: "run", "fetch" ... */
bool bb_log_on(const char *area);
void bb_log_write(const char *area, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Arguments are not evaluated when the area is off. */
#define BB_LOG(area, ...)                                                                                    \
    do {                                                                                                     \
        if (bb_log_on(area))                                                                                 \
            bb_log_write(area, __VA_ARGS__);                                                                 \
    } while (0)

#endif
