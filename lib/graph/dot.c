/* SPDX-License-Identifier: MIT */
#include "graph/dot.h"

#include "graph/mcgraph.h"

/* One node of a drawing: a task, or a recipe with the nodes of all its tasks. */
struct node {
    bb_str name; /* "[mc:NAME:]pn" or "[mc:NAME:]pn.do_task": what is sorted and shown */
    struct bb_strvec deps;
    const struct bb_recipe *recipe;
    bb_str task;
};

static bb_str pn_name(struct bb_arena *a, const struct bb_recipe *r)
{
    return r->mc->name.len ? bb_arena_fmt(a, "mc:%.*s:%.*s", BB_STRF(r->mc->name), BB_STRF(r->pn)) : r->pn;
}

static bb_str task_name(struct bb_arena *a, const struct bb_plan *plan, bb_tid t)
{
    const struct bb_recipe *r = bb_plan_recipe(plan, t);
    return bb_arena_fmt(a, "%s%.*s%s%.*s.%.*s", r->mc->name.len ? "mc:" : "", BB_STRF(r->mc->name),
                        r->mc->name.len ? ":" : "", BB_STRF(r->pn), BB_STRF(bb_plan_name(plan, t)));
}

static int node_cmp(const void *a, const void *b)
{
    return bb_str_cmp((*(struct node *const *)a)->name, (*(struct node *const *)b)->name);
}

/* The map's nodes sorted by name, each with sorted dependencies. */
static struct node **sorted(struct bb_map *nodes, struct bb_arena *a, size_t *ret_n)
{
    struct node **list = bb_arena_array(a, struct node *, nodes->n);
    size_t n = 0;
    bb_map_each(nodes, it) {
        list[n++] = it->val;
        bb_strvec_sort(&list[n - 1]->deps);
    }
    if (n)
        qsort(list, n, sizeof(*list), node_cmp);
    *ret_n = n;
    return list;
}

static void nodes_release(struct bb_map *nodes, struct bb_arena *a)
{
    bb_map_each(nodes, it)
        bb_vec_release(&((struct node *)it->val)->deps);
    bb_map_release(nodes);
    bb_arena_release(a);
}

static struct node *node_get(struct bb_map *nodes, struct bb_arena *a, bb_str name, const struct bb_recipe *r)
{
    void **slot = bb_map_slot(nodes, name);
    if (!*slot) {
        struct node *n = *slot = bb_arena_new(a, struct node);
        n->name = name;
        n->recipe = r;
    }
    return *slot;
}

static void label(struct bb_buf *out, const struct bb_recipe *r)
{
    bb_buf_addf(out, "%.*s:%.*s-%.*s\\n%.*s\"]\n", BB_STRF(r->pe), BB_STRF(r->pv), BB_STRF(r->pr),
                BB_STRF(r->fn));
}

void bb_dot_tasks(const struct bb_plan *plan, struct bb_buf *out)
{
    struct bb_arena a;
    struct bb_map nodes = {0}, recipes = {0};
    bb_arena_init(&a);
    for (bb_tid t = 0; t < plan->n; t++) {
        const struct bb_recipe *r = bb_plan_recipe(plan, t);
        /* Two recipes of one PN share a label: BitBake shows the first one's file. */
        r = node_get(&recipes, &a, pn_name(&a, r), r)->recipe;
        struct node *n = node_get(&nodes, &a, task_name(&a, plan, t), r);
        n->task = bb_plan_name(plan, t);
        for (size_t i = 0; i < plan->tasks[t].deps.n; i++)
            bb_vec_push(&n->deps, task_name(&a, plan, plan->tasks[t].deps.p[i]));
    }
    size_t count;
    struct node **list = sorted(&nodes, &a, &count);
    bb_buf_addz(out, "digraph depends {\n");
    for (size_t i = 0; i < count; i++) {
        bb_str pn = bb_str_sub(list[i]->name, 0, list[i]->name.len - list[i]->task.len - 1);
        bb_buf_addf(out, "\"%.*s\" [label=\"%.*s %.*s\\n", BB_STRF(list[i]->name), BB_STRF(pn),
                    BB_STRF(list[i]->task));
        label(out, list[i]->recipe);
        bb_vec_each(&list[i]->deps, dep)
            bb_buf_addf(out, "\"%.*s\" -> \"%.*s\"\n", BB_STRF(list[i]->name), BB_STRF(*dep));
    }
    bb_buf_addz(out, "}\n");
    nodes_release(&nodes, &a);
    bb_map_release(&recipes);
}

void bb_dot_recipes(const struct bb_plan *plan, struct bb_buf *out)
{
    struct bb_arena a;
    struct bb_map nodes = {0};
    bb_arena_init(&a);
    for (bb_tid t = 0; t < plan->n; t++) {
        const struct bb_recipe *r = bb_plan_recipe(plan, t);
        struct node *n = node_get(&nodes, &a, pn_name(&a, r), r);
        for (size_t i = 0; i < plan->tasks[t].deps.n; i++) {
            const struct bb_recipe *dep = bb_plan_recipe(plan, plan->tasks[t].deps.p[i]);
            if (dep != r)
                bb_vec_push(&n->deps, pn_name(&a, dep));
        }
    }
    size_t count;
    struct node **list = sorted(&nodes, &a, &count);
    bb_buf_addz(out, "digraph depends {\n");
    for (size_t i = 0; i < count; i++) {
        bb_str name = list[i]->name, last = {0};
        bb_buf_addf(out, "\"%.*s\" [label=\"%.*s\\n", BB_STRF(name), BB_STRF(name));
        label(out, list[i]->recipe);
        bb_vec_each(&list[i]->deps, dep) {
            if (!bb_str_eq(*dep, last) && !bb_str_eq(*dep, name))
                bb_buf_addf(out, "\"%.*s\" -> \"%.*s\"\n", BB_STRF(name), BB_STRF(*dep));
            last = *dep;
        }
    }
    bb_buf_addz(out, "}\n");
    nodes_release(&nodes, &a);
}

void bb_dot_buildlist(const struct bb_plan *plan, struct bb_buf *out)
{
    struct bb_arena a;
    struct bb_map seen = {0};
    bb_arena_init(&a);
    for (bb_tid t = 0; t < plan->n; t++) {
        bb_str name = pn_name(&a, bb_plan_recipe(plan, t));
        if (bb_map_put(&seen, name, NULL))
            bb_buf_addf(out, "%.*s\n", BB_STRF(name));
    }
    bb_map_release(&seen);
    bb_arena_release(&a);
}
