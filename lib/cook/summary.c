/* SPDX-License-Identifier: MIT */
#include "cook/summary.h"

#include "base/vercmp.h"
#include "parse/fn.h"

_Static_assert((int)BB_TF_COUNT == (int)BB_TI_COUNT,
               "parse/task.h and graph/recipe.h list the same task flags");

struct maker {
    struct bb_arena *a;
    struct bb_store *d;
    int status; /* first failure */
};

/* The expanded value, "" when unset. */
static bb_str text(struct maker *m, bb_sym var)
{
    bb_str s = {0};
    if (m->status == 0)
        m->status = bb_store_str_report(m->d, var, &s);
    return s.len ? bb_arena_str(m->a, s) : BB_STR("");
}

static bb_str pkg_text(struct maker *m, const char *var, bb_str pkg)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_buf_addf(&name, "%s:%.*s", var, BB_STRF(pkg));
    return text(m, bb_sym_get(bb_buf_str(&name)));
}

/* The list in the arena; the vector is released. */
static struct bb_strlist keep(struct maker *m, struct bb_strvec *v)
{
    struct bb_strlist l = {bb_arena_array(m->a, bb_str, v->n), v->n};
    if (v->n)
        memcpy(l.p, v->p, v->n * sizeof(*v->p));
    bb_vec_release(v);
    return l;
}

static struct bb_strlist words(struct maker *m, bb_str s)
{
    struct bb_strvec v = {0};
    bb_strvec_words(&v, s);
    return keep(m, &v);
}

/* Names of a dependency list, conditions dropped. */
static struct bb_strlist names(struct maker *m, bb_str s)
{
    struct bb_strvec v = {0};
    bb_deps_names(s, &v);
    return keep(m, &v);
}

static void fill_packages(struct maker *m, struct bb_recipe *r)
{
    struct bb_strlist pkgs = words(m, text(m, BB_SYM("PACKAGES")));
    if (!pkgs.n)
        pkgs = (struct bb_strlist){&r->pn, 1};
    r->packages = bb_arena_array(m->a, struct bb_recipe_package, pkgs.n);
    r->npackages = pkgs.n;
    for (size_t i = 0; i < pkgs.n; i++) {
        struct bb_recipe_package *p = &r->packages[i];
        p->name = pkgs.p[i];
        p->rprovides = names(m, pkg_text(m, "RPROVIDES", p->name));
        if (!r->skipped.p) {
            p->rdepends = names(m, pkg_text(m, "RDEPENDS", p->name));
            p->rrecommends = names(m, pkg_text(m, "RRECOMMENDS", p->name));
        }
    }
}

static bb_str flag(struct maker *m, bb_sym var, bb_sym name)
{
    bb_str s = {0};
    if (m->status == 0 && (m->status = bb_store_flag_str(m->d, var, name, &s)) < 0)
        m->status = bb_store_report(m->d, m->status, (struct bb_loc){0});
    return s.p ? bb_arena_str(m->a, s) : s;
}

static bb_str hash_of(const struct bb_sig_recipe *h, bb_str task)
{
    for (size_t i = 0; h && i < h->ntasks; i++)
        if (bb_str_eq(h->tasks[i].name->name, task))
            return bb_str_z(h->tasks[i].basehash);
    return BB_STR("");
}

static void fill_task(struct maker *m, const struct bb_taskinfo *t, bb_str basehash,
                      struct bb_recipe_task *ret)
{
    bb_sym sym = bb_sym_get(t->name);
    ret->name = bb_arena_str(m->a, t->name);
    ret->parents = (struct bb_strlist){bb_arena_array(m->a, bb_str, t->nparents), t->nparents};
    for (size_t i = 0; i < t->nparents; i++)
        ret->parents.p[i] = bb_arena_str(m->a, t->parents[i]);
    for (size_t f = 0; f < BB_TF_COUNT; f++)
        if (t->flags[f].p)
            ret->flags[f] = bb_arena_str(m->a, t->flags[f]);
    ret->basehash = bb_arena_str(m->a, basehash);
    ret->file_checksums = flag(m, sym, BB_SYM("file-checksums"));
    ret->stamp_extra = flag(m, sym, BB_SYM("stamp-extra-info"));
}

static void fill_tasks(struct maker *m, const struct bb_summary_in *in, struct bb_recipe *r)
{
    const struct bb_recipe_variant *v = in->variant;
    r->tasks = bb_arena_array(m->a, struct bb_recipe_task, v->ntasks);
    r->ntasks = v->ntasks;
    for (size_t i = 0; i < v->ntasks; i++)
        fill_task(m, &v->tasks[i], hash_of(in->hashes, v->tasks[i].name), &r->tasks[i]);
}

/* __inherit_cache holds the paths of all classes that were read. */
static struct bb_strlist inherits(struct maker *m)
{
    struct bb_val v;
    if (bb_store_get(m->d, BB_SYM("__inherit_cache"), 0, &v) < 0 || v.kind != BB_V_LIST)
        return (struct bb_strlist){0};
    struct bb_strlist l = {bb_arena_array(m->a, bb_str, v.list->n), v.list->n};
    for (size_t i = 0; i < l.n; i++)
        l.p[i] = bb_arena_str(m->a, v.list->p[i]);
    return l;
}

static bool is_true(bb_str s)
{
    static const char *const no[] = {"", "0", "no", "n", "false", "f"};
    for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
        if (s.len == strlen(no[i]) && strncasecmp(s.p, no[i], s.len) == 0)
            return false;
    return true;
}

static void fill_identity(struct maker *m, const struct bb_summary_in *in, struct bb_recipe *r)
{
    bb_str parts[3];
    int64_t n = 0;
    r->fn = bb_arena_str(m->a, in->fn);
    r->mc = in->mc;
    r->priority = in->priority;
    if (in->variant->skipped.p)
        r->skipped = bb_arena_str(m->a, in->variant->skipped);
    r->pn = text(m, BB_SYM("PN"));
    if (!r->pn.len && bb_fn_vars(bb_fn_split(in->fn).path, parts) == 0 && parts[0].p)
        r->pn = bb_arena_str(m->a, parts[0]);
    r->pe = text(m, BB_SYM("PE"));
    r->pv = text(m, BB_SYM("PV"));
    r->pr = text(m, BB_SYM("PR"));
    bb_str_to_int(bb_str_trim(text(m, BB_SYM("DEFAULT_PREFERENCE"))), &n);
    r->preference = n;
    r->not_world = is_true(text(m, BB_SYM("EXCLUDE_FROM_WORLD")));
}

int bb_summary_make(struct bb_arena *a, const struct bb_summary_in *in, struct bb_recipe **ret)
{
    struct maker m = {a, in->variant->d, 0};
    struct bb_recipe *r = bb_arena_new(a, struct bb_recipe);
    fill_identity(&m, in, r);
    r->provides = names(&m, text(&m, BB_SYM("PROVIDES")));
    r->rprovides = names(&m, text(&m, BB_SYM("RPROVIDES")));
    r->packages_dynamic = words(&m, text(&m, BB_SYM("PACKAGES_DYNAMIC")));
    fill_packages(&m, r);
    if (!r->skipped.p) {
        fill_tasks(&m, in, r);
        r->depends = names(&m, text(&m, BB_SYM("DEPENDS")));
        r->rdepends = names(&m, text(&m, BB_SYM("RDEPENDS")));
        r->rrecommends = names(&m, text(&m, BB_SYM("RRECOMMENDS")));
        r->extra_depends_func = text(&m, BB_SYM("calculate_extra_depends"));
        r->stamp = text(&m, BB_SYM("STAMP"));
        r->stampclean = text(&m, BB_SYM("STAMPCLEAN"));
        r->hashfilename = text(&m, BB_SYM("BB_HASHFILENAME"));
        r->inherits = inherits(&m);
        r->fakerootenv = text(&m, BB_SYM("FAKEROOTENV"));
        r->fakerootdirs = text(&m, BB_SYM("FAKEROOTDIRS"));
        r->fakerootlogs = text(&m, BB_SYM("FAKEROOTLOGS"));
        r->fakerootnoenv = text(&m, BB_SYM("FAKEROOTNOENV"));
    }
    *ret = r;
    return m.status;
}
