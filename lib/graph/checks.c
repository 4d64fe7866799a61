/* SPDX-License-Identifier: MIT */
/*
 * What can be wrong with a graph that is otherwise complete: loops, and two recipes that provide the same
 * name. Weights come out of the search for loops.
 */
#include "graph/planner.h"

#include "base/rules.h"
#include "graph/mcgraph.h"

/* Loops. */

static int pair_loop(struct bb_plan *plan, bb_tid t)
{
    const struct bb_plan_task *task = &plan->tasks[t];
    for (size_t i = 0, j = 0; i < task->deps.n && j < task->revdeps.n;) {
        bb_tid a = task->deps.p[i], b = task->revdeps.p[j];
        if (a == b) {
            BB_CLEAN_BUF struct bb_buf x = BB_BUF_INIT, y = BB_BUF_INIT;
            bb_plan_tid(plan, t, &x);
            bb_plan_tid(plan, a, &y);
            return bb_error(plan->ctx, "Task %s has circular dependency on %s", x.p, y.p);
        }
        if (a < b)
            i++;
        else
            j++;
    }
    return 0;
}

/*
 * Shows loops among the tasks that were never reached (left[t] > 0). Every such task has another one that waits for
 * it, so going up from any of them must come back to where it has been. Each loop is shown once, ten at the most.
 */
static void show_loops(struct bb_plan *plan, const uint32_t *left, struct bb_buf *out)
{
    enum { MOST = 10 };
    bb_tid *came = bb_malloc((plan->n + 1) * sizeof(*came));
    uint32_t *walk = bb_calloc(plan->n + 1, sizeof(*walk)), walks = 0;
    size_t shown = 0;
    for (bb_tid start = 0; start < plan->n && shown < MOST; start++) {
        bb_tid t = start;
        walks++;
        while (left[t] && !walk[t]) {
            walk[t] = walks;
            const struct bb_tids *up = &plan->tasks[t].revdeps;
            bb_tid next = t;
            for (size_t i = 0; i < up->n; i++)
                if (left[up->p[i]])
                    next = up->p[i];
            came[next] = t;
            t = next;
        }
        if (!left[t] || walk[t] != walks)
            continue;
        bb_buf_addf(out, "Dependency loop #%zu found:\n", ++shown);
        bb_tid at = t;
        do {
            bb_buf_addz(out, "  Task ");
            bb_plan_tid(plan, at, out);
            bb_buf_addz(out, "\n    depends on ");
            bb_plan_pnid(plan, came[at], out);
            bb_buf_addc(out, '\n');
            at = came[at];
        } while (at != t);
        bb_buf_addc(out, '\n');
    }
    free(came);
    free(walk);
}

static int report_loops(struct bb_plan *plan, const uint32_t *left)
{
    size_t n = 0;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    for (bb_tid t = 0; t < plan->n; t++)
        n += left[t] > 0;
    show_loops(plan, left, &text);
    return bb_error(plan->ctx,
                    "%zu unbuildable tasks were found.\n"
                    "These are usually caused by circular dependencies and any "
                    "circular dependency chains found will be printed below.\n\n%s",
                    n, text.p);
}

/*
 * From the ends of the chains downwards: a task that nothing waits for weighs 10, any other 1 plus the weight
 * of all that wait for it. A task inside of or below a loop is never reached.
 */
int bb_checks_loops(struct bb_plan *plan)
{
    uint32_t *left = bb_calloc(plan->n + 1, sizeof(*left));
    struct bb_nodes ready = {0};
    int err = 0;
    for (bb_tid t = 0; t < plan->n && !err; t++) {
        left[t] = (uint32_t)plan->tasks[t].revdeps.n;
        plan->tasks[t].weight = left[t] ? 1 : 10;
        if (left[t] == 0)
            bb_vec_push(&ready, t);
        err = pair_loop(plan, t);
    }
    for (size_t k = 0; k < ready.n; k++) {
        const struct bb_plan_task *task = &plan->tasks[ready.p[k]];
        for (size_t i = 0; i < task->deps.n; i++) {
            bb_tid d = task->deps.p[i];
            plan->tasks[d].weight += task->weight;
            if (--left[d] == 0)
                bb_vec_push(&ready, d);
        }
    }
    if (!err && ready.n < plan->n)
        err = report_loops(plan, left);
    free(left);
    bb_vec_release(&ready);
    return err;
}

/* Names with several providers. */

struct provided {
    struct bb_entry **p;
    size_t n, cap;
};

/* What each recipe of `who` has and not all of the others have. */
static void show_unique(struct bb_buf *out, const struct provided *who, struct bb_strvec *lists,
                        const char *what)
{
    for (size_t i = 0; i < who->n; i++) {
        bb_strvec_sort_uniq(&lists[i]);
        bb_buf_addf(out, "\n%.*s has unique %s:\n  ", BB_STRF(who->p[i]->recipe->fn), what);
        const char *sep = "";
        for (size_t k = 0; k < lists[i].n; k++) {
            bool common = true;
            for (size_t j = 0; j < who->n; j++)
                common &= bb_strvec_has(&lists[j], lists[i].p[k]);
            if (common)
                continue;
            bb_buf_addf(out, "%s%.*s", sep, BB_STRF(lists[i].p[k]));
            sep = "\n  ";
        }
    }
}

/* Tasks of other recipes that wait for tasks of `e`. */
static void list_dependees(struct bb_plan *plan, const struct bb_entry *e, struct bb_strvec *ret)
{
    BB_CLEAN_BUF struct bb_buf tid = BB_BUF_INIT;
    for (bb_tid t = 0; t < plan->n; t++) {
        if (plan->tasks[t].entry != e)
            continue;
        for (size_t i = 0; i < plan->tasks[t].revdeps.n; i++) {
            bb_tid up = plan->tasks[t].revdeps.p[i];
            if (plan->tasks[up].entry == e)
                continue;
            bb_buf_clear(&tid);
            bb_plan_tid(plan, up, &tid);
            bb_vec_push(ret, bb_arena_str(&plan->arena, bb_buf_str(&tid)));
        }
    }
}

/* Everything that could satisfy a runtime dependency: RPROVIDES, PACKAGES, PACKAGES_DYNAMIC. */
static void list_runtime(const struct bb_recipe *r, struct bb_strvec *ret)
{
    for (size_t i = 0; i < r->rprovides.n; i++)
        bb_vec_push(ret, r->rprovides.p[i]);
    for (size_t i = 0; i < r->npackages; i++) {
        bb_vec_push(ret, r->packages[i].name);
        for (size_t j = 0; j < r->packages[i].rprovides.n; j++)
            bb_vec_push(ret, r->packages[i].rprovides.p[j]);
    }
    for (size_t i = 0; i < r->packages_dynamic.n; i++)
        bb_vec_push(ret, r->packages_dynamic.p[i]);
}

static void explain(struct bb_plan *plan, const struct provided *who, struct bb_buf *out)
{
    struct bb_strvec *lists[3];
    for (size_t k = 0; k < 3; k++)
        lists[k] = bb_calloc(who->n, sizeof(struct bb_strvec));
    for (size_t i = 0; i < who->n; i++) {
        list_dependees(plan, who->p[i], &lists[0][i]);
        bb_providers_names(who->p[i]->recipe, &lists[1][i]);
        list_runtime(who->p[i]->recipe, &lists[2][i]);
    }
    bb_buf_addz(out, "\nA list of tasks depending on these providers is shown "
                     "and may help explain where the dependency comes from.");
    show_unique(out, who, lists[0], "dependees");
    bb_buf_addz(out, "\nIt could be that one recipe provides something the other doesn't and should. "
                     "The following provider and runtime provider differences may be helpful.");
    show_unique(out, who, lists[1], "provides");
    show_unique(out, who, lists[2], "rprovides");
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < who->n; i++)
            bb_vec_release(&lists[k][i]);
        free(lists[k]);
    }
}

static int check_name(struct bb_plan *plan, bb_str name, const struct provided *who)
{
    for (size_t i = 0; i < who->n; i++) {
        for (size_t j = 0; j < i; j++) {
            bb_str pn = who->p[i]->recipe->pn;
            if (!bb_str_eq(pn, who->p[j]->recipe->pn))
                continue;
            BB_CLEAN_BUF struct bb_buf files = BB_BUF_INIT;
            for (size_t k = 0; k < who->n; k++)
                bb_buf_addf(&files, "%s%.*s", k ? " " : "", BB_STRF(who->p[k]->recipe->fn));
            return bb_error(
                plan->ctx,
                "Multiple versions of %.*s are due to be built (%s). Only one version of a given "
                "PN should be built in any given build. You likely need to set PREFERRED_VERSION_%.*s "
                "to select the correct version or don't depend on multiple versions.",
                BB_STRF(pn), files.p, BB_STRF(pn));
        }
    }
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_buf_addf(&text, "Multiple .bb files are due to be built which each provide %.*s:", BB_STRF(name));
    for (size_t i = 0; i < who->n; i++)
        bb_buf_addf(&text, "\n  %.*s", BB_STRF(who->p[i]->recipe->fn));
    explain(plan, who, &text);
    if (plan->from->conf->universe)
        bb_note(plan->ctx, "%s", text.p);
    else
        bb_error(plan->ctx, "%s", text.p);
    return 0;
}

static int check_mc(struct bb_plan *plan, const struct bb_mcgraph *mc)
{
    struct bb_map names = {0};
    struct bb_strvec own = {0}, allowed = {0};
    const struct bb_graph_conf *conf = plan->from->conf;
    bb_str text = conf->get(conf->self, plan->from->mcs.p[0],
                            bb_rules_variable(plan->ctx->level, BB_STR("BB_MULTI_PROVIDER_ALLOWED")));
    if (text.p)
        bb_strvec_words(&allowed, text);
    const struct bb_entry *last = NULL;
    int err = 0;
    for (bb_tid t = 0; t < plan->n; t++) {
        struct bb_entry *e = plan->tasks[t].entry;
        if (e == last || e->recipe->mc != mc)
            continue;
        last = e;
        own.n = 0;
        bb_providers_names(e->recipe, &own);
        bb_vec_each(&own, name) {
            void **slot = bb_map_slot(&names, *name);
            if (!*slot)
                *slot = bb_arena_new(&plan->arena, struct provided);
            bb_vec_push((struct provided *)*slot, e);
        }
    }
    bb_map_each(&names, it) {
        struct provided *who = it->val;
        if (who->n > 1 && !err && !bb_strvec_has(&allowed, it->key))
            err = check_name(plan, it->key, who);
        bb_vec_release(who);
    }
    bb_map_release(&names);
    bb_vec_release(&own);
    bb_vec_release(&allowed);
    return err;
}

int bb_checks_providers(struct bb_plan *plan)
{
    int err = 0;
    for (size_t i = 0; i < plan->from->mcs.n && !err; i++)
        err = check_mc(plan, plan->from->mcs.p[i]);
    return err;
}
