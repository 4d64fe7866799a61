/* SPDX-License-Identifier: MIT */
/* Building the scene graph: the plan collapsed to the tasks that have a `_setscene` twin. */
#include "graph/setscene.h"

/* The plan's tasks, those that nothing waits for first. */
static bb_tid *topological(const struct bb_plan *plan)
{
    bb_tid *order = bb_malloc((plan->n + 1) * sizeof(*order));
    uint32_t *left = bb_calloc(plan->n + 1, sizeof(*left));
    size_t n = 0;
    for (bb_tid t = 0; t < plan->n; t++)
        if ((left[t] = (uint32_t)plan->tasks[t].revdeps.n) == 0)
            order[n++] = t;
    for (size_t k = 0; k < n; k++) {
        const struct bb_tids *deps = &plan->tasks[order[k]].deps;
        for (size_t i = 0; i < deps->n; i++)
            if (--left[deps->p[i]] == 0)
                order[n++] = deps->p[i];
    }
    free(left);
    return order;
}

struct tid_vec {
    bb_tid *p;
    size_t n, cap;
};

static struct bb_tids keep(struct bb_arena *a, const struct tid_vec *v)
{
    struct bb_tids ret = {bb_arena_array(a, bb_tid, v->n), v->n};
    for (size_t i = 0; i < v->n; i++)
        ret.p[i] = v->p[i];
    return ret;
}

/* owners(t): for each task that waits for t, itself when it is a scene task, else its owners. */
static void find_owners(struct bb_setscene *s, const bb_tid *order)
{
    const struct bb_plan *plan = s->plan;
    bb_tid *mark = bb_malloc((plan->n + 1) * sizeof(*mark));
    struct tid_vec v = {0};
    memset(mark, 0xff, plan->n * sizeof(*mark));
    for (size_t k = 0; k < plan->n; k++) {
        bb_tid t = order[k];
        v.n = 0;
        for (size_t i = 0; i < plan->tasks[t].revdeps.n; i++) {
            bb_tid up = plan->tasks[t].revdeps.p[i];
            struct bb_tids from = {&up, 1};
            if (!plan->tasks[up].setscene)
                from = s->t[up].owners;
            for (size_t j = 0; j < from.n; j++) {
                if (mark[from.p[j]] == t)
                    continue;
                mark[from.p[j]] = t;
                bb_vec_push(&v, from.p[j]);
            }
        }
        s->t[t].owners = keep(&s->arena, &v);
    }
    free(mark);
    bb_vec_release(&v);
}

/* The lists that mirror `owners`. */
static void mirror_owners(struct bb_setscene *s)
{
    struct bb_scene_task *t = s->t;
    for (int pass = 0; pass < 2; pass++) {
        for (bb_tid i = 0; i < s->plan->n; i++) {
            for (size_t j = 0; j < t[i].owners.n; j++) {
                struct bb_scene_task *o = &t[t[i].owners.p[j]];
                struct bb_tids *list = s->plan->tasks[i].setscene ? &o->below : &o->covers;
                if (pass)
                    list->p[list->n] = i;
                list->n++;
            }
        }
        for (bb_tid i = 0; i < s->plan->n && !pass; i++) {
            t[i].below.p = bb_arena_array(&s->arena, bb_tid, t[i].below.n);
            t[i].covers.p = bb_arena_array(&s->arena, bb_tid, t[i].covers.n);
            t[i].below.n = t[i].covers.n = 0;
        }
    }
}

/* Final tasks and targets without twin, and what they need down to the first scene tasks, cannot be skipped. */
static void find_unskippable(struct bb_setscene *s, const bb_tid *order)
{
    for (size_t k = 0; k < s->plan->n; k++) {
        bb_tid t = order[k];
        const struct bb_plan_task *task = &s->plan->tasks[t];
        if (task->revdeps.n == 0 || (task->target && !task->setscene))
            s->t[t].unskippable = true;
        for (size_t i = 0; s->t[t].unskippable && !task->setscene && i < task->deps.n; i++)
            s->t[task->deps.p[i]].unskippable = true;
    }
}

/* The base task of "do_x_setscene". */
static bb_str base_name(bb_str name)
{
    bb_str suffix = BB_STR("_setscene");
    return bb_str_ends(name, suffix) ? bb_str_sub(name, 0, name.len - suffix.len) : name;
}

static int find_hard(struct bb_setscene *s, bb_tid t)
{
    const struct bb_plan_task *task = &s->plan->tasks[t];
    const struct bb_task_deps *d = &task->entry->tasks[task->setscene - task->entry->recipe->tasks];
    struct tid_vec v = {0};
    for (size_t i = 0; i < d->ndepends; i++) {
        const struct bb_entry *e = bb_target_entry(d->depends[i].target);
        if (!e)
            continue;
        bb_tid dep = bb_plan_find(s->plan, e->recipe, base_name(d->depends[i].task));
        if (dep == BB_NO_TASK) {
            bb_vec_release(&v);
            return bb_error(s->plan->ctx, "Task %.*s:%.*s depends upon non-existent task %.*s:%.*s",
                            BB_STRF(task->entry->recipe->fn), BB_STRF(task->setscene->name),
                            BB_STRF(e->recipe->fn), BB_STRF(d->depends[i].task));
        }
        /* Nothing waits for a task that has no twin: it is never decided here. */
        bool known = !s->plan->tasks[dep].setscene;
        for (size_t j = 0; j < v.n; j++)
            known |= v.p[j] == dep;
        if (!known)
            bb_vec_push(&v, dep);
    }
    s->t[t].hard = keep(&s->arena, &v);
    bb_vec_release(&v);
    return 0;
}

static void mirror_hard(struct bb_setscene *s)
{
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < s->nscenes; k++) {
            const struct bb_tids *hard = &s->t[s->scenes[k]].hard;
            for (size_t i = 0; i < hard->n; i++) {
                struct bb_tids *list = &s->t[hard->p[i]].needed_by;
                if (pass)
                    list->p[list->n] = s->scenes[k];
                list->n++;
            }
        }
        for (size_t k = 0; k < s->nscenes && !pass; k++) {
            struct bb_tids *list = &s->t[s->scenes[k]].needed_by;
            list->p = bb_arena_array(&s->arena, bb_tid, list->n);
            list->n = 0;
        }
    }
}

void bb_scenegraph_key(const struct bb_plan *plan, bb_tid t, struct bb_buf *out)
{
    bb_buf_addf(out, "%.*s:%.*s", BB_STRF(bb_plan_recipe(plan, t)->pn), BB_STRF(plan->tasks[t].unihash));
}

/* Multiconfigs that make the same object make it once: later ones wait for the first and then find it. */
static void find_deferred(struct bb_setscene *s)
{
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    for (size_t k = 0; k < s->nscenes; k++) {
        bb_tid t = s->scenes[k];
        s->t[t].deferred = BB_NO_TASK;
        if (s->plan->tasks[t].unihash.len == 0)
            continue;
        bb_buf_clear(&key);
        bb_scenegraph_key(s->plan, t, &key);
        void *first = bb_map_get(&s->first, bb_buf_str(&key));
        if (first) {
            s->t[t].deferred = (bb_tid)((uintptr_t)first - 1);
            s->ndeferred++;
        } else {
            bb_map_put(&s->first, bb_arena_str(&s->arena, bb_buf_str(&key)), (void *)((uintptr_t)t + 1));
        }
    }
}

static void count(struct bb_setscene *s)
{
    for (bb_tid t = 0; t < s->plan->n; t++) {
        struct bb_scene_task *x = &s->t[t];
        bool scene = s->plan->tasks[t].setscene != NULL;
        x->state = scene ? BB_SCENE_UNDECIDED : BB_SCENE_NONE;
        x->hold = scene ? 1 : (uint32_t)x->owners.n;
        x->need = !scene && x->unskippable;
        x->above_undecided = scene ? (uint32_t)x->owners.n : 0;
    }
}

int bb_scenegraph_build(struct bb_setscene *s)
{
    const struct bb_plan *plan = s->plan;
    s->t = bb_arena_array(&s->arena, struct bb_scene_task, plan->n);
    s->scenes = bb_arena_array(&s->arena, bb_tid, plan->n);
    for (bb_tid t = 0; t < plan->n; t++)
        if (plan->tasks[t].setscene)
            s->scenes[s->nscenes++] = t;
    bb_tid *order = topological(plan);
    find_owners(s, order);
    mirror_owners(s);
    find_unskippable(s, order);
    free(order);
    int err = 0;
    for (size_t k = 0; k < s->nscenes && !err; k++)
        err = find_hard(s, s->scenes[k]);
    if (err)
        return err;
    mirror_hard(s);
    find_deferred(s);
    count(s);
    s->undecided = s->nscenes;
    return 0;
}
