/* SPDX-License-Identifier: MIT */
#include "graph/taskdata.h"

#include "graph/mcgraph.h"
#include "graph/noprovider.h"
#include "graph/targetlist.h"

static bool halts(const struct bb_taskdata *td)
{
    const struct bb_graph_conf *conf = td->mc->providers.conf;
    return !conf->options->keep_going && !conf->allow_incomplete;
}

/* Names. */

static struct bb_target *named(struct bb_taskdata *td, struct bb_map *map, bb_str name)
{
    struct bb_target *t = bb_map_get(map, name);
    if (!t) {
        t = bb_arena_new(&td->arena, struct bb_target);
        t->name = name;
        bb_map_put(map, name, t);
    }
    return t;
}

/* From now on it is one of those to resolve. */
static void see(struct bb_target_vec *order, struct bb_target *t)
{
    if (!t->seen)
        bb_vec_push(order, t);
    t->seen = true;
}

static struct bb_target *seen_build(struct bb_taskdata *td, bb_str name)
{
    struct bb_target *t = named(td, &td->build, name);
    see(&td->builds, t);
    return t;
}

static struct bb_target *seen_run(struct bb_taskdata *td, bb_str name)
{
    struct bb_target *t = named(td, &td->run, name);
    see(&td->runs, t);
    return t;
}

struct bb_target *bb_taskdata_build_target(const struct bb_taskdata *td, bb_str name)
{
    struct bb_target *t = bb_map_get(&td->build, name);
    return t && t->seen ? t : NULL;
}

static bool depends_on(struct bb_target *const *deps, size_t n, const struct bb_target *t)
{
    for (size_t i = 0; i < n; i++)
        if (deps[i] == t)
            return true;
    return false;
}

static bool task_depends_on(const struct bb_entry *e, const struct bb_target *t, bool runtime)
{
    for (size_t i = 0; i < e->recipe->ntasks; i++) {
        const struct bb_task_deps *td = &e->tasks[i];
        const struct bb_task_dep *d = runtime ? td->rdepends : td->depends;
        for (size_t j = 0; j < (runtime ? td->nrdepends : td->ndepends); j++)
            if (d[j].target == t)
                return true;
    }
    return false;
}

bool bb_taskdata_depends_on(const struct bb_entry *e, const struct bb_target *t, bool runtime)
{
    return runtime ? depends_on(e->rdepends, e->nrdepends, t) : depends_on(e->depends, e->ndepends, t);
}

/* "['a', 'b']" of the names that could not be had, the topmost first. */
struct chain {
    const struct chain *below;
    bb_str name;
};

static void chain_text(struct bb_buf *out, const struct chain *c)
{
    bb_buf_addc(out, '[');
    for (const char *sep = ""; c; c = c->below, sep = ", ")
        bb_buf_addf(out, "%s'%.*s'", sep, BB_STRF(c->name));
    bb_buf_addc(out, ']');
}

/* Failure: an entry that fails leaves all lists of providers; a name without any left fails what depends on it. */

static int fail_target(struct bb_taskdata *td, struct bb_target *t, bool runtime, const struct chain *below);

static int fail_entry_in(struct bb_taskdata *td, struct bb_entry *e, const struct bb_target_vec *targets,
                         bool runtime, const struct chain *missing)
{
    /* The list may grow while it is walked. */
    for (size_t i = 0; i < targets->n; i++) {
        struct bb_target *t = targets->p[i];
        for (size_t j = 0; j < t->entries.n; j++) {
            if (t->entries.p[j] != e)
                continue;
            bb_vec_remove(&t->entries, j);
            int err = t->entries.n ? 0 : fail_target(td, t, runtime, missing);
            if (err)
                return err;
            break;
        }
    }
    return 0;
}

static int fail_entry(struct bb_taskdata *td, struct bb_entry *e, const struct chain *missing)
{
    if (e->failed)
        return 0;
    e->failed = true;
    bb_debug(td->ctx, 1, "File '%.*s' is unbuildable, removing...", BB_STRF(e->recipe->fn));
    int err = fail_entry_in(td, e, &td->builds, false, missing);
    return err ? err : fail_entry_in(td, e, &td->runs, true, missing);
}

static int fail_target(struct bb_taskdata *td, struct bb_target *t, bool runtime, const struct chain *below)
{
    struct chain missing = {below, t->name};
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    chain_text(&text, &missing);
    const char *fmt =
        "%s '%.*s' is unbuildable, removing...\nMissing or unbuildable dependency chain was: %s";
    if (runtime)
        bb_note(td->ctx, fmt, "Runtime target", BB_STRF(t->name), text.p);
    else
        bb_debug(td->ctx, 1, fmt, "Target", BB_STRF(t->name), text.p);
    t->failed = true;
    for (size_t i = 0; i < td->entries.n; i++) {
        struct bb_entry *e = td->entries.p[i];
        if (!bb_taskdata_depends_on(e, t, runtime) && !task_depends_on(e, t, runtime))
            continue;
        int err = fail_entry(td, e, &missing);
        if (err)
            return err;
    }
    if (runtime || !t->external || !halts(td))
        return 0;
    return bb_error(td->ctx,
                    "Required build target '%.*s' has no buildable providers.\n"
                    "Missing or unbuildable dependency chain was: %s",
                    BB_STRF(t->name), text.p);
}

/* Adding a recipe's tasks. */

/* Words "NAME:TASK" of a flag. */
static int read_task_deps(struct bb_taskdata *td, const struct bb_recipe *r,
                          const struct bb_recipe_task *task, enum bb_task_flag flag, struct bb_task_dep **ret,
                          size_t *ret_n)
{
    bb_str text = task->flags[flag], rest = text, word;
    const char *name = bb_task_flag_name(flag);
    size_t n = 0;
    while (bb_str_word(&rest, &word))
        n++;
    *ret = bb_arena_array(&td->arena, struct bb_task_dep, n);
    for (rest = text; bb_str_word(&rest, &word);) {
        size_t colon = bb_str_chr(word, ':', 0);
        if (colon == BB_NPOS || bb_str_chr(word, ':', colon + 1) != BB_NPOS)
            return bb_error(
                td->ctx,
                "Error for %.*s:%.*s[%s], dependency %.*s in '%.*s' does not contain exactly one ':' character.\n"
                " Task '%s' should be specified in the form 'packagename:task'",
                BB_STRF(r->fn), BB_STRF(task->name), name, BB_STRF(word), BB_STRF(text), name);
        bb_str target = bb_str_sub(word, 0, colon);
        struct bb_task_dep *d = &(*ret)[(*ret_n)++];
        d->target = flag == BB_TF_DEPENDS ? seen_build(td, target) : seen_run(td, target);
        d->task = bb_str_from(word, colon + 1);
    }
    return 0;
}

static int read_mcdepends(struct bb_taskdata *td, const struct bb_recipe *r,
                          const struct bb_recipe_task *task)
{
    bb_str rest = task->flags[BB_TF_MCDEPENDS], word;
    while (bb_str_word(&rest, &word)) {
        bb_str parts[6], left = word;
        size_t n = 0;
        while (n < 6 && bb_str_split(&left, ':', &parts[n]))
            n++;
        if (n != 5)
            return bb_error(
                td->ctx,
                "Error for %.*s:%.*s[mcdepends], multiconfig dependency "
                "%.*s does not contain exactly four  ':' characters.\n"
                " Task 'mcdepends' should be specified in the form 'mc:fromMC:toMC:packagename:task'",
                BB_STRF(r->fn), BB_STRF(task->name), BB_STRF(word));
        bool known = false;
        for (size_t i = 0; i < td->mcdeps.n; i++)
            known |= bb_str_eq(td->mcdeps.p[i].text, word);
        if (!known)
            bb_vec_push(&td->mcdeps, (struct bb_mcdep){word, parts[1], parts[2], parts[3], parts[4], false});
    }
    return 0;
}

static int read_tasks(struct bb_taskdata *td, struct bb_entry *e)
{
    const struct bb_recipe *r = e->recipe;
    e->tasks = bb_arena_array(&td->arena, struct bb_task_deps, r->ntasks);
    for (size_t i = 0; i < r->ntasks; i++) {
        struct bb_task_deps *d = &e->tasks[i];
        int err = read_task_deps(td, r, &r->tasks[i], BB_TF_DEPENDS, &d->depends, &d->ndepends);
        if (!err)
            err = read_task_deps(td, r, &r->tasks[i], BB_TF_RDEPENDS, &d->rdepends, &d->nrdepends);
        if (!err)
            err = read_mcdepends(td, r, &r->tasks[i]);
        if (err)
            return err;
    }
    return 0;
}

/* DEPENDS, and what calculate_extra_depends adds. */
static int names_of_depends(struct bb_taskdata *td, const struct bb_recipe *r, struct bb_strvec *ret)
{
    const struct bb_graph_conf *conf = td->mc->providers.conf;
    for (size_t i = 0; i < r->depends.n; i++)
        bb_vec_push(ret, r->depends.p[i]);
    if (!r->extra_depends_func.len || !conf->extra_depends)
        return 0;
    return conf->extra_depends(conf->self, &td->mc->providers, r, ret);
}

static int read_depends(struct bb_taskdata *td, struct bb_entry *e)
{
    struct bb_strvec names = {0};
    struct bb_target_vec v = {0};
    struct bb_pmap dup = {0};
    int err = names_of_depends(td, e->recipe, &names);
    bb_vec_each(&names, name) {
        struct bb_target *t = named(td, &td->build, *name);
        if (bb_pmap_put(&dup, t, NULL))
            bb_vec_push(&v, t);
    }
    e->ndepends = v.n;
    e->depends = bb_arena_array(&td->arena, struct bb_target *, v.n);
    for (size_t i = 0; i < v.n; i++)
        e->depends[i] = v.p[i];
    bb_vec_release(&names);
    bb_vec_release(&v);
    bb_pmap_release(&dup);
    return err;
}

static void add_runtime(struct bb_taskdata *td, struct bb_target_vec *v, struct bb_pmap *dup,
                        const struct bb_strlist *names)
{
    for (size_t i = 0; i < names->n; i++) {
        struct bb_target *t = named(td, &td->run, names->p[i]);
        if (bb_pmap_put(dup, t, NULL))
            bb_vec_push(v, t);
    }
}

static void read_rdepends(struct bb_taskdata *td, struct bb_entry *e)
{
    const struct bb_recipe *r = e->recipe;
    struct bb_target_vec v = {0};
    struct bb_pmap dup = {0};
    /* What the recipe itself says holds for every package, so without packages it holds for none. */
    for (size_t i = 0; i < r->npackages; i++) {
        add_runtime(td, &v, &dup, &r->rdepends);
        add_runtime(td, &v, &dup, &r->packages[i].rdepends);
    }
    for (size_t i = 0; i < r->npackages; i++) {
        add_runtime(td, &v, &dup, &r->rrecommends);
        add_runtime(td, &v, &dup, &r->packages[i].rrecommends);
    }
    e->nrdepends = v.n;
    e->rdepends = bb_arena_array(&td->arena, struct bb_target *, v.n);
    for (size_t i = 0; i < v.n; i++)
        e->rdepends[i] = v.p[i];
    bb_vec_release(&v);
    bb_pmap_release(&dup);
}

/* BitBake: what stands behind a name that nothing provides is not looked for, since the recipe has failed by then. */
static int see_depends(struct bb_taskdata *td, struct bb_entry *e)
{
    for (size_t i = 0; i < e->ndepends; i++) {
        see(&td->builds, e->depends[i]);
        if (e->depends[i]->failed)
            return fail_entry(td, e, NULL);
    }
    for (size_t i = 0; i < e->nrdepends; i++) {
        see(&td->runs, e->rdepends[i]);
        if (e->rdepends[i]->failed)
            return fail_entry(td, e, NULL);
    }
    return 0;
}

static struct bb_entry *entry_of(struct bb_taskdata *td, const struct bb_recipe *r)
{
    struct bb_entry *e = bb_pmap_get(&td->entry_of, r);
    if (!e) {
        e = bb_arena_new(&td->arena, struct bb_entry);
        e->recipe = r;
        bb_pmap_put(&td->entry_of, r, e);
    }
    return e;
}

/* Puts the recipe behind the target's other providers and, when it is new, reads what it depends on. */
static int use_recipe(struct bb_taskdata *td, struct bb_target *t, const struct bb_recipe *r)
{
    struct bb_entry *e = entry_of(td, r);
    if (e->failed)
        return 0;
    for (size_t i = 0; i < t->entries.n; i++)
        if (t->entries.p[i] == e)
            return 0;
    bb_vec_push(&t->entries, e);
    if (e->known)
        return 0;
    e->known = true;
    bb_vec_push(&td->entries, e);
    int err = read_tasks(td, e);
    if (!err)
        err = read_depends(td, e);
    if (err)
        return err;
    read_rdepends(td, e);
    return see_depends(td, e);
}

/*
 * Resolving one name. 0: done. 1: it has no provider, which has been said; the caller decides what follows.
 * Negative: the preparation is over.
 */

static void drop_failed(struct bb_taskdata *td, struct bb_recipe_vec *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) {
        const struct bb_entry *e = bb_pmap_get(&td->entry_of, v->p[i]);
        if (!e || !e->failed)
            v->p[n++] = v->p[i];
    }
    v->n = n;
}

static int use_all(struct bb_taskdata *td, struct bb_target *t, const struct bb_recipe_vec *v)
{
    int err = 0;
    for (size_t i = 0; i < v->n && !err; i++)
        err = use_recipe(td, t, v->p[i]);
    return err;
}

static int resolve_build(struct bb_taskdata *td, struct bb_target *t)
{
    if (bb_providers_assumed(&td->mc->providers, t->name))
        return 0;
    if (!bb_providers_of(&td->mc->providers, t->name)) {
        bb_noprovider_report(td, t, false, false);
        return 1;
    }
    if (t->entries.n)
        return 0;
    struct bb_recipe_vec v = {0};
    bool unique;
    bb_providers_choose(&td->mc->providers, t->name, &v, &unique);
    drop_failed(td, &v);
    int err = 0;
    if (v.n == 0) {
        bb_noprovider_report(td, t, false, true);
        err = 1;
    } else {
        if (v.n > 1 && !unique)
            bb_noprovider_several(td, t, &v, false);
        err = use_all(td, t, &v);
    }
    bb_vec_release(&v);
    return err;
}

static int resolve_run(struct bb_taskdata *td, struct bb_target *t)
{
    if (bb_providers_assumed(&td->mc->providers, t->name) || t->entries.n)
        return 0;
    struct bb_recipe_vec v = {0};
    bb_providers_runtime(&td->mc->providers, t->name, &v);
    bool any = v.n > 0;
    unsigned preferred = 0;
    if (any) {
        v.n = 0;
        bb_providers_choose_runtime(&td->mc->providers, t->name, &v, &preferred);
        drop_failed(td, &v);
    }
    int err = 0;
    if (v.n == 0) {
        bb_noprovider_report(td, t, true, any);
        err = 1;
    } else {
        if (preferred > 1 || (v.n > 1 && preferred == 0))
            bb_noprovider_several(td, t, &v, true);
        err = preferred > 1 ? 1 : use_all(td, t, &v);
    }
    bb_vec_release(&v);
    return err;
}

/* One name that somebody depends on: without a provider whatever needs it fails. */
static int resolve_dependency(struct bb_taskdata *td, struct bb_target *t, bool runtime)
{
    if (t->failed || t->entries.n)
        return 0;
    int err = runtime ? resolve_run(td, t) : resolve_build(td, t);
    if (err <= 0)
        return err;
    if (!runtime && halts(td) && t->external)
        return -BB_EREPORTED;
    if (!runtime && td->mc->providers.conf->allow_incomplete)
        return 0;
    return fail_target(td, t, runtime, NULL);
}

/* Everything not looked at yet, build-time and runtime names in turn, until there is nothing new. */
static int resolve_all(struct bb_taskdata *td)
{
    while (td->builds_done < td->builds.n || td->runs_done < td->runs.n) {
        int err = 0;
        for (size_t end = td->builds.n; td->builds_done < end && !err;)
            err = resolve_dependency(td, td->builds.p[td->builds_done++], false);
        for (size_t end = td->runs.n; td->runs_done < end && !err;)
            err = resolve_dependency(td, td->runs.p[td->runs_done++], true);
        if (err)
            return err;
    }
    return 0;
}

/* A name the user asked for. */
static int add_external(struct bb_taskdata *td, bb_str name)
{
    struct bb_target *t = seen_build(td, name);
    int err = t->failed ? 1 : resolve_build(td, t);
    if (err == 1) {
        if (halts(td))
            return -BB_EREPORTED;
        err = t->failed ? 0 : fail_target(td, t, false, NULL);
    }
    t->external = true;
    return err;
}

/* Configurations. */

void bb_taskdata_init(struct bb_taskdatas *all, struct bb_ctx *ctx, const struct bb_graph_conf *conf)
{
    *all = (struct bb_taskdatas){.ctx = ctx, .conf = conf};
    bb_arena_init(&all->arena);
}

void bb_taskdata_add_mc(struct bb_taskdatas *all, struct bb_mcgraph *mc)
{
    mc->td = (struct bb_taskdata){.ctx = all->ctx, .mc = mc};
    bb_arena_init(&mc->td.arena);
    bb_vec_push(&all->mcs, mc);
}

static void clear(struct bb_taskdata *td)
{
    bb_vec_each(&td->builds, it)
        bb_vec_release(&(*it)->entries);
    bb_vec_each(&td->runs, it)
        bb_vec_release(&(*it)->entries);
    bb_map_release(&td->build);
    bb_map_release(&td->run);
    bb_vec_release(&td->builds);
    bb_vec_release(&td->runs);
    bb_vec_release(&td->entries);
    bb_pmap_release(&td->entry_of);
    bb_vec_release(&td->mcdeps);
    bb_arena_release(&td->arena);
    *td = (struct bb_taskdata){0};
}

void bb_taskdata_release(struct bb_taskdatas *all)
{
    bb_vec_each(&all->mcs, it)
        clear(&(*it)->td);
    bb_vec_release(&all->mcs);
    bb_vec_release(&all->runlist);
    bb_arena_release(&all->arena);
}

struct bb_taskdata *bb_taskdata_mc(const struct bb_taskdatas *all, bb_str mc)
{
    for (size_t i = 0; i < all->mcs.n; i++)
        if (bb_str_eq(all->mcs.p[i]->name, mc))
            return &all->mcs.p[i]->td;
    return NULL;
}

/* Targets. */

static bb_str task_name(struct bb_taskdatas *all, bb_str task)
{
    return bb_str_starts(task, BB_STR("do_")) ? task : bb_arena_cat(&all->arena, BB_STR("do_"), task);
}

static int add_target(struct bb_taskdatas *all, bb_str text, bb_str task)
{
    bb_str mc = BB_STR(""), name = text;
    bb_targetlist_split(text, &mc, &name);
    size_t at = bb_str_find(name, BB_STR(":do_"), 0);
    if (at != BB_NPOS) {
        task = bb_str_from(name, at + 1);
        name = bb_str_sub(name, 0, at);
    }
    struct bb_taskdata *td = bb_taskdata_mc(all, mc);
    if (!td)
        return bb_error(
            all->ctx,
            "Multiconfig dependency %.*s depends on nonexistent multiconfig configuration named %.*s",
            BB_STRF(text), BB_STRF(mc));
    int err = add_external(td, name);
    if (err)
        return err;
    struct bb_entry *e = bb_target_entry(bb_taskdata_build_target(td, name));
    if (e)
        bb_vec_push(&all->runlist, (struct bb_wanted_task){e, name, task});
    return 0;
}

/* Asks for what multiconfig dependencies name, which may bring further ones. */
static int resolve_mcdepends(struct bb_taskdatas *all)
{
    for (bool more = true; more;) {
        more = false;
        bb_vec_each(&all->mcs, it) {
            struct bb_taskdata *td = &(*it)->td;
            int err = resolve_all(td);
            for (size_t i = 0; i < td->mcdeps.n && !err; i++) {
                struct bb_mcdep d = td->mcdeps.p[i];
                if (d.provided)
                    continue;
                struct bb_taskdata *to = bb_taskdata_mc(all, d.to);
                if (!to)
                    return bb_error(all->ctx,
                                    "Multiconfig dependency %.*s depends on nonexistent "
                                    "multiconfig configuration named configuration %.*s",
                                    BB_STRF(d.text), BB_STRF(d.to));
                td->mcdeps.p[i].provided = more = true;
                err = add_external(to, d.pn);
            }
            if (err)
                return err;
        }
    }
    return 0;
}

int bb_taskdata_prepare(struct bb_taskdatas *all, const bb_str *targets, size_t n, bb_str task)
{
    struct bb_strvec full = {0};
    task = task_name(all, task);
    int err = bb_targetlist_expand(all, targets, n, task, &full);
    for (size_t i = 0; i < full.n && !err; i++)
        err = add_target(all, full.p[i], task);
    if (!err && !all->conf->targets_only)
        err = resolve_mcdepends(all);
    uint32_t index = 0;
    bb_vec_each(&all->mcs, mc)
        bb_vec_each(&(*mc)->td.entries, e)
            (*e)->index = index++;
    bb_vec_release(&full);
    return err;
}
