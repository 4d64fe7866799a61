/* SPDX-License-Identifier: MIT */
#include "graph/edge.h"

#include "graph/mcgraph.h"

struct asked {
    const struct bb_entry *from, *to;
    const struct bb_recipe_task *task; /* that waits */
    bb_str name;                       /* of the task that it waits for */
};

const char *bb_edge_kind_text(enum bb_edge_kind kind)
{
#define X(name, text) text,
    static const char *const texts[] = {BB_EDGE_KINDS(X)};
#undef X
    return texts[kind];
}

static bool has(struct bb_strlist l, bb_str s)
{
    for (size_t i = 0; i < l.n; i++)
        if (bb_str_eq(l.p[i], s))
            return true;
    return false;
}

/* The name by which one of the targets is `to`; p NULL when none is. */
static bb_str name_of(struct bb_target *const *targets, size_t n, const struct bb_entry *to)
{
    for (size_t i = 0; i < n; i++)
        if (bb_target_entry(targets[i]) == to)
            return targets[i]->name;
    return (bb_str){0};
}

/* Who asks for a name at run time: a package, or the recipe for all of them. */
static void find_package(const struct bb_recipe *r, struct bb_edge *e)
{
    for (size_t i = 0; i < r->npackages; i++) {
        const struct bb_recipe_package *p = &r->packages[i];
        bool needed = has(p->rdepends, e->word);
        if (!needed && !has(p->rrecommends, e->word))
            continue;
        e->kind = needed ? BB_EDGE_RDEPENDS : BB_EDGE_RRECOMMENDS;
        e->package = p->name;
        return;
    }
    e->kind = has(r->rdepends, e->word) ? BB_EDGE_RDEPENDS : BB_EDGE_RRECOMMENDS;
}

/* deptask, rdeptask and the first level of recrdeptask. */
static bool find_listed(const struct asked *a, enum bb_task_flag flag, bool runtime, struct bb_edge *ret)
{
    if (!a->task->flags[flag].p || !bb_str_has_word(a->task->flags[flag], a->name))
        return false;
    bb_str word = runtime ? name_of(a->from->rdepends, a->from->nrdepends, a->to)
                          : name_of(a->from->depends, a->from->ndepends, a->to);
    if (!word.p)
        return false;
    *ret = (struct bb_edge){.kind = BB_EDGE_DEPENDS, .word = word, .via = flag};
    if (runtime)
        find_package(a->from->recipe, ret);
    return true;
}

static bool find_named(const struct asked *a, const struct bb_task_dep *deps, size_t n,
                       enum bb_task_flag flag, struct bb_edge *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (bb_target_entry(deps[i].target) != a->to || !bb_str_eq(deps[i].task, a->name))
            continue;
        enum bb_edge_kind kind = flag == BB_TF_DEPENDS ? BB_EDGE_TASK_DEPENDS : BB_EDGE_TASK_RDEPENDS;
        *ret = (struct bb_edge){.kind = kind, .word = deps[i].target->name, .via = flag};
        return true;
    }
    return false;
}

static bool find_after(const struct asked *a, struct bb_edge *ret)
{
    if (a->from != a->to || !has(a->task->parents, a->name))
        return false;
    *ret = (struct bb_edge){.kind = BB_EDGE_AFTER, .word = a->name};
    return true;
}

struct bb_edge bb_edge_reason(const struct bb_plan *plan, bb_tid from, bb_tid to)
{
    const struct bb_plan_task *pt = &plan->tasks[from];
    const struct asked a = {pt->entry, plan->tasks[to].entry, pt->task, bb_plan_name(plan, to)};
    const struct bb_task_deps *d = &a.from->tasks[a.task - a.from->recipe->tasks];
    struct bb_edge e;
    if (find_after(&a, &e) || find_listed(&a, BB_TF_DEPTASK, false, &e) ||
        find_listed(&a, BB_TF_RDEPTASK, true, &e) ||
        find_named(&a, d->depends, d->ndepends, BB_TF_DEPENDS, &e) ||
        find_named(&a, d->rdepends, d->nrdepends, BB_TF_RDEPENDS, &e) ||
        find_listed(&a, BB_TF_RECRDEPTASK, false, &e) || find_listed(&a, BB_TF_RECRDEPTASK, true, &e))
        return e;
    bool recursive = a.from->recipe->mc == a.to->recipe->mc;
    return (struct bb_edge){.kind = recursive ? BB_EDGE_RECURSIVE : BB_EDGE_TASK_MCDEPENDS,
                            .word = a.name,
                            .via = recursive ? BB_TF_RECRDEPTASK : BB_TF_MCDEPENDS};
}

void bb_edge_text(const struct bb_edge *e, bb_str task, struct bb_buf *out)
{
    const char *kind = bb_edge_kind_text(e->kind), *via = bb_task_flag_name(e->via);
    switch (e->kind) {
    case BB_EDGE_AFTER:
        bb_buf_addf(out, "addtask puts it after %.*s", BB_STRF(e->word));
        return;
    case BB_EDGE_DEPENDS:
    case BB_EDGE_RDEPENDS:
    case BB_EDGE_RRECOMMENDS:
        bb_buf_addf(out, "%s%s%.*s names %.*s (%.*s[%s])", kind, e->package.len ? ":" : "",
                    BB_STRF(e->package), BB_STRF(e->word), BB_STRF(task), via);
        return;
    case BB_EDGE_TASK_DEPENDS:
    case BB_EDGE_TASK_RDEPENDS:
    case BB_EDGE_TASK_MCDEPENDS:
        bb_buf_addf(out, "%.*s%s names %.*s", BB_STRF(task), kind, BB_STRF(e->word));
        return;
    case BB_EDGE_RECURSIVE:
        bb_buf_addf(out, "%.*s%s takes every %.*s below", BB_STRF(task), kind, BB_STRF(e->word));
        return;
    }
}
