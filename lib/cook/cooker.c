/* SPDX-License-Identifier: MIT */
#include "cook/cooker.h"

#include "base/rules.h"
#include "cook/announce.h"
#include "cook/interrupt.h"
#include "cook/unused.h"
#include "fetch/srcrev.h"
#include "os/lock.h"
#include "parse/fn.h"
#include "py/py.h"
#include "pymod/pymod.h"
#include "reuse/code.h"

#include <stdlib.h>
#include <unistd.h>

/* Evaluated recipes that are kept: tasks of one recipe tend to run close together. */
enum { KEEP_RECENT = 24 };

struct bb_cooked {
    struct bb_cooked *next;
    char *fn;
    struct bb_arena arena;
    struct bb_recipe_variants variants;
    struct bb_sig_recipe *hashes; /* one for each variant */
    size_t index;                 /* the variant that was asked for */
};

static void cooked_free(struct bb_cooked *k)
{
    bb_recipe_release(&k->variants);
    bb_arena_release(&k->arena);
    free(k->fn);
    free(k);
}

/* Everything but the configuration. */
static int start(struct bb_cooker *c, struct bb_ctx *ctx, const struct bb_cooker_opts *o,
                 struct bb_config_opts *ret)
{
    static const struct bb_options none;
    char cwd[4096];
    *c = (struct bb_cooker){.ctx = ctx, .opts = *o};
    if (!o->options)
        c->opts.options = &none;
    bb_arena_init(&c->arena);
    bb_recipes_init(&c->cache);
    if (!getcwd(cwd, sizeof(cwd)))
        return bb_error(ctx, "the current folder cannot be told: it may have been removed");
    bb_env_init(ctx, &c->env, o->environ);
    bb_env_clean_process(&c->env);
    int r = bb_pymod_add();
    if (r == 0)
        r = bb_py_start(ctx, &c->hook);
    if (r == 0 && o->record)
        r = bb_py_watch();
    if (r < 0)
        return r;
    c->parser = bb_parser_new(ctx, &c->hooks);
    bb_py_set_parser(c->parser);
    bb_interrupt_start(c->parser);
    if (c->opts.options->profile) {
        if ((r = bb_profile_start(&c->profile, &c->hook)) < 0)
            return bb_error(ctx, "no profile can be taken: %s", bb_strerror(r));
        bb_parser_set_watch(c->parser, bb_profile_watch(c->profile));
    }
    *ret = (struct bb_config_opts){.env = &c->env,
                                   .cwd = bb_arena_str(&c->arena, bb_str_z(cwd)),
                                   .options = c->opts.options,
                                   .tracking = o->tracking,
                                   .worker = o->worker};
    return 0;
}

int bb_cooker_open(struct bb_cooker *c, struct bb_ctx *ctx, const struct bb_cooker_opts *o)
{
    struct bb_config_opts config;
    int r = start(c, ctx, o, &config);
    return r < 0 ? r : bb_config_load(c->parser, c->hook, &config, &c->config);
}

int bb_cooker_level(struct bb_cooker *c, struct bb_ctx *ctx, const struct bb_cooker_opts *o)
{
    struct bb_config_opts config;
    int r = start(c, ctx, o, &config);
    return r < 0 ? r : bb_config_level(c->parser, c->hook, &config);
}

void bb_cooker_close(struct bb_cooker *c)
{
    for (struct bb_cooked *k = c->recent, *next; k; k = next) {
        next = k->next;
        cooked_free(k);
    }
    bb_code_close(); /* a cache: where it cannot be written, nothing is lost */
    bb_recipes_release(&c->cache);
    bb_config_release(&c->config);
    bb_interrupt_stop();
    if (c->parser)
        bb_parser_free(c->parser);
    bb_profile_free(c->profile);
    free(c->parsed);
    bb_arena_release(&c->arena);
}

int bb_cooker_collect(struct bb_cooker *c)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++)
        r = bb_mc_collect(&c->config.mcs.p[i]);
    return r;
}

bb_str bb_cooker_cache_path(struct bb_cooker *c, struct bb_arena *a, const char *name)
{
    static const char *const vars[] = {"BB_CACHEDIR", "PERSISTENT_DIR", "CACHE"};
    size_t n = bb_rules_has(c->ctx->level, BB_RULE_CACHEDIR) ? 1 : sizeof(vars) / sizeof(*vars);
    for (size_t i = 0; i < n; i++) {
        bb_str dir;
        if (bb_store_str(bb_cooker_data(c), bb_sym_z(vars[i]), &dir) == 0 && dir.len)
            return bb_cachefile_path(a, dir, name);
    }
    return BB_STR("");
}

static int make_job(struct bb_cooker *c, struct bb_mc *mc, bb_str file, struct bb_evaluate_job *ret)
{
    bb_evaluate_describe(mc, file, &c->arena, ret);
    return bb_mc_need_sigconf(mc);
}

static struct bb_evaluator evaluator(struct bb_cooker *c, struct bb_arena *a)
{
    return (struct bb_evaluator){.parser = c->parser, .hooks = &c->hooks, .arena = a};
}

unsigned bb_cooker_threads(struct bb_cooker *c, const char *var)
{
    bb_str text;
    int64_t n = 0;
    if (bb_store_str(bb_cooker_data(c), bb_sym_z(var), &text) == 0 && text.len &&
        bb_str_to_int(bb_str_trim(text), &n) && n > 0)
        return (unsigned)n;
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    return cpus > 0 ? (unsigned)cpus : 1;
}

static void count(struct bb_cooker *c)
{
    for (size_t i = 0; i < c->nparsed; i++) {
        c->counts.errors += !c->parsed[i].kept.file.p;
        c->counts.targets += c->parsed[i].nvariants;
        for (size_t v = 0; v < c->parsed[i].nvariants; v++)
            c->counts.skipped += c->parsed[i].variants[v]->skipped.p != NULL;
    }
}

static void parse_progress(void *self, size_t done, size_t total)
{
    struct bb_cooker *c = self;
    const struct bb_cooker_ui *ui = c->opts.ui;
    if (ui && ui->parse_progress)
        ui->parse_progress(ui->self, done, total);
    bb_announce_progress(c, done, total); /* what its handler reported counts at the end */
}

/* What the cache does not know any more is parsed; wanted[k] says where the k-th job's result belongs. */
static int parse_missing(struct bb_cooker *c, struct bb_evaluate_job *jobs, const size_t *wanted, size_t n)
{
    struct bb_parsepool pool = {.ctx = c->ctx,
                                .ev = evaluator(c, &c->arena),
                                .cache = &c->cache,
                                .workers = bb_cooker_threads(c, "BB_NUMBER_PARSE_THREADS"),
                                .options = c->opts.options,
                                .profile = c->profile,
                                .progress = parse_progress,
                                .self = c};
    struct bb_parsed *results = bb_calloc(n + 1, sizeof(*results));
    /* Nobody asks workers for the history of a value. */
    bb_vec_each(&c->config.mcs, mc)
        bb_store_track(mc->d, false);
    int r = bb_parsepool_run(&pool, jobs, n, results);
    bb_vec_each(&c->config.mcs, mc)
        bb_store_track(mc->d, c->opts.tracking);
    for (size_t i = 0; i < n; i++)
        c->parsed[wanted[i]] = results[i];
    free(results);
    return r;
}

static bool find_known(struct bb_cooker *c, const struct bb_evaluate_job *job, struct bb_parsed *ret)
{
    const struct bb_recipes_entry *e =
        bb_recipes_find(&c->cache, job->mc->graph.name, job->file, job->appends, job->nappends);
    return e && bb_parsed_open(&c->arena, e, &job->mc->graph, ret);
}

static int parse_all(struct bb_cooker *c, size_t total)
{
    struct bb_evaluate_job *jobs = bb_calloc(total + 1, sizeof(*jobs));
    size_t *wanted = bb_calloc(total + 1, sizeof(*wanted)), n = 0, at = 0;
    int r = 0;
    c->parsed = bb_calloc(total + 1, sizeof(*c->parsed));
    c->nparsed = total;
    bb_vec_each(&c->config.mcs, mc)
        for (size_t i = 0; r == 0 && i < mc->files.nfiles; i++, at++) {
            bb_evaluate_describe(mc, mc->files.files[i], &c->arena, &jobs[n]);
            if (find_known(c, &jobs[n], &c->parsed[at]))
                continue;
            r = bb_mc_need_sigconf(mc);
            wanted[n++] = at;
        }
    c->counts.cached = total - n;
    c->counts.parsed = n;
    if (r == 0 && n)
        r = bb_announce_parsing(c, n);
    if (r == 0 && n)
        r = parse_missing(c, jobs, wanted, n);
    free(jobs);
    free(wanted);
    return r;
}

/* Floating revisions are asked for anew, but not under a build that is running here (this may be a query). */
static int forget_revisions(struct bb_cooker *c)
{
    BB_CLEAN_BUF struct bb_buf lock = BB_BUF_INIT, holder = BB_BUF_INIT, err = BB_BUF_INIT;
    bb_buf_addf(&lock, "%.*s/bitbake.lock", BB_STRF(c->config.topdir));
    if (bb_lock_holder(lock.p, &holder) == 0)
        return 0;
    int r = bb_srcrev_start(bb_cooker_data(c), &err);
    return r < 0 && r != -BB_EREPORTED ? bb_error(c->ctx, "%s", err.p) : r;
}

/* BitBake counts variants when it tells how much it knows. */
static size_t cached_variants(const struct bb_recipes *cache)
{
    size_t n = 0;
    for (size_t i = 0; i < cache->n; i++)
        n += cache->entries[i].nvariants;
    return n;
}

static void save_recipes(struct bb_cooker *c, const char *path)
{
    const struct bb_recipes_entry **entries = bb_calloc(c->nparsed + 1, sizeof(*entries));
    for (size_t i = 0; i < c->nparsed; i++)
        entries[i] = &c->parsed[i].kept;
    int r = bb_recipes_save(&c->cache, path, &c->config.hash, entries, c->nparsed);
    if (r < 0)
        bb_debug(c->ctx, 1, "the recipe cache %s was not written: %s", path, bb_strerror(r));
    free(entries);
}

int bb_cooker_parse(struct bb_cooker *c)
{
    size_t total = 0;
    int r = c->opts.sanity ? bb_announce_sanity(c) : 0;
    if (r == 0)
        r = forget_revisions(c);
    if (r == 0)
        r = bb_cooker_collect(c);
    if (r < 0)
        return r;
    bb_vec_each(&c->config.mcs, mc) {
        total += mc->files.nfiles;
        c->counts.masked += mc->files.masked;
    }
    c->counts.files = total;
    bb_str path = bb_cooker_cache_path(c, &c->arena, "recipes");
    bb_recipes_load(&c->cache, c->ctx, path.p, &c->config.hash);
    if (c->opts.ui && c->opts.ui->cache_loaded)
        c->opts.ui->cache_loaded(c->opts.ui->self, cached_variants(&c->cache));
    if ((r = bb_announce_cache(c, path.p, cached_variants(&c->cache))) < 0)
        return r;
    r = parse_all(c, total);
    count(c);
    if ((c->counts.parsed || c->cache.carried) && r != -BB_ECANCELLED)
        save_recipes(c, path.p);
    r = bb_announce_parsed(c, r);
    if (r == 0)
        r = bb_unused_report(c);
    return r == 0 ? bb_announce_stamps(c) : r;
}

/* What leads out of the recipe is dropped. */
static void isolate(struct bb_recipe *r)
{
    r->depends = r->rdepends = r->rrecommends = (struct bb_strlist){0};
    for (size_t i = 0; i < r->npackages; i++)
        r->packages[i].rdepends = r->packages[i].rrecommends = (struct bb_strlist){0};
    for (size_t i = 0; i < r->ntasks; i++)
        r->tasks[i].flags[BB_TF_DEPENDS] = r->tasks[i].flags[BB_TF_MCDEPENDS] = (bb_str){0};
}

int bb_cooker_parse_file(struct bb_cooker *c, bb_str fn)
{
    struct bb_evaluate_job job;
    struct bb_fn parts = bb_fn_split(fn);
    struct bb_mc *mc;
    const size_t first = 0;
    int r = bb_config_need_mc(&c->config, parts.mc, &mc);
    if (r == 0)
        r = bb_cooker_collect(c);
    if (r == 0)
        r = make_job(c, mc, bb_arena_str(&c->arena, parts.path), &job);
    if (r < 0)
        return r;
    c->parsed = bb_calloc(1, sizeof(*c->parsed));
    c->nparsed = 1;
    r = parse_missing(c, &job, &first, 1);
    for (size_t i = 0; i < c->parsed[0].nvariants; i++)
        isolate(c->parsed[0].variants[i]);
    return r;
}

static struct bb_cooked *find_recent(struct bb_cooker *c, bb_str fn)
{
    size_t n = 0;
    for (struct bb_cooked **at = &c->recent, *k; (k = *at); at = &k->next, n++) {
        if (!bb_str_eqz(fn, k->fn))
            continue;
        *at = k->next; /* to the front */
        k->next = c->recent;
        return c->recent = k;
    }
    return NULL;
}

static void drop_oldest(struct bb_cooker *c)
{
    size_t n = 0;
    for (struct bb_cooked **at = &c->recent, *k; (k = *at); at = &k->next)
        if (++n > KEEP_RECENT) {
            *at = NULL;
            cooked_free(k);
            return;
        }
}

/* Evaluates one variant with everything that its signature data holds. `ret_index`: where it is in the other two. */
static int evaluate_one(struct bb_cooker *c, bb_str fn, struct bb_arena *a, struct bb_recipe_variants *ret,
                        struct bb_sig_recipe **ret_hashes, size_t *ret_index)
{
    struct bb_fn parts = bb_fn_split(fn);
    struct bb_evaluate_job job;
    struct bb_mc *mc = bb_config_mc(&c->config, parts.mc);
    if (!mc)
        return bb_error(c->ctx, "there is no configuration '%.*s' in BBMULTICONFIG for %.*s",
                        BB_STRF(parts.mc), BB_STRF(fn));
    int r = bb_cooker_collect(c);
    if (r == 0)
        r = make_job(c, mc, bb_arena_str(&c->arena, parts.path), &job);
    if (r < 0)
        return r;
    struct bb_evaluator ev = evaluator(c, a);
    r = bb_evaluate_variants(&ev, &job, &parts.variant, true, ret, ret_hashes);
    for (size_t i = 0; r == 0 && i < ret->n; i++)
        if (bb_str_eq(ret->v[i].name, parts.variant)) {
            *ret_index = i;
            return 0;
        }
    return r < 0 ? r
                 : bb_error(c->ctx, "%.*s has no variant '%.*s' in its BBCLASSEXTEND", BB_STRF(parts.path),
                            BB_STRF(parts.variant));
}

static int get_cooked(struct bb_cooker *c, bb_str fn, struct bb_cooked **ret)
{
    if ((*ret = find_recent(c, fn)))
        return 0;
    struct bb_cooked *k = bb_calloc(1, sizeof(*k));
    k->fn = bb_strndup(fn);
    bb_arena_init(&k->arena);
    int r = evaluate_one(c, fn, &k->arena, &k->variants, &k->hashes, &k->index);
    if (r < 0) {
        cooked_free(k);
        return r;
    }
    k->next = c->recent;
    *ret = c->recent = k;
    drop_oldest(c);
    return 0;
}

int bb_cooker_recipe(struct bb_cooker *c, bb_str fn, struct bb_store **ret,
                     const struct bb_recipe_variant **ret_variant)
{
    struct bb_cooked *k;
    int r = get_cooked(c, fn, &k);
    if (r < 0)
        return r;
    *ret = k->variants.v[k->index].d;
    if (ret_variant)
        *ret_variant = &k->variants.v[k->index];
    return 0;
}

int bb_cooker_signatures(struct bb_cooker *c, bb_str fn, const struct bb_sig_recipe **ret)
{
    struct bb_cooked *k;
    int r = get_cooked(c, fn, &k);
    if (r == 0)
        *ret = &k->hashes[k->index];
    return r;
}

int bb_cooker_again(struct bb_cooker *c, bb_str fn, struct bb_arena *a, struct bb_recipe_variants *ret,
                    const struct bb_sig_recipe **ret_sig)
{
    struct bb_sig_recipe *hashes;
    size_t index;
    int r = evaluate_one(c, fn, a, ret, &hashes, &index);
    if (r == 0)
        *ret_sig = &hashes[index];
    return r;
}

int bb_cooker_variants(struct bb_cooker *c, struct bb_mc *mc, bb_str file, struct bb_arena *a,
                       struct bb_recipe_variants *ret, struct bb_sig_recipe **ret_hashes)
{
    struct bb_evaluate_job job;
    int r = make_job(c, mc, file, &job);
    if (r < 0)
        return r;
    struct bb_evaluator ev = evaluator(c, a);
    return bb_evaluate_variants(&ev, &job, NULL, false, ret, ret_hashes);
}
