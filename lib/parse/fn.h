/* SPDX-License-Identifier: MIT */
/* Names of recipes: "[mc:NAME:][virtual:CLASS:]/path/pn_pv_pr.bb". Results are views of the argument. */
#ifndef BB_PARSE_FN_H
#define BB_PARSE_FN_H

#include "base/arena.h"

struct bb_fn {
    bb_str path;
    bb_str variant; /* "native", "multilib:lib32"; empty for the recipe itself */
    bb_str mc;
};
/* bb.cache.virtualfn2realfn. */
struct bb_fn bb_fn_split(bb_str virtualfn);
/* bb.cache.realfn2virtual. */
bb_str bb_fn_join(struct bb_arena *a, bb_str path, bb_str variant, bb_str mc);

/*
 * bb.parse.vars_from_file: PN, PV and PR of a .bb or .bbappend by its file name; p NULL for parts that are
 * missing and for other files. -EINVAL when there are more than three parts.
 */
int bb_fn_vars(bb_str path, bb_str ret_parts[3]);

#endif
