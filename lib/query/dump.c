/* SPDX-License-Identifier: MIT */
#include "query/dump.h"

#include "base/jsonw.h"
#include "base/rules.h"
#include "ext/digest.h"
#include "os/fs.h"
#include "os/proc.h"
#include "parse/fn.h"
#include "py/py.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct dumper {
    struct bb_cooker *c;
    const struct bb_dump_opts *o;
    struct bb_store *d;
    struct bb_arena *a;
    struct bb_jsonw w;
};

/* Python objects print their address: the class name stands for them ("<bb.x.Y object at 0x7f..>" gives "Y"). */
static bb_str without_address(bb_str s)
{
    if (!bb_str_has(s, BB_STR(" at 0x")))
        return s;
    size_t end = bb_str_find(s, BB_STR(" object at 0x"), 0);
    bb_str name = bb_str_sub(s, s.len && s.p[0] == '<', end == BB_NPOS ? s.len : end);
    size_t dot = bb_str_rchr(name, '.');
    return dot == BB_NPOS ? name : bb_str_from(name, dot + 1);
}

static void put_text(struct dumper *m, struct bb_val v)
{
    char hex[65];
    bb_str s = bb_val_str(bb_store_hook(m->d), m->a, v);
    if (v.kind == BB_V_OBJ)
        s = without_address(s);
    if (!m->o->values) {
        bb_sha256(s, hex);
        s = bb_str_n(hex, 16);
    }
    bb_jsonw_str(&m->w, s);
}

static int name_cmp(const void *a, const void *b)
{
    return bb_str_cmp((*(const bb_sym *)a)->name, (*(const bb_sym *)b)->name);
}

static bool is_function(struct dumper *m, bb_sym var)
{
    struct bb_val v;
    return bb_store_get_flag(m->d, var, BB_SYM("func"), 0, &v) == 0 && bb_val_true(bb_store_hook(m->d), v);
}

/* What the reference calls the exception of a failed expansion. */
static const char *failure_name(int code)
{
    return code == -BB_ESKIP       ? "!SkipRecipe"
           : code == -BB_EREPORTED ? "!BBHandledException"
                                   : "!ExpansionError";
}

static void put_var(struct dumper *m, bb_sym var)
{
    struct bb_val v;
    if (bb_store_get(m->d, var, 0, &v) < 0 || v.kind == BB_V_NONE)
        return;
    int r = is_function(m, var) ? 0 : bb_store_get(m->d, var, BB_GET_EXPAND, &v);
    if (r < 0) {
        if (r == -BB_EPYTHON || r == -BB_ESKIP)
            bb_store_hook(m->d)->error_clear(bb_store_hook(m->d)->self);
        v = bb_val_z(failure_name(r));
    }
    if (v.kind == BB_V_NONE)
        return;
    bb_jsonw_key(&m->w, var->name);
    put_text(m, v);
}

static bool is_ignored_flag(bb_str name)
{
    return bb_str_eqz(name, "filename") || bb_str_eqz(name, "lineno") || bb_str_eqz(name, "vardeps_parsed");
}

static int flag_cmp(const void *a, const void *b)
{
    return bb_str_cmp(((const struct bb_flag *)a)->name->name, ((const struct bb_flag *)b)->name->name);
}

static void put_flags(struct dumper *m, bb_sym var)
{
    const struct bb_flag *flags;
    size_t n, kept = 0;
    if (bb_store_flags(m->d, var, false, &flags, &n) < 0)
        return;
    struct bb_flag *sorted = bb_arena_array(m->a, struct bb_flag, n);
    for (size_t i = 0; i < n; i++)
        if (!is_ignored_flag(flags[i].name->name) && flags[i].val.kind != BB_V_NONE)
            sorted[kept++] = flags[i];
    if (!kept)
        return;
    qsort(sorted, kept, sizeof(*sorted), flag_cmp);
    bb_jsonw_key(&m->w, var->name);
    bb_jsonw_object(&m->w);
    for (size_t i = 0; i < kept; i++) {
        bb_jsonw_key(&m->w, sorted[i].name->name);
        put_text(m, sorted[i].val);
    }
    bb_jsonw_end(&m->w);
}

static void put_basehashes(struct dumper *m, const struct bb_sig_recipe *hashes)
{
    bb_jsonw_key(&m->w, BB_STR("basehash"));
    bb_jsonw_object(&m->w);
    for (size_t i = 0; i < hashes->ntasks; i++) {
        bb_jsonw_key(&m->w, hashes->tasks[i].name->name);
        bb_jsonw_str(&m->w, bb_str_z(hashes->tasks[i].basehash));
    }
    bb_jsonw_end(&m->w);
}

static void put_tasks(struct dumper *m)
{
    struct bb_val tasks;
    struct bb_strvec sorted = {0};
    bb_jsonw_key(&m->w, BB_STR("tasks"));
    bb_jsonw_array(&m->w);
    if (bb_store_get(m->d, BB_SYM("__BBTASKS"), 0, &tasks) == 0 && tasks.kind == BB_V_LIST)
        for (size_t i = 0; i < tasks.list->n; i++)
            bb_vec_push(&sorted, tasks.list->p[i]);
    bb_strvec_sort(&sorted);
    bb_vec_each(&sorted, t)
        bb_jsonw_str(&m->w, *t);
    bb_vec_release(&sorted);
    bb_jsonw_end(&m->w);
}

static int dump_variant(struct dumper *m, bb_str fn, const struct bb_recipe_variant *v,
                        const struct bb_sig_recipe *hashes, struct bb_buf *out)
{
    bb_sym *keys;
    size_t n;
    bb_str pn;
    m->d = v->d;
    int r = bb_store_keys(m->d, &keys, &n);
    if (r < 0 || (r = bb_store_str(m->d, BB_SYM("PN"), &pn)) < 0)
        return r;
    bb_sym *sorted = bb_arena_array(m->a, bb_sym, n);
    memcpy(sorted, keys, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), name_cmp);
    bb_jsonw_init(&m->w, out, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&m->w);
    put_basehashes(m, hashes);
    bb_jsonw_key(&m->w, BB_STR("flags"));
    bb_jsonw_object(&m->w);
    for (size_t i = 0; i < n; i++)
        if (!bb_str_starts(sorted[i]->name, BB_STR("__")))
            put_flags(m, sorted[i]);
    bb_jsonw_end(&m->w);
    bb_jsonw_key(&m->w, BB_STR("fn"));
    bb_jsonw_str(&m->w, fn);
    bb_jsonw_key(&m->w, BB_STR("pn"));
    bb_jsonw_str(&m->w, pn);
    bb_jsonw_key(&m->w, BB_STR("skipped"));
    bb_jsonw_str(&m->w, BB_STR(""));
    put_tasks(m);
    bb_jsonw_key(&m->w, BB_STR("vars"));
    bb_jsonw_object(&m->w);
    for (size_t i = 0; i < n; i++)
        if (!bb_str_starts(sorted[i]->name, BB_STR("__")))
            put_var(m, sorted[i]);
    bb_jsonw_end(&m->w);
    bb_jsonw_end(&m->w);
    bb_buf_addc(out, '\n');
    return 0;
}

static void dump_failure(bb_str fn, struct bb_buf *out)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, BB_JSONW_ASCII | BB_JSONW_SPACED);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("error"));
    bb_jsonw_str(&w, BB_STR("the recipe does not parse"));
    bb_jsonw_key(&w, BB_STR("fn"));
    bb_jsonw_str(&w, fn);
    bb_jsonw_end(&w);
    bb_buf_addc(out, '\n');
}

static bool selected(const struct bb_dump_opts *o, bb_str fn)
{
    bool hit = !o->only || !o->only->n;
    for (size_t i = 0; !hit && i < o->only->n; i++)
        hit = bb_str_has(fn, o->only->p[i]);
    return hit;
}

/* The selected variants of one recipe file; false when it does not parse. */
static bool dump_file(struct bb_cooker *c, struct bb_mc *mc, bb_str file, const struct bb_dump_opts *o,
                      struct bb_buf *out)
{
    struct bb_recipe_variants v = {0};
    struct bb_sig_recipe *hashes;
    struct bb_arena a;
    bb_arena_init(&a);
    int r = bb_cooker_variants(c, mc, file, &a, &v, &hashes);
    for (size_t i = 0; r == 0 && i < v.n; i++) {
        struct dumper m = {.c = c, .o = o, .a = &a};
        bb_str fn = bb_fn_join(&a, file, v.v[i].name, mc->graph.name);
        if (selected(o, fn) && !v.v[i].skipped.p)
            r = dump_variant(&m, fn, &v.v[i], &hashes[i], out);
    }
    if (r < 0)
        dump_failure(bb_fn_join(&a, file, BB_STR(""), mc->graph.name), out);
    bb_recipe_release(&v);
    bb_arena_release(&a);
    return r == 0;
}

/* Whether a recipe file has a selected variant; its summaries say so when there is a selection. */
static bool worth_evaluating(struct bb_cooker *c, const struct bb_dump_opts *o, bb_str mc, bb_str file)
{
    if (!o->only || !o->only->n)
        return true;
    for (size_t i = 0; i < c->nparsed; i++)
        for (size_t v = 0; v < c->parsed[i].nvariants; v++)
            if (bb_str_eq(c->parsed[i].kept.file, file) && bb_str_eq(c->parsed[i].kept.mc, mc) &&
                selected(o, c->parsed[i].variants[v]->fn))
                return true;
    return selected(o, file);
}

/* Every `jobs`-th selected recipe, from `self` on. */
static int dump_share(struct bb_cooker *c, const struct bb_dump_opts *o, unsigned self, const char *part)
{
    struct bb_fs_draft draft;
    size_t k = 0;
    int r = bb_fs_draft_open(&draft, part, 0);
    bb_vec_each(&c->config.mcs, mc)
        for (size_t i = 0; r == 0 && i < mc->files.nfiles; i++) {
            bb_str file = mc->files.files[i];
            if (!worth_evaluating(c, o, mc->graph.name, file) || k++ % o->jobs != self)
                continue;
            BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
            dump_file(c, mc, file, o, &out);
            r = bb_fs_write_all(draft.fd, bb_buf_str(&out));
            bb_py_recipe_done();
        }
    if (r == 0)
        r = bb_fs_draft_commit(&draft);
    bb_fs_draft_release(&draft);
    return r;
}

static int merge(const char *path, unsigned jobs, size_t *ret_n, size_t *ret_failed)
{
    BB_CLEAN_BUF struct bb_buf all = BB_BUF_INIT, out = BB_BUF_INIT;
    struct bb_strvec lines = {0};
    int r = 0;
    for (unsigned i = 0; r == 0 && i < jobs; i++) {
        BB_CLEAN_BUF struct bb_buf part = BB_BUF_INIT;
        bb_buf_addf(&part, "%s.%u", path, i);
        r = bb_fs_read(part.p, &all);
        bb_fs_unlink(part.p);
    }
    bb_str rest = bb_buf_str(&all), line;
    while (rest.len && bb_str_split(&rest, '\n', &line))
        bb_vec_push(&lines, line);
    bb_strvec_sort(&lines);
    *ret_n = *ret_failed = 0;
    bb_vec_each(&lines, l) {
        bb_buf_addf(&out, "%.*s\n", BB_STRF(*l));
        ++*ret_n;
        *ret_failed += bb_str_starts(*l, BB_STR("{\"error\""));
    }
    bb_vec_release(&lines);
    return r < 0 ? r : bb_fs_write(path, bb_buf_str(&out), 0);
}

static int fork_shares(struct bb_cooker *c, const char *path, const struct bb_dump_opts *o)
{
    struct bb_proc *procs = bb_calloc(o->jobs, sizeof(*procs));
    int r = 0, status;
    bb_py_before_fork();
    for (unsigned i = 0; r >= 0 && i < o->jobs; i++) {
        r = bb_proc_fork(false, &procs[i]);
        if (r == 0) {
            BB_CLEAN_BUF struct bb_buf part = BB_BUF_INIT;
            bb_py_after_fork_child();
            bb_py_parse_worker();
            bb_buf_addf(&part, "%s.%u", path, i);
            _exit(dump_share(c, o, i, part.p) < 0);
        }
    }
    bb_py_after_fork_parent();
    for (unsigned i = 0; i < o->jobs; i++)
        if (procs[i].pid && bb_proc_wait(&procs[i], &status) == 0 && status != 0)
            r = bb_error(c->ctx, "a process that dumps recipes ended with status %d", status);
    free(procs);
    return r < 0 ? r : 0;
}

int bb_dump_write(struct bb_cooker *c, const char *path, const struct bb_dump_opts *o, size_t *ret_n,
                  size_t *ret_failed)
{
    int r = bb_cooker_collect(c);
    if (r == 0 && o->only && o->only->n && bb_cooker_parse(c) == -BB_ECANCELLED)
        r = -BB_ECANCELLED;
    for (size_t i = 0; r == 0 && i < c->config.mcs.n; i++) {
        struct bb_store *d = c->config.mcs.p[i].d;
        r = bb_store_setz(d, "DATE", BB_STR("20260101"));
        if (r == 0)
            r = bb_store_setz(d, "TIME", BB_STR("000000"));
        /* What the reference dump does not do by itself, as it runs no cooker. */
        if (r == 0 && !bb_rules_has(c->ctx->level, BB_RULE_BASE_DEPENDS))
            r = bb_store_rename(d, BB_SYM("__base_depends"), BB_SYM("__depends"),
                                &(struct bb_how){.ignore = true});
    }
    if (r == 0)
        r = fork_shares(c, path, o);
    if (r == 0 && (r = merge(path, o->jobs, ret_n, ret_failed)) < 0)
        r = bb_error(c->ctx, "%s was not written: %s", path, bb_strerror(r));
    return r;
}
