/* SPDX-License-Identifier: MIT */
/*
 * Why one task of a plan waits for another: the word of the metadata that says so. It is found again from the
 * summaries, for the few edges that somebody asks about; the plan itself keeps no reasons.
 */
#ifndef BB_GRAPH_EDGE_H
#define BB_GRAPH_EDGE_H

#include "graph/plan.h"

/* In the order in which a reason is preferred where a dependency has several. */
#define BB_EDGE_KINDS(X)                                                                                     \
    X(AFTER, "addtask")              /* "addtask x after y", or "before" of the other one */                 \
    X(DEPENDS, "DEPENDS")            /* through the flag deptask */                                          \
    X(RDEPENDS, "RDEPENDS")          /* through the flag rdeptask */                                         \
    X(RRECOMMENDS, "RRECOMMENDS")    /* the same */                                                          \
    X(TASK_DEPENDS, "[depends]")     /* a word of the flag */                                                \
    X(TASK_RDEPENDS, "[rdepends]")   /* the same */                                                          \
    X(TASK_MCDEPENDS, "[mcdepends]") /* the same */                                                          \
    X(RECURSIVE, "[recrdeptask]")    /* all tasks of that name below */
#define X(name, text) BB_EDGE_##name,
enum bb_edge_kind { BB_EDGE_KINDS(X) };
#undef X

struct bb_edge {
    enum bb_edge_kind kind;
    bb_str word;           /* what the metadata names: "virtual/libc", "b:do_deploy", "do_fetch" */
    bb_str package;        /* of RDEPENDS and RRECOMMENDS: whose; empty for the recipe's own */
    enum bb_task_flag via; /* of DEPENDS, RDEPENDS, RRECOMMENDS and RECURSIVE: the flag that follows them */
};

/* "DEPENDS", "[recrdeptask]". */
const char *bb_edge_kind_text(enum bb_edge_kind kind);
/* Why task `from` of the plan waits for `to`, which is one of its `deps`. Texts are borrowed from the plan. */
struct bb_edge bb_edge_reason(const struct bb_plan *plan, bb_tid from, bb_tid to);
/* Appends it in words: "DEPENDS names virtual/libc (do_configure[deptask])". `task` is the name of `from`. */
void bb_edge_text(const struct bb_edge *e, bb_str task, struct bb_buf *out);

#endif
