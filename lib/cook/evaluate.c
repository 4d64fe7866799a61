/* SPDX-License-Identifier: MIT */
#include "cook/evaluate.h"

#include "cook/summary.h"
#include "data/seen.h"
#include "parse/fn.h"
#include "py/py.h"

#include <stdlib.h>

void bb_evaluate_describe(struct bb_mc *mc, bb_str file, struct bb_arena *a, struct bb_evaluate_job *ret)
{
    struct bb_strvec appends = {0};
    const struct bb_layer *layer = bb_layers_of(&mc->layers, file);
    bb_collect_appends(&mc->files, file, &appends);
    bb_str *kept = bb_arena_array(a, bb_str, appends.n);
    if (appends.n)
        memcpy(kept, appends.p, appends.n * sizeof(*kept));
    *ret = (struct bb_evaluate_job){.file = file,
                                    .mc = mc,
                                    .layer = layer ? layer->name : BB_STR(""),
                                    .priority = layer ? layer->priority : 0,
                                    .appends = kept,
                                    .nappends = appends.n};
    bb_vec_release(&appends);
}

struct finaliser {
    struct bb_sigconf *sigconf;
    struct bb_arena *arena;
    bool details;
    struct bb_pmap hashes; /* store -> struct bb_sig_recipe */
};

static int finalise(void *self, struct bb_store *d, bb_str fn, bb_str variant)
{
    struct finaliser *f = self;
    struct bb_sig_recipe *hashes = bb_arena_new(f->arena, struct bb_sig_recipe);
    bb_pmap_put(&f->hashes, d, hashes);
    return bb_basehash_recipe(f->sigconf, d, f->arena, f->details, hashes);
}

static struct bb_recipe_request request(const struct bb_evaluate_job *job)
{
    return (struct bb_recipe_request){.path = job->file,
                                      .appends = job->appends,
                                      .nappends = job->nappends,
                                      .mc = job->mc->graph.name,
                                      .layer = job->layer};
}

static int parse_hooked(const struct bb_evaluator *ev, struct bb_store *conf,
                        const struct bb_recipe_request *req, struct finaliser *f,
                        struct bb_recipe_variants *ret)
{
    *ev->hooks = (struct bb_parse_hooks){.self = f, .finalise = f ? finalise : NULL};
    int r = bb_recipe_parse(ev->parser, conf, req, ret);
    *ev->hooks = (struct bb_parse_hooks){0};
    return r;
}

int bb_evaluate_variants(const struct bb_evaluator *ev, const struct bb_evaluate_job *job, const bb_str *only,
                         bool details, struct bb_recipe_variants *ret, struct bb_sig_recipe **ret_hashes)
{
    struct finaliser f = {.sigconf = job->mc->sigconf, .arena = ev->arena, .details = details};
    struct bb_recipe_request req = request(job);
    if (only)
        req.only = *only;
    int r = parse_hooked(ev, job->mc->d, &req, ret_hashes ? &f : NULL, ret);
    if (r == 0 && ret_hashes)
        *ret_hashes = bb_arena_array(ev->arena, struct bb_sig_recipe, ret->n);
    for (size_t i = 0; r == 0 && ret_hashes && i < ret->n; i++) {
        struct bb_sig_recipe *h = bb_pmap_get(&f.hashes, ret->v[i].d);
        if (h)
            (*ret_hashes)[i] = *h;
    }
    bb_pmap_release(&f.hashes);
    return r;
}

/* BitBake never caches what says so, nor what follows a branch. */
static bool may_keep(struct bb_store *d)
{
    bb_str s;
    if (bb_store_str(d, BB_SYM("BB_DONT_CACHE"), &s) == 0 && s.len && !bb_str_eqz(s, "0"))
        return false;
    return !(bb_store_str(d, BB_SYM("PV"), &s) == 0 && bb_str_has(s, BB_STR("SRCREVINACTION")));
}

/* A recipe that is being summarised, variant by variant. */
struct summing {
    const struct bb_evaluator *ev;
    const struct bb_evaluate_job *job;
    struct finaliser finaliser;
    bool keep;
    struct bb_map seen; /* paths of `depends` */
    BB_VEC(struct bb_recipe *) variants;
    BB_VEC(struct bb_depend) depends;
};

/* What all variants depend on, each file once. */
static int add_depends(struct summing *s, struct bb_store *d)
{
    struct bb_depend *one;
    size_t n;
    int r = bb_depends_list(s->ev->parser, d, false, &one, &n);
    for (size_t k = 0; r == 0 && k < n; k++)
        if (!bb_map_has(&s->seen, one[k].path)) {
            one[k].path = bb_arena_str(s->ev->arena, one[k].path);
            bb_map_put(&s->seen, one[k].path, NULL);
            bb_vec_push(&s->depends, one[k]);
        }
    return r;
}

static int sum_variant(void *self, const struct bb_recipe_variant *v)
{
    struct summing *s = self;
    struct bb_recipe *made;
    struct bb_summary_in in = {.fn = bb_fn_join(s->ev->arena, s->job->file, v->name, s->job->mc->graph.name),
                               .mc = &s->job->mc->graph,
                               .priority = s->job->priority,
                               .variant = v,
                               .hashes = v->skipped.p ? NULL : bb_pmap_get(&s->finaliser.hashes, v->d)};
    int r = bb_summary_make(s->ev->arena, &in, &made);
    if (r < 0)
        return r;
    bb_vec_push(&s->variants, made);
    s->keep = s->keep && may_keep(v->d);
    bb_py_store_held(bb_store_held(v->d));
    bb_pmap_del(&s->finaliser.hashes, v->d); /* its address may come again */
    return add_depends(s, v->d);
}

static void fill_parsed(const struct summing *s, struct bb_parsed *ret)
{
    struct bb_arena *a = s->ev->arena;
    *ret = (struct bb_parsed){.file = s->job->file,
                              .mc = s->job->mc->graph.name,
                              .keep = s->keep,
                              .listed = bb_seen_recipe_done(),
                              .depends = bb_arena_array(a, struct bb_depend, s->depends.n),
                              .ndepends = s->depends.n,
                              .appends = (bb_str *)s->job->appends,
                              .nappends = s->job->nappends,
                              .variants = bb_arena_array(a, struct bb_recipe *, s->variants.n),
                              .nvariants = s->variants.n};
    if (s->depends.n)
        memcpy(ret->depends, s->depends.p, s->depends.n * sizeof(*s->depends.p));
    if (s->variants.n)
        memcpy(ret->variants, s->variants.p, s->variants.n * sizeof(*s->variants.p));
}

int bb_evaluate_summaries(const struct bb_evaluator *ev, const struct bb_evaluate_job *job,
                          struct bb_parsed *ret)
{
    struct summing s = {
        .ev = ev, .job = job, .finaliser = {.sigconf = job->mc->sigconf, .arena = ev->arena}, .keep = true};
    struct bb_recipe_request req = request(job);
    struct bb_recipe_variants none;
    req.each = sum_variant;
    req.self = &s;
    int r = parse_hooked(ev, job->mc->d, &req, &s.finaliser, &none);
    if (r == 0)
        fill_parsed(&s, ret);
    bb_vec_release(&s.variants);
    bb_vec_release(&s.depends);
    bb_map_release(&s.seen);
    bb_pmap_release(&s.finaliser.hashes);
    return r;
}
