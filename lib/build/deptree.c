/* SPDX-License-Identifier: MIT */
#include "build/deptree.h"

#include "base/jsonw.h"
#include "py/py.h"

#include <stdlib.h>

#define CLASS "bb.event.DepTreeGenerated"

struct tree {
    struct bb_cooker *c;
    const struct bb_plan *plan;
    struct bb_jsonw w;
    struct bb_arena arena;
    const struct bb_recipe **recipes; /* those of the plan, in the order of their tasks */
    size_t n;
};

/* "x", in a multiconfig "mc:NAME:x". */
static bb_str pn_of(struct tree *t, const struct bb_recipe *r)
{
    return r->mc->name.len ? bb_arena_fmt(&t->arena, "mc:%.*s:%.*s", BB_STRF(r->mc->name), BB_STRF(r->pn))
                           : r->pn;
}

static bb_str version_of(struct tree *t, const struct bb_recipe *r)
{
    return bb_arena_fmt(&t->arena, "%.*s:%.*s-%.*s", BB_STRF(r->pe), BB_STRF(r->pv), BB_STRF(r->pr));
}

static void put(struct tree *t, const char *key, bb_str value)
{
    bb_jsonw_key(&t->w, bb_str_z(key));
    bb_jsonw_str(&t->w, value);
}

static void begin(struct tree *t, const char *key)
{
    bb_jsonw_key(&t->w, bb_str_z(key));
    bb_jsonw_object(&t->w);
}

static void collect_recipes(struct tree *t)
{
    struct bb_pmap seen = {0};
    t->recipes = bb_arena_array(&t->arena, const struct bb_recipe *, t->plan->n);
    for (bb_tid i = 0; i < t->plan->n; i++) {
        const struct bb_recipe *r = bb_plan_recipe(t->plan, i);
        if (bb_pmap_put(&seen, r, NULL))
            t->recipes[t->n++] = r;
    }
    bb_pmap_release(&seen);
}

/* Names that a recipe of another name provides: [PN, version]. */
static void put_providers(struct tree *t)
{
    begin(t, "providermap");
    bb_vec_each(&t->plan->from->mcs, mc)
        bb_vec_each(&(*mc)->td.builds, name) {
            const struct bb_entry *e = bb_target_entry(*name);
            if (!e || bb_str_eq((*name)->name, pn_of(t, e->recipe)))
                continue;
            bb_jsonw_key(&t->w, (*name)->name);
            bb_jsonw_array(&t->w);
            bb_jsonw_str(&t->w, pn_of(t, e->recipe));
            bb_jsonw_str(&t->w, version_of(t, e->recipe));
            bb_jsonw_end(&t->w);
        }
    bb_jsonw_end(&t->w);
}

static void put_layers(struct tree *t)
{
    const struct bb_layers *l = &t->c->config.mcs.p[0].layers;
    bb_jsonw_key(&t->w, BB_STR("layer-priorities"));
    bb_jsonw_array(&t->w);
    for (size_t i = 0; i < l->n; i++) {
        bb_jsonw_array(&t->w);
        bb_jsonw_str(&t->w, l->p[i].name);
        bb_jsonw_str(&t->w, l->p[i].pattern);
        bb_jsonw_int(&t->w, l->p[i].priority);
        bb_jsonw_end(&t->w);
    }
    bb_jsonw_end(&t->w);
}

/* PN -> file, version, classes. */
static void put_recipes(struct tree *t)
{
    begin(t, "pn");
    for (size_t i = 0; i < t->n; i++) {
        const struct bb_recipe *r = t->recipes[i];
        bb_jsonw_key(&t->w, pn_of(t, r));
        bb_jsonw_object(&t->w);
        put(t, "filename", r->fn);
        put(t, "version", version_of(t, r));
        bb_jsonw_key(&t->w, BB_STR("inherits"));
        bb_jsonw_array(&t->w);
        for (size_t k = 0; k < r->inherits.n; k++)
            bb_jsonw_str(&t->w, r->inherits.p[k]);
        bb_jsonw_end(&t->w);
        bb_jsonw_end(&t->w);
    }
    bb_jsonw_end(&t->w);
}

/* "PN.do_x" -> the tasks that it depends on. */
static void put_tasks(struct tree *t)
{
    begin(t, "tdepends");
    for (bb_tid i = 0; i < t->plan->n; i++) {
        const struct bb_tids *deps = &t->plan->tasks[i].deps;
        bb_jsonw_key(&t->w,
                     bb_arena_fmt(&t->arena, "%.*s.%.*s", BB_STRF(pn_of(t, bb_plan_recipe(t->plan, i))),
                                  BB_STRF(bb_plan_name(t->plan, i))));
        bb_jsonw_array(&t->w);
        for (size_t k = 0; k < deps->n; k++)
            bb_jsonw_str(&t->w, bb_arena_fmt(&t->arena, "%.*s.%.*s",
                                             BB_STRF(pn_of(t, bb_plan_recipe(t->plan, deps->p[k]))),
                                             BB_STRF(bb_plan_name(t->plan, deps->p[k]))));
        bb_jsonw_end(&t->w);
    }
    bb_jsonw_end(&t->w);
}

/* PN -> names in DEPENDS, or those that packages need when they run. */
static void put_depends(struct tree *t, const char *key, bool runtime)
{
    begin(t, key);
    for (size_t i = 0; i < t->n; i++) {
        const struct bb_entry *e = bb_pmap_get(&t->recipes[i]->mc->td.entry_of, t->recipes[i]);
        struct bb_target **names = runtime ? e->rdepends : e->depends;
        size_t n = runtime ? e->nrdepends : e->ndepends;
        bb_jsonw_key(&t->w, pn_of(t, t->recipes[i]));
        bb_jsonw_array(&t->w);
        for (size_t k = 0; k < n; k++)
            bb_jsonw_str(&t->w, names[k]->name);
        bb_jsonw_end(&t->w);
    }
    bb_jsonw_end(&t->w);
}

/* Package -> what it needs, or would like to have: what its recipe says holds for each. */
static void put_package_depends(struct tree *t, const char *key, bool wish)
{
    begin(t, key);
    for (size_t i = 0; i < t->n; i++) {
        const struct bb_recipe *r = t->recipes[i];
        const struct bb_strlist *all = wish ? &r->rrecommends : &r->rdepends;
        for (size_t p = 0; p < r->npackages; p++) {
            const struct bb_strlist *own = wish ? &r->packages[p].rrecommends : &r->packages[p].rdepends;
            bb_jsonw_key(&t->w, r->packages[p].name);
            bb_jsonw_array(&t->w);
            for (size_t k = 0; k < all->n; k++)
                bb_jsonw_str(&t->w, all->p[k]);
            for (size_t k = 0; k < own->n; k++)
                bb_jsonw_str(&t->w, own->p[k]);
            bb_jsonw_end(&t->w);
        }
    }
    bb_jsonw_end(&t->w);
}

static void put_packages(struct tree *t)
{
    begin(t, "packages");
    for (size_t i = 0; i < t->n; i++) {
        const struct bb_recipe *r = t->recipes[i];
        for (size_t p = 0; p < r->npackages; p++) {
            bb_jsonw_key(&t->w, r->packages[p].name);
            bb_jsonw_object(&t->w);
            put(t, "pn", pn_of(t, r));
            put(t, "filename", r->fn);
            put(t, "version", version_of(t, r));
            bb_jsonw_end(&t->w);
        }
    }
    bb_jsonw_end(&t->w);
}

int bb_deptree_tell(struct bb_cooker *c, const struct bb_plan *plan)
{
    BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT;
    struct tree t = {.c = c, .plan = plan};
    if (!bb_py_listens(CLASS))
        return 0;
    bb_arena_init(&t.arena);
    collect_recipes(&t);
    bb_jsonw_init(&t.w, &json, 0);
    bb_jsonw_array(&t.w);
    bb_jsonw_object(&t.w);
    put_depends(&t, "depends", false);
    put_tasks(&t);
    put_recipes(&t);
    put_depends(&t, "rdepends-pn", true);
    put_packages(&t);
    put_package_depends(&t, "rdepends-pkg", false);
    put_package_depends(&t, "rrecs-pkg", true);
    put_providers(&t);
    put_layers(&t);
    bb_jsonw_end(&t.w);
    bb_jsonw_end(&t.w);
    int r = bb_py_fire_made(bb_cooker_data(c), CLASS, "bb.runqueue.tree_event", bb_buf_str(&json));
    bb_arena_release(&t.arena);
    return r == -BB_EPYTHON ? c->hook->error_report(c->hook->self, (struct bb_loc){0}, "handling " CLASS) : r;
}
