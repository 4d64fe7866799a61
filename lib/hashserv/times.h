/* SPDX-License-Identifier: MIT */
/* How long many requests took: a list of seconds and what is said of it. */
#ifndef BB_HASHSERV_TIMES_H
#define BB_HASHSERV_TIMES_H

#include "base/vec.h"

struct bb_times {
    double *p;
    size_t n, cap;
};
/* Seconds of a clock that only grows. */
double bb_times_now(void);
/* Appends lines with number, average, median, deviation, maximum and minimum. Sorts the list. */
void bb_times_write(struct bb_times *t, const char *what, struct bb_buf *out);

#endif
