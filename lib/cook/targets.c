/* SPDX-License-Identifier: MIT */
#include "cook/targets.h"

#include "base/cleanup.h"
#include "base/jsonw.h"
#include "ext/json.h"
#include "ext/regex.h"
#include "parse/fn.h"
#include "py/py.h"

#include <stdlib.h>

static bb_str conf_get(void *self, const struct bb_mcgraph *mc, bb_str var)
{
    const struct bb_mc *of = (const struct bb_mc *)mc;
    bb_str s = {0};
    if (bb_store_str_report(of->d, bb_sym_get(var), &s) < 0)
        return (bb_str){0};
    return s;
}

static int conf_match(void *self, bb_str pattern, bb_str text)
{
    struct bb_targets *t = self;
    void **slot = bb_map_slot(&t->regexes, pattern);
    if (!*slot) {
        struct bb_regex *re;
        int r = bb_regex_new(pattern, 0, &re, NULL);
        if (r < 0)
            return r;
        /* The key must outlive the caller's text: put it in again under a copy of our own. */
        bb_map_del(&t->regexes, pattern);
        slot = bb_map_slot(&t->regexes, bb_arena_str(&t->cooker->arena, pattern));
        *slot = re;
    }
    return bb_regex_match(*slot, text, 0);
}

static void put_names(struct bb_jsonw *w, const char *key, const struct bb_strvec *names)
{
    bb_jsonw_key(w, bb_str_z(key));
    bb_jsonw_array(w);
    bb_vec_each(names, name)
        bb_jsonw_str(w, *name);
    bb_jsonw_end(w);
}

/* What calculate_extra_depends sees: its recipe's name and dependencies, all recipes of "world", files by PN. */
static void put_locals(struct bb_jsonw *w, const struct bb_providers *p, const struct bb_recipe *r,
                       const struct bb_strvec *deps)
{
    struct bb_strvec world = {0};
    bb_providers_world(p, (bb_str){"", 0}, &world);
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("pn"));
    bb_jsonw_str(w, r->pn);
    bb_jsonw_key(w, BB_STR("body"));
    bb_jsonw_str(w, r->extra_depends_func);
    put_names(w, "deps", deps);
    put_names(w, "world", &world);
    bb_jsonw_key(w, BB_STR("pkg_pn"));
    bb_jsonw_object(w);
    bb_map_each(&p->by_pn, it) {
        const struct bb_recipe_vec *recipes = it->val;
        bb_jsonw_key(w, it->key);
        bb_jsonw_array(w);
        bb_vec_each(recipes, other)
            bb_jsonw_str(w, (*other)->fn);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
    bb_jsonw_end(w);
    bb_vec_release(&world);
}

static int conf_extra_depends(void *self, const struct bb_providers *p, const struct bb_recipe *r,
                              struct bb_strvec *deps)
{
    struct bb_targets *t = self;
    const struct bb_pyhook *hook = t->cooker->hook;
    BB_CLEAN_BUF struct bb_buf locals = BB_BUF_INIT, out = BB_BUF_INIT;
    struct bb_jsonw w;
    struct bb_json *names;
    bb_jsonw_init(&w, &locals, 0);
    put_locals(&w, p, r, deps);
    int err = bb_py_eval_json(bb_cooker_data(t->cooker),
                              BB_STR("bb.pymain.extra_depends(pn, body, deps, world, pkg_pn)"),
                              bb_buf_str(&locals), &out);
    if (err == -BB_EPYTHON)
        return hook->error_report(hook->self, (struct bb_loc){0}, "running calculate_extra_depends");
    if (err == 0)
        err = bb_json_parse(bb_buf_str(&out), &names, NULL);
    if (err < 0)
        return err;
    for (size_t i = 0; i < bb_json_len(names); i++)
        bb_vec_push(deps, bb_arena_str(&t->cooker->arena, bb_json_str(bb_json_at(names, i))));
    bb_json_free(names);
    return 0;
}

void bb_targets_init(struct bb_targets *t, struct bb_cooker *c, bool allow_incomplete)
{
    *t = (struct bb_targets){.cooker = c};
    t->conf = (struct bb_graph_conf){.self = t,
                                     .get = conf_get,
                                     .match = conf_match,
                                     .extra_depends = conf_extra_depends,
                                     .options = c->opts.options,
                                     .allow_incomplete = allow_incomplete};
    bb_taskdata_init(&t->td, c->ctx, &t->conf);
    bb_vec_each(&c->config.mcs, mc) {
        if (mc->graph.providers.ctx)
            BB_BUG("the targets of a cooker are being resolved already");
        bb_providers_init(&mc->graph.providers, c->ctx, &t->conf, &mc->graph);
        bb_taskdata_add_mc(&t->td, &mc->graph);
    }
    for (size_t i = 0; i < c->nparsed; i++)
        for (size_t v = 0; v < c->parsed[i].nvariants; v++) {
            const struct bb_recipe *r = c->parsed[i].variants[v];
            bb_providers_add(&r->mc->providers, r);
        }
}

void bb_targets_release(struct bb_targets *t)
{
    bb_taskdata_release(&t->td);
    bb_vec_each(&t->cooker->config.mcs, mc)
        bb_providers_release(&mc->graph.providers);
    bb_map_each(&t->regexes, it)
        bb_regex_free(it->val);
    bb_map_release(&t->regexes);
}

bb_str bb_targets_default_task(struct bb_cooker *c)
{
    bb_str task = {0};
    if (bb_store_str(bb_cooker_data(c), BB_SYM("BB_DEFAULT_TASK"), &task) < 0 || !task.len)
        return BB_STR("build");
    return task;
}

int bb_targets_resolve(struct bb_targets *t, const struct bb_strvec *names, bb_str task)
{
    return bb_taskdata_prepare(&t->td, names->p, names->n,
                               task.len ? task : bb_targets_default_task(t->cooker));
}

int bb_targets_recipe(struct bb_targets *t, bb_str name, bb_str *ret_fn)
{
    struct bb_strvec one = {&name, 1, 1};
    bb_str assumed;
    int r = bb_store_str_report(bb_cooker_data(t->cooker), BB_SYM("ASSUME_PROVIDED"), &assumed);
    if (r < 0)
        return r;
    if (bb_str_has_word(assumed, name))
        return bb_error(t->cooker->ctx, "%.*s is in ASSUME_PROVIDED", BB_STRF(name));
    t->conf.targets_only = true;
    r = bb_targets_resolve(t, &one, BB_STR(""));
    if (r == 0 && !t->td.runlist.n)
        r = -BB_EREPORTED; /* incomplete is allowed, so that the resolving went on after its message */
    if (r == 0)
        *ret_fn = t->td.runlist.p[0].entry->recipe->fn;
    return r;
}

/* Recipe files in which the regular expression `name` is found. */
static int search_files(struct bb_cooker *c, const struct bb_mc *mc, bb_str name, struct bb_strvec *found)
{
    const struct bb_collection *files = &mc->files;
    struct bb_regex *re;
    if (bb_regex_new(name, 0, &re, NULL) < 0)
        return bb_error(c->ctx, "\"%.*s\" is neither a file nor a valid regular expression", BB_STRF(name));
    for (size_t i = 0; i < files->nfiles; i++)
        if (bb_regex_search(re, files->files[i], 0))
            bb_vec_push(found, files->files[i]);
    bb_regex_free(re);
    return 0;
}

int bb_targets_match_file(struct bb_cooker *c, bb_str name, bb_str *ret_fn)
{
    struct bb_strvec found = {0};
    struct bb_fn parts = bb_fn_split(name);
    struct bb_mc *mc;
    BB_CLEAN_FREE char *path = realpath(bb_arena_strz(&c->arena, parts.path), NULL);
    int r = bb_config_need_mc(&c->config, parts.mc, &mc);
    if (r == 0)
        r = bb_cooker_collect(c);
    if (r == 0 && path)
        bb_vec_push(&found, bb_arena_str(&c->arena, bb_str_z(path)));
    else if (r == 0)
        r = search_files(c, mc, parts.path, &found);
    if (r < 0)
        return r;
    if (found.n == 1)
        *ret_fn = bb_fn_join(&c->arena, found.p[0], parts.variant, parts.mc);
    else if (!found.n)
        r = bb_error(c->ctx, "Unable to match %.*s (no such file, and found in no name of BBFILES)",
                     BB_STRF(name));
    else {
        BB_CLEAN_BUF struct bb_buf list = BB_BUF_INIT;
        bb_vec_each(&found, f)
            bb_buf_addf(&list, "\n    %.*s", BB_STRF(*f));
        r = bb_error(c->ctx, "Unable to match %.*s (%zu matches found):%s", BB_STRF(name), found.n, list.p);
    }
    bb_vec_release(&found);
    return r;
}
