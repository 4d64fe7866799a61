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
/* bb.cache.variant2virtual: `variant` may be "mc:NAME:" followed by a variant. */
bb_str bb_fn_variant(struct bb_arena *a, bb_str path, bb_str variant);

/* bb.runqueue.split_mc: "mc:NAME:x" gives NAME and x; anything else "" and itself. */
void bb_fn_split_mc(bb_str name, bb_str *ret_mc, bb_str *ret_rest);
/* bb.runqueue.split_tid_mcfn: "[mc:NAME:]/x.bb:do_y" gives mc, file and task; ret_mcfn is all but the task. */
void bb_fn_split_tid(bb_str tid, bb_str *ret_mc, bb_str *ret_fn, bb_str *ret_task, bb_str *ret_mcfn);

/*
 * bb.parse.vars_from_file: PN, PV and PR of a .bb or .bbappend by its file name; p NULL for parts that are
 * missing and for other files. -EINVAL when there are more than three parts.
 */
int bb_fn_vars(bb_str path, bb_str ret_parts[3]);

#endif
