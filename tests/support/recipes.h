/* SPDX-License-Identifier: MIT */
/*
 * Recipe summaries and configuration from a few lines of text, for the tests of graph and run.
 *
 *   rc_conf(&w, "PREFERRED_PROVIDER_virtual/x", "a");
 *   rc_add(&w, "pn a\n"
 *              "depends b\n"
 *              "rdepends:a c\n"                 a package's own list; "packages" names more of them
 *              "task do_build do_compile\n"     name, then what it follows
 *              "[deptask] do_populate\n");      a flag of the task above
 *
 * Fields: fn mc pn pe pv pr skipped preference priority not_world provides rprovides packages
 * packages_dynamic depends rdepends rrecommends stamp stampclean hashfilename. Left out: fn "/l/PN_PV.bb",
 * pv 1.0, pr r0, stamp "/s/PN".
 */
#ifndef BB_TESTS_RECIPES_H
#define BB_TESTS_RECIPES_H

#include "base/vercmp.h"
#include "graph/mcgraph.h"
#include "graph/plan.h"
#include <regex.h>

struct rc_world {
    struct bb_ctx ctx;
    struct bb_diag_sink sink;
    struct bb_buf said; /* every diagnostic, "error: text\n" */
    struct bb_arena arena;
    struct bb_map vars; /* "mc NAME" or "NAME" -> bb_str * */
    struct bb_options options;
    struct bb_graph_conf conf;
    struct bb_mcgraph mcs[4];
    size_t nmcs;
    struct bb_taskdatas td;
    struct bb_plan plan;
    bool prepared, planned;
};

static inline void rc_emit(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    static const char *const names[] = {"debug", "note", "plain", "warning", "error", "fatal"};
    struct rc_world *w = (struct rc_world *)((char *)self - offsetof(struct rc_world, sink));
    if (d->severity != BB_DEBUG)
        bb_buf_addf(&w->said, "%s: %.*s\n", names[d->severity], BB_STRF(d->text));
}

static inline bb_str rc_get(void *self, const struct bb_mcgraph *mc, bb_str var)
{
    struct rc_world *w = self;
    BB_CLEAN_BUF struct bb_buf key = BB_BUF_INIT;
    bb_buf_addf(&key, "%.*s %.*s", BB_STRF(mc->name), BB_STRF(var));
    const bb_str *v = mc->name.len ? bb_map_get(&w->vars, bb_buf_str(&key)) : NULL;
    if (!v)
        v = bb_map_get(&w->vars, var);
    return v ? *v : (bb_str){0};
}

static inline int rc_match(void *self, bb_str pattern, bb_str text)
{
    BB_CLEAN_BUF struct bb_buf p = BB_BUF_INIT, t = BB_BUF_INIT;
    bb_buf_addf(&p, "^(%.*s)", BB_STRF(pattern));
    bb_buf_adds(&t, text);
    regex_t re;
    if (regcomp(&re, p.p, REG_EXTENDED | REG_NOSUB))
        return -1;
    int hit = regexec(&re, t.p, 0, NULL, 0) == 0;
    regfree(&re);
    return hit;
}

static inline void rc_init(struct rc_world *w)
{
    memset(w, 0, sizeof(*w));
    bb_ctx_init(&w->ctx);
    w->sink.emit = rc_emit;
    w->ctx.diag = &w->sink;
    bb_buf_init(&w->said);
    bb_arena_init(&w->arena);
    w->conf = (struct bb_graph_conf){.self = w, .get = rc_get, .match = rc_match, .options = &w->options};
}

static inline void rc_conf(struct rc_world *w, const char *name, const char *value)
{
    bb_str *v = bb_arena_new(&w->arena, bb_str);
    *v = bb_arena_str(&w->arena, bb_str_z(value));
    bb_map_put(&w->vars, bb_arena_str(&w->arena, bb_str_z(name)), v);
}

/* A configuration, made when new; the base comes first. Set variables first. */
static inline struct bb_mcgraph *rc_mc(struct rc_world *w, bb_str name)
{
    for (size_t i = 0; i < w->nmcs; i++)
        if (bb_str_eq(w->mcs[i].name, name))
            return &w->mcs[i];
    if (!w->nmcs && name.len)
        rc_mc(w, BB_STR(""));
    struct bb_mcgraph *mc = &w->mcs[w->nmcs++];
    mc->name = bb_arena_str(&w->arena, name);
    bb_providers_init(&mc->providers, &w->ctx, &w->conf, mc);
    return mc;
}

static inline struct bb_recipe_package *rc_package(struct rc_world *w, struct bb_recipe *r, bb_str name)
{
    for (size_t i = 0; i < r->npackages; i++)
        if (bb_str_eq(r->packages[i].name, name))
            return &r->packages[i];
    struct bb_recipe_package *p = bb_arena_array(&w->arena, struct bb_recipe_package, r->npackages + 1);
    for (size_t i = 0; i < r->npackages; i++)
        p[i] = r->packages[i];
    r->packages = p;
    p[r->npackages].name = name;
    return &p[r->npackages++];
}

static inline struct bb_strlist rc_keep(struct rc_world *w, struct bb_strvec *v)
{
    struct bb_strlist ret = {bb_arena_array(&w->arena, bb_str, v->n), v->n};
    for (size_t i = 0; i < v->n; i++)
        ret.p[i] = v->p[i];
    bb_vec_release(v);
    return ret;
}

static inline struct bb_strlist rc_words(struct rc_world *w, bb_str text)
{
    struct bb_strvec v = {0};
    bb_strvec_words(&v, text);
    return rc_keep(w, &v);
}

/* Names of a dependency list, versions dropped. */
static inline struct bb_strlist rc_names(struct rc_world *w, bb_str text)
{
    struct bb_strvec v = {0};
    bb_deps_names(text, &v);
    return rc_keep(w, &v);
}

static inline void rc_task(struct rc_world *w, struct bb_recipe *r, bb_str value)
{
    struct bb_recipe_task *t = bb_arena_array(&w->arena, struct bb_recipe_task, r->ntasks + 1);
    for (size_t i = 0; i < r->ntasks; i++)
        t[i] = r->tasks[i];
    r->tasks = t;
    t += r->ntasks++;
    bb_str_word(&value, &t->name);
    t->parents = rc_words(w, value);
}

static inline void rc_line(struct rc_world *w, struct bb_recipe *r, bb_str key, bb_str value)
{
    static const struct {
        const char *name;
        size_t off;
        bool list;
    } fields[] = {
#define F(name, list) {#name, offsetof(struct bb_recipe, name), list}
        F(fn, 0),       F(pn, 0),         F(pe, 0),
        F(pv, 0),       F(pr, 0),         F(skipped, 0),
        F(provides, 1), F(rprovides, 1),  F(packages_dynamic, 1),
        F(depends, 1),  F(rdepends, 1),   F(rrecommends, 1),
        F(stamp, 0),    F(stampclean, 0), F(hashfilename, 0),
#undef F
    };
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
        if (!bb_str_eqz(key, fields[i].name))
            continue;
        void *at = (char *)r + fields[i].off;
        if (fields[i].list)
            *(struct bb_strlist *)at = rc_names(w, value);
        else
            *(bb_str *)at = value;
        return;
    }
    size_t colon = bb_str_chr(key, ':', 0);
    if (key.p[0] == '[') {
        for (int f = 0; f < BB_TF_COUNT; f++)
            if (bb_str_eqz(bb_str_sub(key, 1, key.len - 1), bb_task_flag_name((enum bb_task_flag)f)))
                r->tasks[r->ntasks - 1].flags[f] = value;
    } else if (colon != BB_NPOS) {
        struct bb_recipe_package *p = rc_package(w, r, bb_str_from(key, colon + 1));
        struct bb_strlist l = rc_names(w, value);
        *(bb_str_starts(key, BB_STR("rd"))   ? &p->rdepends
          : bb_str_starts(key, BB_STR("rr")) ? &p->rrecommends
                                             : &p->rprovides) = l;
    } else if (bb_str_eqz(key, "packages")) {
        bb_str word;
        while (bb_str_word(&value, &word))
            rc_package(w, r, word);
    } else if (bb_str_eqz(key, "mc")) {
        r->mc = rc_mc(w, value);
    } else if (bb_str_eqz(key, "task")) {
        rc_task(w, r, value);
    } else if (bb_str_eqz(key, "not_world")) {
        r->not_world = true;
    } else if (bb_str_eqz(key, "preference")) {
        bb_str_to_int(value, &r->preference);
    } else if (bb_str_eqz(key, "priority")) {
        bb_str_to_int(value, &r->priority);
    } else {
        abort();
    }
}

static inline struct bb_recipe *rc_add(struct rc_world *w, const char *text)
{
    struct bb_recipe *r = bb_arena_new(&w->arena, struct bb_recipe);
    bb_str rest = bb_arena_str(&w->arena, bb_str_z(text)), line;
    r->mc = rc_mc(w, BB_STR(""));
    r->pe = BB_STR("");
    r->pv = BB_STR("1.0");
    r->pr = BB_STR("r0");
    while (bb_str_split(&rest, '\n', &line)) {
        bb_str key;
        if (bb_str_word(&line, &key))
            rc_line(w, r, key, bb_str_trim(line));
    }
    if (!r->fn.p)
        r->fn =
            bb_arena_fmt(&w->arena, "%s%.*s%s/l/%.*s_%.*s.bb", r->mc->name.len ? "mc:" : "",
                         BB_STRF(r->mc->name), r->mc->name.len ? ":" : "", BB_STRF(r->pn), BB_STRF(r->pv));
    if (!r->stamp.p)
        r->stamp = bb_arena_fmt(&w->arena, "/s/%.*s", BB_STRF(r->pn));
    if (r->npackages == 0)
        rc_package(w, r, r->pn);
    bb_providers_add(&r->mc->providers, r);
    return r;
}

static inline int rc_prepare(struct rc_world *w, const char *targets, const char *task)
{
    struct bb_strvec v = {0};
    bb_strvec_words(&v, bb_str_z(targets));
    rc_mc(w, BB_STR(""));
    bb_taskdata_init(&w->td, &w->ctx, &w->conf);
    for (size_t i = 0; i < w->nmcs; i++)
        bb_taskdata_add_mc(&w->td, &w->mcs[i]);
    w->prepared = true;
    int err = bb_taskdata_prepare(&w->td, v.p, v.n, bb_str_z(task));
    bb_vec_release(&v);
    return err;
}

/* Targets to plan, as w->options say; the result is in w->plan. */
static inline int rc_plan(struct rc_world *w, const char *targets)
{
    int err = rc_prepare(w, targets, "build");
    if (err)
        return err;
    w->planned = true;
    return bb_plan_make(&w->plan, &w->ctx, &w->td);
}

static inline void rc_release(struct rc_world *w)
{
    if (w->planned)
        bb_plan_release(&w->plan);
    if (w->prepared)
        bb_taskdata_release(&w->td);
    for (size_t i = 0; i < w->nmcs; i++)
        bb_providers_release(&w->mcs[i].providers);
    bb_map_release(&w->vars);
    bb_buf_release(&w->said);
    bb_arena_release(&w->arena);
    bb_ctx_release(&w->ctx);
}

/* "a.do_build: a.do_compile b.do_x\n" for each task of the plan, in its order. */
static inline const char *rc_show(struct rc_world *w)
{
    struct bb_buf out = BB_BUF_INIT;
    for (bb_tid t = 0; t < w->plan.n; t++) {
        bb_plan_pnid(&w->plan, t, &out);
        bb_buf_addc(&out, ':');
        for (size_t i = 0; i < w->plan.tasks[t].deps.n; i++) {
            bb_buf_addc(&out, ' ');
            bb_plan_pnid(&w->plan, w->plan.tasks[t].deps.p[i], &out);
        }
        bb_buf_addc(&out, '\n');
    }
    const char *ret = bb_arena_strz(&w->arena, bb_buf_str(&out));
    bb_buf_release(&out);
    return ret;
}

/* The task "pn:do_x" (with "mc:NAME:" for multiconfigs). */
static inline bb_tid rc_tid(struct rc_world *w, const char *pnid)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    for (bb_tid t = 0; t < w->plan.n; t++) {
        bb_buf_clear(&b);
        bb_plan_pnid(&w->plan, t, &b);
        if (strcmp(b.p, pnid) == 0)
            return t;
    }
    return BB_NO_TASK;
}

#endif
