/* SPDX-License-Identifier: MIT */
/*
 * A part of a plan, as a question about it wants it: its nodes are recipes or single tasks. A node that the filters
 * leave out is passed through: what it waits for takes its place.
 */
#ifndef BB_QUERY_DEPGRAPH_H
#define BB_QUERY_DEPGRAPH_H

#include "cook/targets.h"
#include "graph/edge.h"
#include "query/layerinfo.h"

struct bb_depgraph_opts {
    bool tasks;     /* nodes are tasks; also when `task` is set */
    bb_str task;    /* only tasks of this name, with or without "do_" */
    bb_str layer;   /* only recipes of this layer, by its name */
    unsigned depth; /* so many steps from the start, 0: all */
    bool reverse;   /* what depends on the start */
    bool recursive; /* follow edges that only [recrdeptask] has made, too */
};

struct bb_depnode {
    bb_str name; /* "[mc:NAME:]pn" or "[mc:NAME:]pn:do_task" */
    const struct bb_recipe *recipe;
    bb_tid task; /* BB_NO_TASK for a recipe */
    unsigned depth;
};
/* `from` waits for `to`, nodes both, because of the plan's edge `because`; `hidden` nodes are between them. */
struct bb_depedge {
    uint32_t from, to;
    struct {
        bb_tid from, to;
    } because;
    struct bb_edge why;
    unsigned hidden;
};
struct bb_depgraph {
    const struct bb_plan *plan;
    struct bb_arena arena;
    BB_VEC(struct bb_depnode) nodes; /* the start first, then by depth */
    BB_VEC(struct bb_depedge) edges; /* in the order in which they were found */
    size_t starts;                   /* so many of the nodes are the start */
};

/* One task or all of a recipe's. */
struct bb_depstart {
    const struct bb_entry *entry;
    bb_str task; /* empty: all */
};
/* "NAME[:TASK]" as a target of a build, which wants "do_" before the task; in `a`. */
bb_str bb_depgraph_target(bb_str name, struct bb_arena *a);
/*
 * Reads "NAME[:TASK]": a recipe of the plan by what it provides. -BB_EREPORTED after a message when the plan has none.
 * The task is put into `a`.
 */
int bb_depgraph_start(struct bb_targets *t, const struct bb_plan *plan, bb_str name, struct bb_arena *a,
                      struct bb_depstart *ret);
/* Follows the plan from `start`. Release also what is empty. */
void bb_depgraph_make(struct bb_depgraph *ret, const struct bb_plan *plan, struct bb_layerinfo *l,
                      const struct bb_depstart *start, const struct bb_depgraph_opts *o);
/* The same, but only the shortest way to `to`, one without [recrdeptask] first; without nodes when there is none. */
void bb_depgraph_path(struct bb_depgraph *ret, const struct bb_plan *plan, const struct bb_depstart *from,
                      const struct bb_depstart *to, bool tasks);
/* Every edge of the plan from a task of `from` to a task of `to`; nodes are tasks. */
void bb_depgraph_between(struct bb_depgraph *ret, const struct bb_plan *plan, const struct bb_depstart *from,
                         const struct bb_depstart *to);
/* The tasks of the plan that the filters leave; no edges. */
void bb_depgraph_tasks(struct bb_depgraph *ret, const struct bb_plan *plan, struct bb_layerinfo *l,
                       const struct bb_depgraph_opts *o);
void bb_depgraph_release(struct bb_depgraph *g);

#endif
