/* SPDX-License-Identifier: MIT */
#include "cook/evaluate.h"

#include "cook/summary.h"
#include "data/seen.h"
#include "parse/depends.h"
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
    struct bb_map seen; /* paths of `files` */
    BB_VEC(struct bb_recipe *) variants;
    BB_VEC(struct bb_seenfile) files;
};

static void add_file(struct summing *s, bb_str path, struct bb_filestate state)
{
    if (bb_map_has(&s->seen, path))
        return;
    struct bb_seenfile f = {bb_arena_str(s->ev->arena, path), state};
    bb_map_put(&s->seen, f.path, NULL);
    bb_vec_push(&s->files, f);
}

/* What all variants depend on, each file once. */
static int add_depends(struct summing *s, struct bb_store *d)
{
    struct bb_seenfile *one;
    size_t n;
    int r = bb_depends_list(s->ev->parser, d, false, &one, &n);
    for (size_t k = 0; r == 0 && k < n; k++)
        add_file(s, one[k].path, one[k].state);
    return r;
}

/* file-checksums names files whose coming and going changes the task: "path:True path:False ...". */
static void add_checksum_files(struct summing *s, bb_str flag)
{
    bb_str word;
    while (flag.p && bb_str_word(&flag, &word)) {
        bool there = bb_str_ends(word, BB_STR(":True"));
        if (!there && !bb_str_ends(word, BB_STR(":False")))
            continue;
        bb_str path = bb_str_sub(word, 0, word.len - (there ? 5 : 6));
        if (path.len && bb_str_chr(path, '*', 0) == BB_NPOS)
            add_file(s, path, (struct bb_filestate){.kind = there ? BB_FILE_PRESENT : BB_FILE_ABSENT});
    }
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

static void fill_evaluated(struct summing *s, struct bb_evaluated *ret)
{
    struct bb_arena *a = s->ev->arena;
    BB_CLEAN_BUF struct bb_buf summaries = BB_BUF_INIT;
    bb_parsed_summaries(&summaries, s->variants.p, s->variants.n);
    for (size_t v = 0; v < s->variants.n; v++) /* after the depends: what those say of a file is more */
        for (size_t t = 0; t < s->variants.p[v]->ntasks; t++)
            add_checksum_files(s, s->variants.p[v]->tasks[t].file_checksums);
    *ret = (struct bb_evaluated){.entry = {.file = s->job->file,
                                           .mc = s->job->mc->graph.name,
                                           .keep = s->keep,
                                           .listed = bb_seen_recipe_done(),
                                           .appends = (bb_str *)s->job->appends,
                                           .nappends = s->job->nappends,
                                           .nvariants = s->variants.n,
                                           .summaries = bb_arena_str(a, bb_buf_str(&summaries))},
                                 .files = bb_arena_array(a, struct bb_seenfile, s->files.n),
                                 .nfiles = s->files.n};
    if (s->files.n)
        memcpy(ret->files, s->files.p, s->files.n * sizeof(*s->files.p));
}

int bb_evaluate_summaries(const struct bb_evaluator *ev, const struct bb_evaluate_job *job,
                          struct bb_evaluated *ret)
{
    struct summing s = {
        .ev = ev, .job = job, .finaliser = {.sigconf = job->mc->sigconf, .arena = ev->arena}, .keep = true};
    struct bb_recipe_request req = request(job);
    struct bb_recipe_variants none;
    req.each = sum_variant;
    req.self = &s;
    int r = parse_hooked(ev, job->mc->d, &req, &s.finaliser, &none);
    if (r == 0)
        fill_evaluated(&s, ret);
    bb_vec_release(&s.variants);
    bb_vec_release(&s.files);
    bb_map_release(&s.seen);
    bb_pmap_release(&s.finaliser.hashes);
    return r;
}
