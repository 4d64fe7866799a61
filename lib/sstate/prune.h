/* SPDX-License-Identifier: MIT */
/* Removing objects from a SSTATE_DIR: by name, by age, by size. What stands beside an object goes with it. */
#ifndef BB_SSTATE_PRUNE_H
#define BB_SSTATE_PRUNE_H

#include "base/str.h"

/* Removes objects whose base name fits the shell pattern; *ret_n counts them. */
int bb_prune_match(const char *dir, const char *pattern, size_t *ret_n);

struct bb_prune_limits {
    int64_t now;       /* seconds since 1970 */
    int64_t max_age;   /* seconds since the last use; negative: no limit */
    int64_t max_bytes; /* of all objects together; negative: no limit */
};
/* Removes what killed processes left unfinished, what is too old, then the longest unused until the rest fits. */
int bb_prune_run(const char *dir, const struct bb_prune_limits *l, size_t *ret_n, int64_t *ret_bytes);

#endif
