/* SPDX-License-Identifier: MIT */
/*
 * Dependencies that one task names itself: addtask's parents, deptask, rdeptask, [depends], [rdepends],
 * [mcdepends] and the first level of recrdeptask.
 */
#include "graph/planner.h"

#include "graph/mcgraph.h"

static void add(struct bb_planner *g, uint32_t node, uint32_t dep)
{
    if (dep == BB_NO_TASK || dep == node || g->mark[dep] == g->epoch)
        return;
    g->mark[dep] = g->epoch;
    bb_vec_push(&g->deps[node], dep);
}

/* The named tasks of what the targets resolve to; names that a recipe lacks are passed over. */
static void add_targets(struct bb_planner *g, uint32_t node, struct bb_target *const *targets, size_t n,
                        const struct bb_nodes *names)
{
    for (size_t i = 0; i < n; i++) {
        const struct bb_entry *e = bb_target_entry(targets[i]);
        for (size_t j = 0; e && j < names->n; j++)
            add(g, node, bb_planner_node(g, e->index, names->p[j]));
    }
}

/* Numbers of the words of a flag that are tasks of anything. */
static void read_names(const struct bb_planner *g, bb_str flag, struct bb_nodes *ret)
{
    bb_str word;
    ret->n = 0;
    while (flag.p && bb_str_word(&flag, &word)) {
        uint32_t name = bb_planner_name(g, word);
        if (name != BB_NO_TASK)
            bb_vec_push(ret, name);
    }
}

static int add_named(struct bb_planner *g, uint32_t node, const struct bb_task_dep *deps, size_t n,
                     bool runtime)
{
    for (size_t i = 0; i < n; i++) {
        const struct bb_entry *e = bb_target_entry(deps[i].target);
        if (!e || (!runtime && deps[i].target->failed))
            continue;
        uint32_t dep = bb_planner_node(g, e->index, bb_planner_name(g, deps[i].task));
        if (dep == BB_NO_TASK)
            return bb_error(g->ctx, "Task %.*s in %.*s %s upon non-existent task %.*s in %.*s",
                            BB_STRF(bb_planner_task(g, node)->name),
                            BB_STRF(bb_planner_file(g->entries[g->entry_of[node]]->recipe)),
                            runtime ? "rdepends" : "depends", BB_STRF(deps[i].task), BB_STRF(e->recipe->fn));
        add(g, node, dep);
    }
    return 0;
}

/*
 * BitBake: a task with an [mcdepends] flag waits for what any [mcdepends] of its configuration names, not
 * only for its own words. Hashes show it, so it is kept.
 */
static int add_multiconfig(struct bb_planner *g, uint32_t node, const struct bb_taskdata *td)
{
    for (size_t i = 0; i < td->mcdeps.n; i++) {
        const struct bb_mcdep *d = &td->mcdeps.p[i];
        if (!bb_str_eq(d->from, td->mc->name))
            continue;
        const struct bb_taskdata *to = bb_taskdata_mc(g->all, d->to);
        const struct bb_entry *e = to ? bb_target_entry(bb_taskdata_build_target(to, d->pn)) : NULL;
        uint32_t dep = e ? bb_planner_node(g, e->index, bb_planner_name(g, d->task)) : BB_NO_TASK;
        if (dep == BB_NO_TASK)
            return bb_error(g->ctx, "Task mcdepends on non-existent task %.*s:%.*s",
                            BB_STRF(e ? e->recipe->fn : d->pn), BB_STRF(d->task));
        add(g, node, dep);
    }
    return 0;
}

static void add_recursive(struct bb_planner *g, uint32_t node, const struct bb_entry *e,
                          const struct bb_recipe_task *t)
{
    struct bb_recursive r = {.node = node};
    read_names(g, t->flags[BB_TF_RECRDEPTASK], &r.names);
    add_targets(g, node, e->depends, e->ndepends, &r.names);
    add_targets(g, node, e->rdepends, e->nrdepends, &r.names);
    for (size_t i = 0; i < r.names.n; i++)
        r.self |= r.names.p[i] == g->name_of[node];
    read_names(g, t->flags[BB_TF_RECIDEPTASK], &r.starts);
    size_t n = 0;
    for (size_t i = 0; i < r.starts.n; i++) {
        uint32_t start = bb_planner_node(g, e->index, r.starts.p[i]);
        if (start != BB_NO_TASK)
            r.starts.p[n++] = start;
    }
    r.starts.n = n;
    bb_vec_push(&g->recursive, r);
}

static int node_depends(struct bb_planner *g, uint32_t node, struct bb_nodes *names)
{
    const struct bb_entry *e = g->entries[g->entry_of[node]];
    const struct bb_recipe_task *t = bb_planner_task(g, node);
    const struct bb_task_deps *d = &e->tasks[t - e->recipe->tasks];
    g->epoch++;
    int err = t->flags[BB_TF_MCDEPENDS].p ? add_multiconfig(g, node, &e->recipe->mc->td) : 0;
    for (size_t i = 0; i < t->parents.n; i++)
        add(g, node, bb_planner_node(g, e->index, bb_planner_name(g, t->parents.p[i])));
    read_names(g, t->flags[BB_TF_DEPTASK], names);
    add_targets(g, node, e->depends, e->ndepends, names);
    read_names(g, t->flags[BB_TF_RDEPTASK], names);
    add_targets(g, node, e->rdepends, e->nrdepends, names);
    if (!err)
        err = add_named(g, node, d->depends, d->ndepends, false);
    if (!err)
        err = add_named(g, node, d->rdepends, d->nrdepends, true);
    if (!err && t->flags[BB_TF_RECRDEPTASK].p)
        add_recursive(g, node, e, t);
    return err;
}

int bb_depends_direct(struct bb_planner *g)
{
    struct bb_nodes names = {0};
    int err = 0;
    for (uint32_t node = 0; node < g->nnodes && !err; node++)
        if (!g->entries[g->entry_of[node]]->failed)
            err = node_depends(g, node, &names);
    bb_vec_release(&names);
    return err;
}
