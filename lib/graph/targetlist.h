/* SPDX-License-Identifier: MIT */
/* Targets as written on the command line: the collective ones, and those of multiconfigs. */
#ifndef BB_GRAPH_TARGETLIST_H
#define BB_GRAPH_TARGETLIST_H

#include "graph/taskdata.h"

/*
 * Appends the targets with "world", "universe" and "mc:*:x" replaced by what they stand for; `task` is the
 * one wanted of them. Texts are put in all->arena. Reports.
 */
int bb_targetlist_expand(struct bb_taskdatas *all, const bb_str *targets, size_t n, bb_str task,
                         struct bb_strvec *ret);
/* Splits "mc:NAME:rest"; false when it is a plain target. */
bool bb_targetlist_split(bb_str target, bb_str *ret_mc, bb_str *ret_rest);

#endif
