/* SPDX-License-Identifier: MIT */
/* Variables and where their values come from: `-e`, as BitBake prints it; and the versions of recipes, `-s`. */
#ifndef BB_QUERY_ENVSHOW_H
#define BB_QUERY_ENVSHOW_H

#include "cook/cooker.h"

/*
 * The whole environment of a recipe variant (`fn`) or, with `fn` empty, of the base configuration `mc`: include
 * history, variables and shell functions with their history, Python functions. The cooker must have been opened with
 * tracking. Appends to `out`.
 */
int bb_envshow_environment(struct bb_cooker *c, bb_str fn, bb_str mc, struct bb_buf *out);

/* The latest and the preferred version of every recipe name, as `bitbake -s` lists them. */
int bb_envshow_versions(struct bb_cooker *c, struct bb_buf *out);

#endif
