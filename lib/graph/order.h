/* SPDX-License-Identifier: MIT */
/*
 * The order in which ready tasks are started: BB_SCHEDULER. "basic" is the order of the plan; "speed" starts the task
 * first on which most depends; "completion" is "speed" reordered so that a recipe that was begun is finished first.
 */
#ifndef BB_GRAPH_ORDER_H
#define BB_GRAPH_ORDER_H

#include "graph/plan.h"

#define BB_ORDERS(X)                                                                                         \
    X(BASIC, "basic")                                                                                        \
    X(SPEED, "speed")                                                                                        \
    X(COMPLETION, "completion")
#define X(name, text) BB_ORDER_##name,
enum bb_order { BB_ORDERS(X) BB_ORDER_COUNT };
#undef X
/* BB_ORDER_COUNT for a name that is none of these; ret_names then gets "basic, speed, completion" for the message. */
enum bb_order bb_order_parse(bb_str name, struct bb_buf *ret_names);
/* Fills ret_rank[task]: 0 is the most important one. */
void bb_order_make(const struct bb_plan *plan, enum bb_order order, uint32_t *ret_rank);

#endif
