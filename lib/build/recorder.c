/* SPDX-License-Identifier: MIT */
#include "build/recorder.h"

#include "build/place.h"
#include "reuse/recipekeys.h"
#include "sig/basehash.h"

#include <time.h>

enum {
    KEEP = 10,      /* records, where BBC_WHY_RECORDS says nothing */
    MOST_ASKED = 16 /* recipes that are evaluated for the record alone */
};

static bb_str recipe_name(struct bb_arena *a, const struct bb_recipe *r)
{
    return r->mc->name.len ? bb_arena_fmt(a, "mc:%.*s:%.*s", BB_STRF(r->mc->name), BB_STRF(r->pn)) : r->pn;
}

static unsigned how_many(struct bb_cooker *c)
{
    bb_str text;
    int64_t n;
    if (bb_store_str(bb_cooker_data(c), BB_SYM("BBC_WHY_RECORDS"), &text) < 0 || !bb_str_to_int(text, &n))
        return KEEP;
    return n < 0 ? 0 : (unsigned)n;
}

/* SSTATE_DIR, then each word pair of SSTATE_MIRRORS: what a miss has been asked of. */
static bb_str stores(struct bb_cooker *c, struct bb_arena *a)
{
    bb_str dir = {0}, mirrors = {0};
    if (bb_store_str(bb_cooker_data(c), BB_SYM("SSTATE_DIR"), &dir) < 0 ||
        bb_store_str(bb_cooker_data(c), BB_SYM("SSTATE_MIRRORS"), &mirrors) < 0)
        return BB_STR("");
    struct bb_buf all = BB_BUF_INIT;
    bb_str word;
    bb_buf_adds(&all, dir);
    for (size_t i = 0; bb_str_word(&mirrors, &word); i++)
        if (i % 2)
            bb_buf_addf(&all, "%s%.*s", all.len ? " " : "", BB_STRF(word));
    bb_str s = bb_arena_str(a, bb_buf_str(&all));
    bb_buf_release(&all);
    return s;
}

void bb_recorder_init(struct bb_recorder *r, struct bb_cooker *c, const struct bb_plan *plan)
{
    struct bb_strvec all = {0};
    *r = (struct bb_recorder){.cooker = c, .plan = plan, .keep = how_many(c)};
    bb_arena_init(&r->arena);
    if (!r->keep)
        return;
    r->dir = bb_buildrecord_dir(&r->arena, c->config.topdir);
    bb_buildrecord_list(&r->arena, r->dir, &all);
    if (all.n && bb_buildrecord_read(&r->arena, all.p[all.n - 1].p, &r->before))
        for (size_t i = 0; i < r->before.ntasks; i++) {
            const struct bb_buildrecord_task *t = &r->before.tasks[i];
            bb_str name = r->before.recipes[t->recipe].name;
            bb_map_put(&r->known, bb_arena_fmt(&r->arena, "%.*s:%.*s", BB_STRF(name), BB_STRF(t->name)),
                       (void *)(i + 1));
        }
    bb_vec_release(&all);
    r->record.tasks = bb_arena_array(&r->arena, struct bb_buildrecord_task, plan->n);
    r->record.ntasks = plan->n;
    for (bb_tid t = 0; t < plan->n; t++)
        r->record.tasks[t].outcome = BB_STR("");
}

void bb_recorder_release(struct bb_recorder *r)
{
    bb_map_release(&r->known);
    bb_map_release(&r->recipes);
    bb_arena_release(&r->arena);
}

/* The task in the record before; NULL when that has none of the name. */
static const struct bb_buildrecord_task *task_before(const struct bb_recorder *r, bb_tid t)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_plan_pnid(r->plan, t, &name);
    size_t i = (size_t)bb_map_get(&r->known, bb_buf_str(&name));
    return i ? &r->before.tasks[i - 1] : NULL;
}

/* The variables of the record before: they hold while no task's base hash has changed. `ret_changed`: one has. */
static uint64_t keys_before(const struct bb_recorder *r, const struct bb_recipe *recipe, bool *ret_changed)
{
    uint64_t keys = 0;
    *ret_changed = false;
    for (size_t i = 0; i < recipe->ntasks; i++) {
        bb_tid t = bb_plan_find(r->plan, recipe, recipe->tasks[i].name);
        const struct bb_buildrecord_task *old = t == BB_NO_TASK ? NULL : task_before(r, t);
        if (!old)
            continue;
        *ret_changed = *ret_changed || !bb_str_eq(old->basehash, recipe->tasks[i].basehash);
        keys = r->before.recipes[old->recipe].keys;
    }
    return *ret_changed ? 0 : keys;
}

static bb_str place_of(struct bb_store *d, bb_str key, struct bb_arena *a)
{
    struct bb_loc loc;
    if (!bb_place_find(d, key, &loc))
        return BB_STR("");
    uint32_t line = loc.line ? loc.line : bb_source_line_at(loc.src, loc.off);
    return bb_arena_fmt(a, "%.*s:%u", BB_STRF(bb_source_path(loc.src)), line);
}

static uint32_t number_of(const struct bb_sig_recipe *sig, bb_sym name)
{
    return (uint32_t)(bb_basehash_find(sig, name) - sig->keys);
}

static int number_cmp(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void describe(const struct bb_sig_recipe *sig, struct bb_store *d, struct bb_arena *a,
                     struct bb_recipekeys *ret)
{
    *ret = (struct bb_recipekeys){.nkeys = sig->nkeys, .ntasks = sig->ntasks};
    ret->keys = bb_arena_array(a, struct bb_recipekey, sig->nkeys);
    ret->tasks = bb_arena_array(a, struct bb_recipekeys_task, sig->ntasks);
    for (size_t i = 0; i < sig->nkeys; i++) {
        const struct bb_sig_key *k = &sig->keys[i];
        bb_str value = k->value.kind == BB_V_NONE ? (bb_str){0} : bb_val_str(bb_store_hook(d), a, k->value);
        ret->keys[i] = (struct bb_recipekey){k->name->name, value, place_of(d, k->name->name, a)};
    }
    for (size_t i = 0; i < sig->ntasks; i++) {
        const struct bb_sig_task *t = &sig->tasks[i];
        struct bb_recipekeys_task *to = &ret->tasks[i];
        to->name = t->name->name;
        to->basehash = bb_str_z(t->basehash);
        to->keys = bb_arena_array(a, uint32_t, t->ntaskdeps + 1);
        to->keys[to->nkeys++] = number_of(sig, t->name);
        for (size_t k = 0; k < t->ntaskdeps; k++)
            if (t->taskdeps[k] != t->name)
                to->keys[to->nkeys++] = number_of(sig, t->taskdeps[k]);
        qsort(to->keys, to->nkeys, sizeof(*to->keys), number_cmp);
    }
}

/* Evaluates the recipe and writes its variables; 0 when that is not possible. */
static uint64_t note(struct bb_recorder *r, const struct bb_recipe *recipe)
{
    const struct bb_sig_recipe *sig;
    struct bb_recipekeys keys;
    struct bb_store *d;
    struct bb_arena a;
    uint64_t digest = 0;
    if (bb_cooker_signatures(r->cooker, recipe->fn, &sig) < 0 ||
        bb_cooker_recipe(r->cooker, recipe->fn, &d, NULL) < 0)
        return 0;
    bb_arena_init(&a);
    describe(sig, d, &a, &keys);
    int rc = bb_recipekeys_write(r->dir, &keys, &digest);
    if (rc < 0)
        bb_debug(r->cooker->ctx, 1, "the variables of %.*s were not recorded: %s", BB_STRF(recipe->fn),
                 bb_strerror(rc));
    bb_arena_release(&a);
    return rc < 0 ? 0 : digest;
}

static void remember(struct bb_recorder *r, const struct bb_recipe *recipe, uint64_t keys)
{
    uint64_t *kept = bb_arena_new(&r->arena, uint64_t);
    *kept = keys;
    bb_map_put(&r->recipes, recipe->fn, kept);
}

void bb_recorder_ran(struct bb_recorder *r, const struct bb_recipe *recipe)
{
    bool changed;
    if (!r->keep || bb_map_has(&r->recipes, recipe->fn))
        return;
    uint64_t keys = keys_before(r, recipe, &changed);
    remember(r, recipe, keys ? keys : note(r, recipe));
}

void bb_recorder_outcomes(struct bb_recorder *r, const struct bb_sched *s)
{
    for (bb_tid t = 0; r->keep && t < r->plan->n; t++) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        struct bb_buildrecord_task *to = &r->record.tasks[t];
        enum bb_outcome outcome = bb_sched_outcome(s, t);
        bb_sched_why(s, t, &text);
        to->outcome = bb_arena_str(&r->arena, bb_buf_str(&text));
        to->ran = outcome == BB_OUT_RAN || outcome == BB_OUT_FAILED;
        to->missed = bb_str_has(to->outcome, bb_str_z(bb_setscene_why_text(BB_WHY_UNAVAILABLE)));
    }
}

/* What is not known of a recipe that changed and was not run: a few are evaluated, so that the change has a name. */
static uint64_t keys_of(struct bb_recorder *r, const struct bb_recipe *recipe)
{
    bool changed;
    const uint64_t *kept = bb_map_get(&r->recipes, recipe->fn);
    if (kept)
        return *kept;
    uint64_t keys = keys_before(r, recipe, &changed);
    if (changed && r->asked++ < MOST_ASKED)
        keys = note(r, recipe);
    return keys;
}

static void fill_task(struct bb_recorder *r, const struct bb_hashes *h, bb_tid t, uint32_t recipe)
{
    const struct bb_plan_task *pt = &r->plan->tasks[t];
    const struct bb_taskhash_in *in = &h->in[t];
    struct bb_buildrecord_task *to = &r->record.tasks[t];
    to->recipe = recipe;
    to->name = pt->task->name;
    to->basehash = pt->task->basehash;
    to->hash = pt->hash;
    to->unihash = pt->unihash;
    to->nostamp = pt->task->flags[BB_TF_NOSTAMP].p != NULL;
    to->taint = to->nostamp ? BB_STR("") : in->taint;
    to->deps = pt->deps.p;
    to->ndeps = pt->deps.n;
    to->nfiles = in->nfiles;
    to->files = bb_arena_array(&r->arena, struct bb_buildrecord_sum, in->nfiles);
    for (size_t i = 0; i < in->nfiles; i++)
        to->files[i] = (struct bb_buildrecord_sum){in->files[i].path, in->files[i].md5};
}

static bb_str joined(struct bb_arena *a, const struct bb_strvec *words)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT;
    bb_vec_each(words, w)
        bb_buf_addf(&all, "%s%.*s", all.len ? " " : "", BB_STRF(*w));
    return bb_arena_str(a, bb_buf_str(&all));
}

void bb_recorder_write(struct bb_recorder *r, const struct bb_hashes *h, const struct bb_strvec *targets)
{
    struct bb_buildrecord *to = &r->record;
    const struct bb_recipe *last = NULL;
    if (!r->keep || !h->in)
        return;
    to->time = time(NULL);
    to->targets = joined(&r->arena, targets);
    to->stores = stores(r->cooker, &r->arena);
    to->dry = to->dry || r->plan->options->dry_run;
    if (bb_store_str(bb_cooker_data(r->cooker), BB_SYM("BUILDNAME"), &to->name) < 0)
        to->name = BB_STR("");
    to->recipes = bb_arena_array(&r->arena, struct bb_buildrecord_recipe, r->plan->n);
    for (bb_tid t = 0; t < r->plan->n; t++) {
        const struct bb_recipe *recipe = bb_plan_recipe(r->plan, t);
        if (recipe != last)
            to->recipes[to->nrecipes++] = (struct bb_buildrecord_recipe){
                recipe->fn, recipe_name(&r->arena, recipe), keys_of(r, recipe)};
        last = recipe;
        fill_task(r, h, t, (uint32_t)to->nrecipes - 1);
    }
    int rc = bb_buildrecord_write(r->dir, to, r->keep);
    if (rc < 0)
        bb_debug(r->cooker->ctx, 1, "no record of the build was written: %s", bb_strerror(rc));
}
