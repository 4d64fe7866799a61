/* SPDX-License-Identifier: MIT */
#include "hashserv/times.h"

#include <math.h>
#include <time.h>

double bb_times_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bb_times_write(struct bb_times *t, const char *what, struct bb_buf *out)
{
    double sum = 0, squares = 0;

    if (!t->n)
        return;
    qsort(t->p, t->n, sizeof(*t->p), by_size);
    for (size_t i = 0; i < t->n; i++)
        sum += t->p[i];
    double mean = sum / (double)t->n;
    for (size_t i = 0; i < t->n; i++)
        squares += (t->p[i] - mean) * (t->p[i] - mean);
    double median = (t->p[(t->n - 1) / 2] + t->p[t->n / 2]) / 2;
    bb_buf_addf(out, "%s times: %zu\n", what, t->n);
    bb_buf_addf(out, "%s average: %.6fs\n", what, mean);
    bb_buf_addf(out, "%s median: %.6fs\n", what, median);
    bb_buf_addf(out, "%s std dev: %.6fs\n", what, sqrt(squares / (double)t->n));
    bb_buf_addf(out, "%s maximum: %.6fs\n", what, t->p[t->n - 1]);
    bb_buf_addf(out, "%s minimum: %.6fs\n", what, t->p[0]);
}
