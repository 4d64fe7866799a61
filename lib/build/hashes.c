/* SPDX-License-Identifier: MIT */
#include "build/hashes.h"

#include "base/rules.h"
#include "build/datacache.h"
#include "build/reparse.h"
#include "os/fs.h"
#include "run/stamp.h"
#include "sig/sigdata.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What -f or -C wrote; else BitBake's uuid.uuid4() for a task that is nostamp, so that it never has the hash of an earlier
 * run; "" for others. */
static bb_str taint_of(struct bb_hashes *h, const struct bb_recipe *r, const struct bb_recipe_task *task)
{
    struct bb_ctx *ctx = h->cooker->ctx;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_stamp_read_taint(ctx->os, r->stamp, task->name, &text);
    if (text.len)
        bb_warn(ctx, "%.*s:%.*s is tainted from a forced run", BB_STRF(r->fn), BB_STRF(task->name));
    else if (task->flags[BB_TF_NOSTAMP].p)
        return bb_arena_cat(&h->arena, BB_STR(BB_TAINT_NOSTAMP), bb_stamp_uuid(&h->arena));
    return bb_arena_str(&h->arena, bb_buf_str(&text));
}

static void add_deps(struct bb_hashes *h, bb_tid t, struct bb_taskhash_in *in)
{
    const struct bb_tids *deps = &h->plan->tasks[t].deps;
    if (!in->deps)
        in->deps = bb_arena_array(&h->arena, struct bb_taskhash_dep, deps->n);
    in->ndeps = deps->n;
    for (size_t i = 0; i < deps->n; i++) {
        in->deps[i] = h->names[deps->p[i]];
        in->deps[i].hash = h->known[deps->p[i]];
    }
}

/* The hash from what goes into it; dependencies are looked up now. */
static int digest(struct bb_hashes *h, bb_tid t, bb_str *ret)
{
    struct bb_taskhash_in *in = &h->in[t];
    char hex[65], given[65];
    add_deps(h, t, in);
    int r = h->siggen ? bb_siggen_task(h->siggen, t, h->plan->tasks[t].deps.p, in, given) : 0;
    if (r < 0)
        return r;
    bb_taskhash_compute(h->cooker->ctx->level, in, hex);
    h->locked[t] = h->siggen && strcmp(given, hex) != 0;
    *ret = bb_arena_str(&h->arena, bb_str_z(h->siggen ? given : hex));
    return 0;
}

static int hash_one(struct bb_hashes *h, bb_tid t, bb_str *ret)
{
    const struct bb_plan_task *pt = &h->plan->tasks[t];
    const struct bb_recipe *r = pt->entry->recipe;
    struct bb_taskhash_in *in = &h->in[t];
    int rc = 0;
    in->basehash = pt->task->basehash;
    in->taint = taint_of(h, r, pt->task);
    if (pt->task->file_checksums.len)
        rc = bb_filesums_get(h->files, &h->arena, pt->task->file_checksums, r->pn, &in->files, &in->nfiles);
    return rc < 0 ? rc : digest(h, t, ret);
}

/* Unihashes of tasks whose hashes are made; what they are without a generator. */
static int name_results(struct bb_hashes *h, const bb_tid *tasks, size_t n, const bb_str *hashes, bb_str *ret)
{
    int r = 0;
    if (h->siggen)
        r = bb_siggen_unihashes(h->siggen, tasks, n, &h->arena, ret);
    else if (n)
        memcpy(ret, hashes, n * sizeof(*ret));
    for (size_t i = 0; r == 0 && i < n; i++)
        h->known[tasks[i]] = ret[i];
    return r;
}

/* Hashes of tasks that wait for nothing else; those that wait for each other are not among them. */
static int hash_wave(struct bb_hashes *h, const bb_tid *tasks, size_t n)
{
    bb_str *hashes = bb_calloc(n + 1, sizeof(*hashes)), *unihashes = bb_calloc(n + 1, sizeof(*unihashes));
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = hash_one(h, tasks[i], &hashes[i]);
    if (r == 0)
        r = name_results(h, tasks, n, hashes, unihashes);
    for (size_t i = 0; r == 0 && i < n; i++) {
        h->plan->tasks[tasks[i]].hash = hashes[i];
        h->plan->tasks[tasks[i]].unihash = unihashes[i];
    }
    free(hashes);
    free(unihashes);
    return r;
}

/* Names of all tasks, once: every dependency on a task shows them. */
static void name_tasks(struct bb_hashes *h)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    h->names = bb_arena_array(&h->arena, struct bb_taskhash_dep, h->plan->n);
    for (bb_tid t = 0; t < h->plan->n; t++) {
        const struct bb_recipe *r = bb_plan_recipe(h->plan, t);
        bb_buf_clear(&b);
        bb_plan_tid(h->plan, t, &b);
        h->names[t].tid = bb_arena_str(&h->arena, bb_buf_str(&b));
        h->names[t].pnid = bb_taskhash_pnid(&h->arena, r->mc->name, r->pn, bb_plan_name(h->plan, t));
    }
}

/* Hashes tasks in waves: each as soon as all it waits for are hashed. The plan has no loops. */
static int hash_in_order(struct bb_hashes *h)
{
    struct bb_plan *plan = h->plan;
    uint32_t *waiting = bb_calloc(plan->n + 1, sizeof(*waiting));
    bb_tid *ready = bb_calloc(plan->n + 1, sizeof(*ready));
    size_t n = 0;
    int r = 0;
    for (bb_tid t = 0; t < plan->n; t++) {
        waiting[t] = (uint32_t)plan->tasks[t].deps.n;
        if (!waiting[t])
            ready[n++] = t;
    }
    for (size_t done = 0, end = n; r == 0 && done < end; done = end, end = n) {
        r = hash_wave(h, ready + done, end - done);
        for (size_t i = done; i < end; i++) {
            const struct bb_tids *up = &plan->tasks[ready[i]].revdeps;
            for (size_t k = 0; k < up->n; k++)
                if (!--waiting[up->p[k]])
                    ready[n++] = up->p[k];
        }
    }
    free(waiting);
    free(ready);
    return r;
}

static int show_recipe(void *self, bb_str mcfn, struct bb_buf *ret_json)
{
    struct bb_hashes *h = self;
    const struct bb_recipe *r = bb_map_get(&h->recipes, mcfn);
    if (!r)
        return -ENOENT;
    bb_datacache_recipe(r, ret_json);
    return 0;
}

/* A generator of the metadata, or one of ours that filters by a Python pattern, is asked for each task. */
static int begin_siggen(struct bb_hashes *h)
{
    struct bb_store *d = bb_cooker_data(h->cooker);
    BB_CLEAN_BUF struct bb_buf resolved = BB_BUF_INIT;
    bb_str handler, pattern;
    int r = bb_store_str_report(d, BB_SYM("BB_SIGNATURE_HANDLER"), &handler);
    if (r == 0)
        r = bb_store_str_report(
            d, bb_sym_get(bb_rules_variable(h->cooker->ctx->level, BB_STR("BB_TASKHASH_IGNORE_TASKS"))),
            &pattern);
    if (r < 0 || (bb_siggen_native(handler) && !pattern.len))
        return r;
    bb_str *tids = bb_arena_array(&h->arena, bb_str, h->plan->n);
    for (bb_tid t = 0; t < h->plan->n; t++) {
        tids[t] = h->names[t].tid;
        bb_map_put(&h->recipes, bb_plan_recipe(h->plan, t)->fn, (void *)bb_plan_recipe(h->plan, t));
    }
    h->shown = (struct bb_siggen_plan){.tids = tids, .n = h->plan->n, .recipe = show_recipe, .self = h};
    bb_datacache_resolved(h->plan, &resolved);
    return bb_siggen_begin(d, &h->shown, bb_buf_str(&resolved), &h->siggen);
}

/* An exception of the generator is shown here. */
static int report(struct bb_hashes *h, int r)
{
    const struct bb_pyhook *hook = h->cooker->hook;
    return r == -BB_EPYTHON
               ? hook->error_report(hook->self, (struct bb_loc){0}, "asking the signature generator")
               : r;
}

int bb_hashes_compute(struct bb_hashes *ret, struct bb_cooker *c, struct bb_plan *plan)
{
    bb_str exclude = {0};
    *ret = (struct bb_hashes){.cooker = c, .plan = plan};
    bb_arena_init(&ret->arena);
    ret->in = bb_arena_array(&ret->arena, struct bb_taskhash_in, plan->n);
    ret->known = bb_arena_array(&ret->arena, bb_str, plan->n);
    ret->locked = bb_arena_array(&ret->arena, bool, plan->n);
    int r = bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_SIGNATURE_LOCAL_DIRS_EXCLUDE"), &exclude);
    if (r < 0)
        return r;
    bb_str path = bb_cooker_cache_path(c, &ret->arena, "checksums");
    ret->files = bb_filesums_open(c->ctx, path.len ? path.p : NULL, exclude);
    name_tasks(ret);
    r = bb_equiv_open(c, &ret->equiv);
    if (r == 0)
        r = begin_siggen(ret);
    if (r == 0)
        r = hash_in_order(ret);
    r = report(ret, r);
    int saved = bb_filesums_save(ret->files);
    if (saved < 0)
        bb_debug(c->ctx, 1, "the checksum cache %s was not written: %s", path.p, bb_strerror(saved));
    return r;
}

void bb_hashes_release(struct bb_hashes *h)
{
    bb_siggen_end(h->siggen);
    bb_equiv_close(h->equiv);
    bb_map_release(&h->recipes);
    bb_map_release(&h->reparsed);
    if (h->files)
        bb_filesums_free(h->files);
    bb_arena_release(&h->arena);
    *h = (struct bb_hashes){0};
}

int bb_hashes_set_unihash(struct bb_hashes *h, bb_tid t, bb_str unihash)
{
    h->known[t] = bb_arena_str(&h->arena, unihash);
    return h->siggen ? report(h, bb_siggen_set_unihash(h->siggen, t, unihash)) : 0;
}

int bb_hashes_again(struct bb_hashes *h, const bb_tid *tids, size_t n, bb_str *ret_hashes,
                    bb_str *ret_unihashes)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = digest(h, tids[i], &ret_hashes[i]);
    if (r == 0)
        r = name_results(h, tids, n, ret_hashes, ret_unihashes);
    return report(h, r);
}

int bb_hashes_report_equiv(struct bb_hashes *h, bb_tid t, bb_str hash, bb_str unihash)
{
    bool agreed = false;
    bb_str wanted = h->plan->tasks[t].unihash;
    int r = h->siggen ? bb_siggen_report_equiv(h->siggen, t, hash, wanted, unihash, &agreed) : 0;
    h->known[t] = agreed ? wanted : unihash;
    return report(h, r);
}

/* The task's part of a recipe's signatures; reports when there is none. */
static int find_signature(struct bb_cooker *c, bb_str fn, bb_str task, const struct bb_sig_recipe **ret,
                          const struct bb_sig_task **ret_task)
{
    int r = bb_cooker_signatures(c, fn, ret);
    for (size_t i = 0; r == 0 && i < (*ret)->ntasks; i++)
        if (bb_str_eq((*ret)->tasks[i].name->name, task)) {
            *ret_task = &(*ret)->tasks[i];
            return 0;
        }
    return r < 0 ? r
                 : bb_error(c->ctx, "%.*s has no task %.*s that could be described", BB_STRF(fn),
                            BB_STRF(task));
}

int bb_hashes_sigdata(struct bb_hashes *h, const struct bb_recipe *r, bb_str task, bool runtime,
                      struct bb_buf *ret, bb_str *ret_hash)
{
    const struct bb_sig_recipe *sig;
    const struct bb_sig_task *st;
    struct bb_sigdata data;
    bb_tid t = runtime ? bb_plan_find(h->plan, r, task) : BB_NO_TASK;
    if (t != BB_NO_TASK && h->locked[t])
        return 0;
    int rc = find_signature(h->cooker, r->fn, task, &sig, &st);
    if (rc < 0)
        return rc;
    struct bb_arena a;
    bb_arena_init(&a);
    bb_sigdata_base(bb_mc_of(r)->sigconf, sig, st, &a, &data);
    *ret_hash = bb_arena_str(&h->arena, data.basehash);
    if (t != BB_NO_TASK) {
        bb_sigdata_add_run(&data, &a, &h->in[t], h->plan->tasks[t].hash, h->plan->tasks[t].unihash);
        *ret_hash = h->plan->tasks[t].unihash;
    }
    bb_sigdata_json(&data, ret);
    bb_arena_release(&a);
    return 0;
}

int bb_hashes_write_sigdata(struct bb_hashes *h, bb_tid t, bb_str *ret_path)
{
    const struct bb_recipe *r = bb_plan_recipe(h->plan, t);
    struct bb_plan_task *pt = &h->plan->tasks[t];
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT, json = BB_BUF_INIT;
    bb_str hash;
    bb_stamp_sigdata_name(r->stamp, pt->task->name, pt->unihash, &name);
    if (ret_path)
        *ret_path = bb_arena_str(&h->arena, bb_buf_str(&name));
    if (bb_fs_exists(name.p))
        return 0;
    bb_reparse_check(h, r);
    int rc = bb_hashes_sigdata(h, r, pt->task->name, true, &json, &hash);
    return rc < 0 || !json.len ? rc : bb_sigdata_write(h->cooker->ctx, name.p, bb_buf_str(&json));
}
