/* SPDX-License-Identifier: MIT */
/*
 * Inside of the plan: the graph of all tasks of all recipes that may take part, before pruning. Shared by
 * plan.c, depends.c, recursive.c and checks.c only.
 *
 * A node is a task of an entry: node = first[entry] + its place in the recipe. Task names are numbered, so
 * that "task X of recipe Y" is one look-up in `table`.
 */
#ifndef BB_GRAPH_PLANNER_H
#define BB_GRAPH_PLANNER_H

#include "graph/plan.h"

struct bb_nodes {
    uint32_t *p;
    size_t n, cap;
};

/* A node with a recrdeptask flag. */
struct bb_recursive {
    uint32_t node;
    struct bb_nodes names;  /* numbers of the named tasks */
    struct bb_nodes starts; /* tasks of recideptask that exist */
    bool self;              /* its own name is among them */
};

struct bb_planner {
    struct bb_ctx *ctx;
    struct bb_taskdatas *all;
    struct bb_entry **entries;
    size_t nentries, nnodes, nnames;
    uint32_t *first;       /* nentries + 1 */
    uint32_t *entry_of;    /* by node */
    uint32_t *name_of;     /* by node */
    uint32_t *table;       /* [entry * nnames + name]: node, BB_NO_TASK when the recipe has no such task */
    struct bb_nodes *deps; /* by node, without duplicates */
    uint32_t *mark, epoch; /* by node: scratch for sets, a node is in the set when mark[node] == epoch */
    struct bb_map names;   /* task name -> (number + 1) as a pointer */
    struct {
        struct bb_recursive *p;
        size_t n, cap;
    } recursive;
};

/* The number of a task name, BB_NO_TASK when no recipe has it. */
uint32_t bb_planner_name(const struct bb_planner *g, bb_str name);
static inline uint32_t bb_planner_node(const struct bb_planner *g, uint32_t entry, uint32_t name)
{
    return name == BB_NO_TASK ? BB_NO_TASK : g->table[(size_t)entry * g->nnames + name];
}
static inline const struct bb_recipe_task *bb_planner_task(const struct bb_planner *g, uint32_t node)
{
    uint32_t e = g->entry_of[node];
    return &g->entries[e]->recipe->tasks[node - g->first[e]];
}
/* The recipe's file without "mc:NAME:". */
bb_str bb_planner_file(const struct bb_recipe *r);

/* Fills g->deps with everything but recursive dependencies, and g->recursive. */
int bb_depends_direct(struct bb_planner *g);
/* Adds what recrdeptask flags bring to g->deps. */
void bb_recursive_close(struct bb_planner *g);
/* Refuses loops and computes weights. */
int bb_checks_loops(struct bb_plan *plan);
/* Complains about names that two recipes of the plan provide. */
int bb_checks_providers(struct bb_plan *plan);

#endif
