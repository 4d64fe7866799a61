/* SPDX-License-Identifier: MIT */
#include "graph/planner.h"
#include "base/fuzzy.h"
#include "graph/mcgraph.h"

uint32_t bb_planner_name(const struct bb_planner *g, bb_str name)
{
    return (uint32_t)((uintptr_t)bb_map_get(&g->names, name) - 1);
}

bb_str bb_planner_file(const struct bb_recipe *r)
{
    return r->mc->name.len ? bb_str_from(r->fn, r->mc->name.len + sizeof("mc::") - 1) : r->fn;
}

/* The graph before pruning. */

static void planner_init(struct bb_planner *g, struct bb_ctx *ctx, struct bb_taskdatas *all)
{
    *g = (struct bb_planner){.ctx = ctx, .all = all};
    bb_vec_each(&all->mcs, mc) {
        g->nentries += (*mc)->td.entries.n;
        bb_vec_each(&(*mc)->td.entries, e) {
            const struct bb_recipe *r = (*e)->recipe;
            g->nnodes += r->ntasks;
            for (size_t i = 0; i < r->ntasks; i++) {
                void **slot = bb_map_slot(&g->names, r->tasks[i].name);
                if (!*slot)
                    *slot = (void *)(uintptr_t)++g->nnames;
            }
        }
    }
    g->entries = bb_calloc(g->nentries + 1, sizeof(*g->entries));
    g->first = bb_calloc(g->nentries + 1, sizeof(*g->first));
    g->entry_of = bb_calloc(g->nnodes + 1, sizeof(*g->entry_of));
    g->name_of = bb_calloc(g->nnodes + 1, sizeof(*g->name_of));
    g->mark = bb_calloc(g->nnodes + 1, sizeof(*g->mark));
    g->deps = bb_calloc(g->nnodes + 1, sizeof(*g->deps));
    g->table = bb_malloc((g->nentries * g->nnames + 1) * sizeof(*g->table));
    memset(g->table, 0xff, g->nentries * g->nnames * sizeof(*g->table));
    uint32_t node = 0, entry = 0;
    bb_vec_each(&all->mcs, mc) {
        bb_vec_each(&(*mc)->td.entries, e) {
            g->entries[entry] = *e;
            g->first[entry] = node;
            for (size_t i = 0; i < (*e)->recipe->ntasks; i++, node++) {
                g->entry_of[node] = entry;
                g->name_of[node] = bb_planner_name(g, (*e)->recipe->tasks[i].name);
                g->table[(size_t)entry * g->nnames + g->name_of[node]] = node;
            }
            entry++;
        }
    }
    g->first[entry] = node;
}

static void planner_release(struct bb_planner *g)
{
    for (size_t i = 0; i < g->nnodes; i++)
        bb_vec_release(&g->deps[i]);
    bb_vec_each(&g->recursive, r) {
        bb_vec_release(&r->names);
        bb_vec_release(&r->starts);
    }
    bb_vec_release(&g->recursive);
    bb_map_release(&g->names);
    free(g->entries);
    free(g->first);
    free(g->entry_of);
    free(g->name_of);
    free(g->table);
    free(g->mark);
    free(g->deps);
}

/* Choosing the tasks that take part. */

struct chosen {
    struct bb_planner *g;
    bool *active, *target; /* by node */
    struct bb_nodes stack;
};

static void mark_active(struct chosen *c, uint32_t node)
{
    if (c->active[node])
        return;
    c->active[node] = true;
    bb_vec_push(&c->stack, node);
    while (c->stack.n) {
        const struct bb_nodes *deps = &c->g->deps[bb_vec_pop(&c->stack)];
        for (size_t i = 0; i < deps->n; i++) {
            if (c->active[deps->p[i]])
                continue;
            c->active[deps->p[i]] = true;
            bb_vec_push(&c->stack, deps->p[i]);
        }
    }
}

static int no_such_task(struct bb_planner *g, const struct bb_wanted_task *w, bb_str task)
{
    const struct bb_recipe *r = w->entry->recipe;
    struct bb_strvec names = {0}, found = {0};
    BB_CLEAN_BUF struct bb_buf like = BB_BUF_INIT;
    for (size_t i = 0; i < r->ntasks; i++)
        bb_vec_push(&names, r->tasks[i].name);
    bb_fuzzy_matches(task, &names, 3, 0.7, &found);
    for (size_t i = 0; i < found.n; i++)
        bb_buf_addf(&like, "%s  %.*s", i ? "\n" : ". Close matches:\n", BB_STRF(found.p[i]));
    bb_vec_release(&names);
    bb_vec_release(&found);
    return bb_error(g->ctx, "Task %.*s does not exist for target %.*s (%.*s:%.*s)%s", BB_STRF(task),
                    BB_STRF(w->target), BB_STRF(r->fn), BB_STRF(task), like.p);
}

static int mark_targets(struct chosen *c)
{
    const struct bb_runlist *list = &c->g->all->runlist;
    for (size_t i = 0; i < list->n; i++) {
        const struct bb_wanted_task *w = &list->p[i];
        const struct bb_target *t = bb_taskdata_build_target(&w->entry->recipe->mc->td, w->target);
        if (w->entry->failed || !t->entries.n || t->failed)
            continue;
        bb_str task = w->task;
        bool only_deps = task.p[task.len - 1] == '-';
        task.len -= only_deps;
        uint32_t node = bb_planner_node(c->g, w->entry->index, bb_planner_name(c->g, task));
        if (node == BB_NO_TASK)
            return no_such_task(c->g, w, task);
        c->target[node] = true;
        for (size_t j = 0; only_deps && j < c->g->deps[node].n; j++)
            mark_active(c, c->g->deps[node].p[j]);
        if (!only_deps)
            mark_active(c, node);
    }
    return 0;
}

/* The number of a task given with or without "do_". */
static uint32_t short_name(const struct bb_planner *g, bb_str task)
{
    BB_CLEAN_BUF struct bb_buf full = BB_BUF_INIT;
    bb_buf_addf(&full, "%s%.*s", bb_str_starts(task, BB_STR("do_")) ? "" : "do_", BB_STRF(task));
    return bb_planner_name(g, bb_buf_str(&full));
}

/* "['a', 'b']" as BitBake shows lists. */
static void list_text(struct bb_buf *out, const struct bb_strvec *l)
{
    bb_buf_addc(out, '[');
    for (size_t i = 0; i < l->n; i++)
        bb_buf_addf(out, "%s'%.*s'", i ? ", " : "", BB_STRF(l->p[i]));
    bb_buf_addc(out, ']');
}

static int nothing_left(const struct chosen *c, const struct bb_strvec *tasks, const char *of)
{
    for (size_t i = 0; i < c->g->nnodes; i++)
        if (c->active[i])
            return 0;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    list_text(&text, tasks);
    bb_buf_addf(&text, " to run within the %s of the targets ", of);
    for (size_t i = 0; i < c->g->all->runlist.n; i++)
        bb_buf_addf(&text, "%s%.*s", i ? ", " : "", BB_STRF(c->g->all->runlist.p[i].target));
    return bb_error(c->g->ctx, "Could not find any tasks with the tasknames %s", text.p);
}

/*
 * --runall: the named tasks of every recipe in the graph replace it, with what they depend on, until that brings no
 * further recipe.
 */
static int keep_runall(struct chosen *c, const struct bb_strvec *tasks)
{
    struct bb_planner *g = c->g;
    bool *wanted = bb_calloc(g->nnodes + 1, sizeof(bool));
    for (bool added = true; added;) {
        added = false;
        struct bb_nodes now = {0};
        for (size_t k = 0; k < tasks->n; k++) {
            uint32_t name = short_name(g, tasks->p[k]);
            for (uint32_t node = 0; node < g->nnodes; node++) {
                uint32_t want = c->active[node] ? bb_planner_node(g, g->entry_of[node], name) : BB_NO_TASK;
                if (want == BB_NO_TASK)
                    continue;
                bb_vec_push(&now, want);
                added |= !wanted[want];
                wanted[want] = true;
            }
        }
        memset(c->active, 0, g->nnodes * sizeof(bool));
        for (size_t i = 0; i < now.n; i++) {
            c->target[now.p[i]] = true;
            mark_active(c, now.p[i]);
        }
        bb_vec_release(&now);
    }
    free(wanted);
    return nothing_left(c, tasks, "recipes of the taskgraphs");
}

/* --runonly: of the graph only the tasks of these names and what they depend on. */
static int keep_runonly(struct chosen *c, const struct bb_strvec *tasks)
{
    struct bb_nodes now = {0};
    for (size_t k = 0; k < tasks->n; k++) {
        uint32_t name = short_name(c->g, tasks->p[k]);
        for (uint32_t node = 0; node < c->g->nnodes; node++)
            if (c->active[node] && c->g->name_of[node] == name)
                bb_vec_push(&now, node);
    }
    memset(c->active, 0, c->g->nnodes * sizeof(bool));
    for (size_t i = 0; i < now.n; i++)
        mark_active(c, now.p[i]);
    bb_vec_release(&now);
    return nothing_left(c, tasks, "taskgraphs");
}

static int choose(struct chosen *c, const struct bb_options *o)
{
    int err = mark_targets(c);
    if (!err && o->runall.n)
        err = keep_runall(c, &o->runall);
    if (!err && o->runonly.n)
        err = keep_runonly(c, &o->runonly);
    return err;
}

/* From nodes to the tasks of the plan. */

static int tid_cmp(const void *a, const void *b)
{
    bb_tid x = *(const bb_tid *)a, y = *(const bb_tid *)b;
    return x < y ? -1 : x > y;
}

static void fill_revdeps(struct bb_plan *plan)
{
    for (bb_tid t = 0; t < plan->n; t++)
        for (size_t i = 0; i < plan->tasks[t].deps.n; i++)
            plan->tasks[plan->tasks[t].deps.p[i]].revdeps.n++;
    for (bb_tid t = 0; t < plan->n; t++) {
        struct bb_tids *up = &plan->tasks[t].revdeps;
        up->p = bb_arena_array(&plan->arena, bb_tid, up->n);
        up->n = 0;
    }
    for (bb_tid t = 0; t < plan->n; t++) {
        for (size_t i = 0; i < plan->tasks[t].deps.n; i++) {
            struct bb_tids *up = &plan->tasks[plan->tasks[t].deps.p[i]].revdeps;
            up->p[up->n++] = t;
        }
    }
}

static void fill_tasks(struct bb_plan *plan, const struct chosen *c, const struct bb_options *o)
{
    const struct bb_planner *g = c->g;
    bb_tid *tid = bb_malloc((g->nnodes + 1) * sizeof(*tid));
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    for (uint32_t node = 0; node < g->nnodes; node++)
        tid[node] = c->active[node] ? (bb_tid)plan->n++ : BB_NO_TASK;
    plan->tasks = bb_arena_array(&plan->arena, struct bb_plan_task, plan->n);
    for (uint32_t node = 0; node < g->nnodes; node++) {
        if (tid[node] == BB_NO_TASK)
            continue;
        struct bb_plan_task *t = &plan->tasks[tid[node]];
        t->entry = g->entries[g->entry_of[node]];
        t->task = bb_planner_task(g, node);
        t->target = c->target[node];
        t->hash = t->unihash = BB_STR("");
        bb_buf_clear(&name);
        bb_buf_addf(&name, "%.*s_setscene", BB_STRF(t->task->name));
        uint32_t scene = bb_planner_node(g, g->entry_of[node], bb_planner_name(g, bb_buf_str(&name)));
        if (scene != BB_NO_TASK && !o->no_setscene)
            t->setscene = bb_planner_task(g, scene);
        t->deps.n = g->deps[node].n;
        t->deps.p = bb_arena_array(&plan->arena, bb_tid, t->deps.n);
        for (size_t i = 0; i < t->deps.n; i++)
            t->deps.p[i] = tid[g->deps[node].p[i]];
        if (t->deps.n)
            qsort(t->deps.p, t->deps.n, sizeof(bb_tid), tid_cmp);
    }
    free(tid);
    fill_revdeps(plan);
}

/* -C: the named tasks of the recipe that `node` belongs to. */
static int clear_stamps(struct bb_plan *plan, const struct bb_planner *g, uint32_t node, bb_str names)
{
    bb_str name;
    while (names.len && bb_str_split(&names, ',', &name)) {
        uint32_t other = bb_planner_node(g, g->entry_of[node], short_name(g, name));
        if (other == BB_NO_TASK) {
            bb_warn(g->ctx, "Task %s%.*s does not exist, invalidating this task will have no effect",
                    bb_str_starts(name, BB_STR("do_")) ? "" : "do_", BB_STRF(name));
            continue;
        }
        const struct bb_recipe_task *t = bb_planner_task(g, other);
        if (t->flags[BB_TF_NOSTAMP].p)
            return bb_error(g->ctx, "Task %.*s is marked nostamp, cannot invalidate this task",
                            BB_STRF(t->name));
        plan->invalidate[plan->ninvalidate++] = (struct bb_invalidate){g->entries[g->entry_of[node]], t};
    }
    return 0;
}

/* -f and -C: which tasks get a new taint. */
static int fill_invalidate(struct bb_plan *plan, const struct chosen *c, const struct bb_options *o)
{
    const struct bb_planner *g = c->g;
    size_t most = 0, each = 2;
    for (size_t i = 0; i < o->clear_stamp.len; i++)
        each += o->clear_stamp.p[i] == ',';
    for (uint32_t node = 0; node < g->nnodes; node++)
        most += c->target[node] ? each : 0;
    plan->invalidate = bb_arena_array(&plan->arena, struct bb_invalidate, most);
    int err = 0;
    for (uint32_t node = 0; node < g->nnodes && !err; node++) {
        if (!c->target[node])
            continue;
        const struct bb_recipe_task *t = bb_planner_task(g, node);
        if (o->force && !t->flags[BB_TF_NOSTAMP].p)
            plan->invalidate[plan->ninvalidate++] = (struct bb_invalidate){g->entries[g->entry_of[node]], t};
        err = clear_stamps(plan, g, node, o->clear_stamp);
    }
    return err;
}

static int finish(struct bb_plan *plan, const struct chosen *c, const struct bb_options *o)
{
    fill_tasks(plan, c, o);
    if (plan->n == 0 && c->g->nnodes)
        return bb_error(plan->ctx,
                        "All buildable tasks have been run but the build is incomplete (--continue "
                        "mode). Errors for the tasks that failed will have been printed above.");
    int err = bb_checks_loops(plan);
    if (!err)
        err = bb_checks_providers(plan);
    return err ? err : fill_invalidate(plan, c, o);
}

int bb_plan_make(struct bb_plan *plan, struct bb_ctx *ctx, struct bb_taskdatas *all)
{
    const struct bb_options *o = all->conf->options;
    *plan = (struct bb_plan){.ctx = ctx, .from = all, .options = o};
    bb_arena_init(&plan->arena);
    struct bb_planner g;
    planner_init(&g, ctx, all);
    struct chosen c = {.g = &g};
    c.active = bb_calloc(g.nnodes + 1, sizeof(bool));
    c.target = bb_calloc(g.nnodes + 1, sizeof(bool));
    int err = bb_depends_direct(&g);
    if (!err) {
        bb_recursive_close(&g);
        err = choose(&c, o);
    }
    if (!err)
        err = finish(plan, &c, o);
    free(c.active);
    free(c.target);
    bb_vec_release(&c.stack);
    planner_release(&g);
    return err;
}

void bb_plan_release(struct bb_plan *plan)
{
    bb_arena_release(&plan->arena);
}

/* Tasks stand in the order of their entries, and in that of __BBTASKS within one. */
bb_tid bb_plan_find(const struct bb_plan *plan, const struct bb_recipe *r, bb_str task)
{
    const struct bb_entry *e = bb_pmap_get(&r->mc->td.entry_of, r);
    const struct bb_recipe_task *want = e ? bb_recipe_task(r, task) : NULL;
    size_t lo = 0, hi = want ? plan->n : 0;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        const struct bb_plan_task *t = &plan->tasks[mid];
        if (t->task == want)
            return (bb_tid)mid;
        if (t->entry->index < e->index || (t->entry == e && t->task < want))
            lo = mid + 1;
        else
            hi = mid;
    }
    return BB_NO_TASK;
}

void bb_plan_tid(const struct bb_plan *plan, bb_tid t, struct bb_buf *out)
{
    bb_buf_addf(out, "%.*s:%.*s", BB_STRF(bb_plan_recipe(plan, t)->fn), BB_STRF(bb_plan_name(plan, t)));
}

void bb_plan_pnid(const struct bb_plan *plan, bb_tid t, struct bb_buf *out)
{
    const struct bb_recipe *r = bb_plan_recipe(plan, t);
    if (r->mc->name.len)
        bb_buf_addf(out, "mc:%.*s:", BB_STRF(r->mc->name));
    bb_buf_addf(out, "%.*s:%.*s", BB_STRF(r->pn), BB_STRF(bb_plan_name(plan, t)));
}
