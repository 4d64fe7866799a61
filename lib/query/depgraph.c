/* SPDX-License-Identifier: MIT */
#include "query/depgraph.h"

#include "parse/fn.h"

/* A walk over the plan. Groups are what may become nodes: entries of recipes, or tasks. */
struct walk {
    struct bb_depgraph *g;
    const struct bb_plan *plan;
    struct bb_layerinfo *l;
    const struct bb_depgraph_opts *o;
    bool tasks;
    bb_str task, layer;
    size_t ngroups;
    struct bb_tids *members; /* by group */
    uint32_t *node;          /* by group: number + 1, 0: it is none yet */
    uint32_t *mark, epoch;   /* by group: seen while one node's neighbours are looked for */
    uint32_t *place;         /* by group: then its place among them */
    uint32_t self;           /* the group whose neighbours are looked for */
    BB_VEC(bb_tid) pool;
};

static uint32_t group_of(const struct walk *w, bb_tid t)
{
    return w->tasks ? t : w->plan->tasks[t].entry->index;
}

static bb_str with_do(struct bb_arena *a, bb_str task)
{
    return !task.len || bb_str_starts(task, BB_STR("do_")) ? task : bb_arena_cat(a, BB_STR("do_"), task);
}

static bool shown(struct walk *w, uint32_t group)
{
    bb_tid t = w->members[group].p[0];
    if (w->task.len && !bb_str_eq(bb_plan_name(w->plan, t), w->task))
        return false;
    if (!w->layer.len)
        return true;
    bb_str file = bb_fn_split(bb_plan_recipe(w->plan, t)->fn).path;
    return bb_str_eq(bb_layerinfo_name_of(w->l, file), w->layer);
}

static void walk_init(struct walk *w, struct bb_depgraph *g, const struct bb_plan *plan, bool tasks)
{
    *g = (struct bb_depgraph){.plan = plan};
    *w = (struct walk){.g = g, .plan = plan, .tasks = tasks};
    bb_arena_init(&g->arena);
    for (bb_tid t = 0; t < plan->n; t++)
        w->ngroups = group_of(w, t) >= w->ngroups ? group_of(w, t) + 1 : w->ngroups;
    w->members = bb_calloc(w->ngroups + 1, sizeof(*w->members));
    w->node = bb_calloc(w->ngroups + 1, sizeof(*w->node));
    w->mark = bb_calloc(w->ngroups + 1, sizeof(*w->mark));
    w->place = bb_calloc(w->ngroups + 1, sizeof(*w->place));
    bb_vec_reserve(&w->pool, plan->n + 1);
    /* Tasks of one entry stand together in the plan. */
    for (bb_tid t = 0; t < plan->n; t++) {
        struct bb_tids *m = &w->members[group_of(w, t)];
        if (!m->n++)
            m->p = &w->pool.p[w->pool.n];
        bb_vec_push(&w->pool, t);
    }
}

static void walk_release(struct walk *w)
{
    free(w->members);
    free(w->node);
    free(w->mark);
    free(w->place);
    bb_vec_release(&w->pool);
}

static uint32_t add_node(struct walk *w, uint32_t group, unsigned depth)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_tid t = w->members[group].p[0];
    const struct bb_recipe *r = bb_plan_recipe(w->plan, t);
    bb_plan_pnid(w->plan, t, &name);
    if (!w->tasks)
        bb_buf_truncate(&name, name.len - bb_plan_name(w->plan, t).len - 1);
    bb_vec_push(&w->g->nodes, (struct bb_depnode){.name = bb_arena_str(&w->g->arena, bb_buf_str(&name)),
                                                  .recipe = r,
                                                  .task = w->tasks ? t : BB_NO_TASK,
                                                  .depth = depth});
    w->node[group] = (uint32_t)w->g->nodes.n;
    return (uint32_t)w->g->nodes.n - 1;
}

/* A group that was found on the way from one node, by which edge, with how many hidden ones between. */
struct hop {
    uint32_t group;
    struct bb_depedge edge;
};
struct hops {
    struct hop *p;
    size_t n, cap;
};

/* Of several edges between two groups the reason that comes first is the one to tell. */
static void add_hop(struct walk *w, struct hops *found, uint32_t group, struct bb_depedge e)
{
    if (w->mark[group] != w->epoch) {
        w->mark[group] = w->epoch;
        w->place[group] = (uint32_t)found->n;
        bb_vec_push(found, (struct hop){group, e});
        return;
    }
    struct hop *h = &found->p[w->place[group]];
    if (h->edge.hidden == e.hidden && e.why.kind < h->edge.why.kind)
        h->edge = e;
}

static void add_hops(struct walk *w, struct hops *found, uint32_t group, unsigned hidden)
{
    bool reverse = w->o->reverse;
    for (size_t i = 0; i < w->members[group].n; i++) {
        bb_tid t = w->members[group].p[i];
        const struct bb_tids *next = reverse ? &w->plan->tasks[t].revdeps : &w->plan->tasks[t].deps;
        for (size_t k = 0; k < next->n; k++) {
            bb_tid u = next->p[k], from = reverse ? u : t, to = reverse ? t : u;
            if (group_of(w, u) == group || group_of(w, u) == w->self)
                continue;
            struct bb_depedge e = {
                .because = {from, to}, .why = bb_edge_reason(w->plan, from, to), .hidden = hidden};
            if (e.why.kind != BB_EDGE_RECURSIVE || w->o->recursive)
                add_hop(w, found, group_of(w, u), e);
        }
    }
}

/* The neighbours of a group: what is not shown gives its own. `found` keeps those that are shown. */
static void neighbours(struct walk *w, uint32_t group, struct hops *found)
{
    size_t n = 0;
    found->n = 0;
    w->epoch++;
    w->self = group;
    add_hops(w, found, group, 0);
    for (size_t i = 0; i < found->n; i++)
        if (!shown(w, found->p[i].group))
            add_hops(w, found, found->p[i].group, found->p[i].edge.hidden + 1);
    for (size_t i = 0; i < found->n; i++)
        if (shown(w, found->p[i].group))
            found->p[n++] = found->p[i];
    found->n = n;
}

static void add_edge(struct walk *w, uint32_t here, uint32_t there, struct bb_depedge e)
{
    bool reverse = w->o && w->o->reverse;
    e.from = reverse ? there : here;
    e.to = reverse ? here : there;
    bb_vec_push(&w->g->edges, e);
}

static bool belongs(const struct walk *w, bb_tid t, const struct bb_depstart *s)
{
    return w->plan->tasks[t].entry == s->entry &&
           (!s->task.len || bb_str_eq(bb_plan_name(w->plan, t), s->task));
}

static void add_starts(struct walk *w, const struct bb_depstart *start)
{
    for (bb_tid t = 0; t < w->plan->n; t++)
        if (belongs(w, t, start) && !w->node[group_of(w, t)])
            add_node(w, group_of(w, t), 0);
    w->g->starts = w->g->nodes.n;
}

static uint32_t group_of_node(const struct walk *w, const struct bb_depnode *n)
{
    const struct bb_entry *e = bb_pmap_get(&n->recipe->mc->td.entry_of, n->recipe);
    return n->task == BB_NO_TASK ? e->index : n->task;
}

/* "[mc:MC:]NAME[:TASK]" in pieces. */
static void split(bb_str name, bb_str *ret_mc, bb_str *ret_pn, bb_str *ret_task)
{
    bb_str part;
    *ret_mc = *ret_pn = BB_STR("");
    *ret_task = name;
    if (bb_str_starts(name, BB_STR("mc:"))) {
        bb_str_split(ret_task, ':', &part);
        bb_str_split(ret_task, ':', ret_mc);
    }
    bb_str_split(ret_task, ':', ret_pn);
}

bb_str bb_depgraph_target(bb_str name, struct bb_arena *a)
{
    bb_str mc, pn, task;
    split(name, &mc, &pn, &task);
    if (!task.len)
        return name;
    task = with_do(a, task);
    return bb_arena_fmt(a, "%s%.*s%s%.*s:%.*s", mc.len ? "mc:" : "", BB_STRF(mc), mc.len ? ":" : "",
                        BB_STRF(pn), BB_STRF(task));
}

int bb_depgraph_start(struct bb_targets *t, const struct bb_plan *plan, bb_str name, struct bb_arena *a,
                      struct bb_depstart *ret)
{
    bb_str mc, part, rest;
    split(name, &mc, &part, &rest);
    const struct bb_taskdata *td = bb_taskdata_mc(&t->td, mc);
    const struct bb_target *target = td ? bb_taskdata_build_target(td, part) : NULL;
    if (td && !bb_target_entry(target))
        target = bb_map_get(&td->run, part);
    struct bb_depstart s = {bb_target_entry(target), with_do(a, rest)};
    for (bb_tid i = 0; s.entry && i < plan->n; i++)
        if (plan->tasks[i].entry == s.entry && (!s.task.len || bb_str_eq(bb_plan_name(plan, i), s.task))) {
            *ret = s;
            return 0;
        }
    return bb_error(plan->ctx, "the task graph of these targets has no '%.*s'", BB_STRF(name));
}

void bb_depgraph_make(struct bb_depgraph *ret, const struct bb_plan *plan, struct bb_layerinfo *l,
                      const struct bb_depstart *start, const struct bb_depgraph_opts *o)
{
    struct walk w;
    struct hops found = {0};
    walk_init(&w, ret, plan, o->tasks || o->task.len || start->task.len);
    w.l = l;
    w.o = o;
    w.task = with_do(&ret->arena, o->task);
    w.layer = o->layer;
    add_starts(&w, start);
    for (size_t i = 0; i < ret->nodes.n; i++) {
        unsigned depth = ret->nodes.p[i].depth + 1;
        if (o->depth && depth > o->depth)
            break;
        neighbours(&w, group_of_node(&w, &ret->nodes.p[i]), &found);
        bb_vec_each(&found, h) {
            uint32_t there = w.node[h->group] ? w.node[h->group] - 1 : add_node(&w, h->group, depth);
            add_edge(&w, (uint32_t)i, there, h->edge);
        }
    }
    bb_vec_release(&found);
    walk_release(&w);
}

/* Keeps the nodes and edges that lead from the start to the last node, which is the first one found. */
static void keep_way(struct bb_depgraph *g, uint32_t last)
{
    struct bb_depnode *way = bb_arena_array(&g->arena, struct bb_depnode, g->nodes.n);
    struct bb_depedge *edges = bb_arena_array(&g->arena, struct bb_depedge, g->edges.n);
    size_t n = g->nodes.p[last].depth;
    way[n] = g->nodes.p[last];
    for (size_t i = n; i-- > 0;) {
        size_t k = 0;
        while (g->edges.p[k].to != last || g->nodes.p[g->edges.p[k].from].depth != i)
            k++;
        edges[i] = g->edges.p[k];
        last = edges[i].from;
        way[i] = g->nodes.p[last];
        edges[i].from = (uint32_t)i;
        edges[i].to = (uint32_t)i + 1;
    }
    g->nodes.n = g->edges.n = g->starts = 0;
    for (size_t i = 0; i <= n; i++)
        bb_vec_push(&g->nodes, way[i]);
    for (size_t i = 0; i < n; i++)
        bb_vec_push(&g->edges, edges[i]);
    g->starts = 1;
}

/* The node of `to`, which is the nearest; BB_NO_TASK when the graph has none. */
static uint32_t find_end(const struct bb_depgraph *g, const struct bb_depstart *to)
{
    for (size_t i = 0; i < g->nodes.n; i++) {
        const struct bb_depnode *n = &g->nodes.p[i];
        if (n->recipe == to->entry->recipe &&
            (!to->task.len || bb_str_eq(bb_plan_name(g->plan, n->task), to->task)))
            return (uint32_t)i;
    }
    return BB_NO_TASK;
}

void bb_depgraph_path(struct bb_depgraph *ret, const struct bb_plan *plan, const struct bb_depstart *from,
                      const struct bb_depstart *to, bool tasks)
{
    struct bb_depgraph_opts o = {.tasks = tasks || to->task.len};
    bb_depgraph_make(ret, plan, NULL, from, &o);
    uint32_t end = find_end(ret, to);
    if (end == BB_NO_TASK) {
        o.recursive = true;
        bb_depgraph_release(ret);
        bb_depgraph_make(ret, plan, NULL, from, &o);
        end = find_end(ret, to);
    }
    if (end == BB_NO_TASK)
        ret->nodes.n = ret->edges.n = ret->starts = 0;
    else
        keep_way(ret, end);
}

void bb_depgraph_between(struct bb_depgraph *ret, const struct bb_plan *plan, const struct bb_depstart *from,
                         const struct bb_depstart *to)
{
    struct walk w;
    walk_init(&w, ret, plan, true);
    for (bb_tid t = 0; t < plan->n; t++) {
        const struct bb_tids *deps = &plan->tasks[t].deps;
        for (size_t i = 0; belongs(&w, t, from) && i < deps->n; i++) {
            bb_tid u = deps->p[i];
            if (u == t || !belongs(&w, u, to))
                continue;
            uint32_t here = w.node[t] ? w.node[t] - 1 : add_node(&w, t, 0);
            uint32_t there = w.node[u] ? w.node[u] - 1 : add_node(&w, u, 1);
            struct bb_depedge e = {.because = {t, u}, .why = bb_edge_reason(plan, t, u)};
            add_edge(&w, here, there, e);
        }
    }
    walk_release(&w);
}

void bb_depgraph_tasks(struct bb_depgraph *ret, const struct bb_plan *plan, struct bb_layerinfo *l,
                       const struct bb_depgraph_opts *o)
{
    struct walk w;
    walk_init(&w, ret, plan, true);
    w.l = l;
    w.task = with_do(&ret->arena, o->task);
    w.layer = o->layer;
    for (bb_tid t = 0; t < plan->n; t++)
        if (shown(&w, t))
            add_node(&w, t, 0);
    ret->starts = ret->nodes.n;
    walk_release(&w);
}

void bb_depgraph_release(struct bb_depgraph *g)
{
    bb_vec_release(&g->nodes);
    bb_vec_release(&g->edges);
    bb_arena_release(&g->arena);
}
