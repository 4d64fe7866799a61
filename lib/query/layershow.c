/* SPDX-License-Identifier: MIT */
#include "query/layershow.h"

#include "base/path.h"
#include "parse/fn.h"

static const struct bb_layer *layer_named(const struct bb_layers *layers, bb_str name)
{
    for (size_t i = 0; i < layers->n; i++)
        if (bb_str_eq(layers->p[i].name, name))
            return &layers->p[i];
    return NULL;
}

/* Before 2.8 the folder's name was shown, in a narrower table. */
static bool is_narrow(const struct bb_layerinfo *l)
{
    return l->c->ctx->level < BB_LEVEL_2_8;
}

static int path_width(const struct bb_layerinfo *l)
{
    return is_narrow(l) ? 40 : 70;
}

static void add_layer(struct bb_layerinfo *l, const struct bb_layer *layer, struct bb_answer *a)
{
    bb_str dir = bb_layerinfo_dir(l, layer->name);
    if (a->json) {
        bb_jsonw_object(a->json);
        bb_layerinfo_member(a->json, "layer", layer->name);
        bb_layerinfo_member(a->json, "path", dir);
        bb_jsonw_key(a->json, BB_STR("priority"));
        bb_jsonw_int(a->json, layer->priority);
        bb_jsonw_end(a->json);
        return;
    }
    bb_layerinfo_pad(a->out, is_narrow(l) ? bb_path_base(dir) : layer->name, 20);
    bb_buf_addz(a->out, "  ");
    bb_layerinfo_pad(a->out, dir, (size_t)path_width(l));
    bb_buf_addf(a->out, "  %d\n", layer->priority);
}

int bb_layershow_layers(struct bb_layerinfo *l, struct bb_answer *a)
{
    static const char rule[] =
        "========================================================================================================";
    struct bb_store *d = l->mc->d;
    struct bb_layers layers;
    bb_str names, name;
    int r = bb_layers_load(l->c->ctx, d, &layers);
    if (r == 0)
        r = bb_store_str_report(d, BB_SYM("BBFILE_COLLECTIONS"), &names);
    if (r == 0 && a->json)
        bb_jsonw_array(a->json);
    else if (r == 0)
        bb_buf_addf(a->out, "%-20s  %-*s  priority\n%.*s\n", "layer", path_width(l), "path",
                    path_width(l) + 34, rule);
    while (r == 0 && bb_str_word(&names, &name)) {
        const struct bb_layer *layer = layer_named(&layers, name);
        if (layer)
            add_layer(l, layer, a);
    }
    if (r == 0 && a->json)
        bb_jsonw_end(a->json);
    bb_layers_release(&layers);
    return r;
}

/* One recipe file and what is appended to it. */
static void add_appends(const struct bb_strvec *appends, bb_str recipe, bool skipped, struct bb_answer *a)
{
    if (!a->json) {
        bb_buf_addf(a->out, "%.*s%s:\n", BB_STRF(recipe), skipped ? " (skipped)" : "");
        bb_vec_each(appends, path)
            bb_buf_addf(a->out, "  %.*s\n", BB_STRF(*path));
        return;
    }
    bb_jsonw_object(a->json);
    bb_layerinfo_member(a->json, "recipe", recipe);
    bb_jsonw_key(a->json, BB_STR("skipped"));
    bb_jsonw_bool(a->json, skipped);
    bb_jsonw_key(a->json, BB_STR("appends"));
    bb_jsonw_array(a->json);
    bb_vec_each(appends, path)
        bb_jsonw_str(a->json, *path);
    bb_jsonw_end(a->json);
    bb_jsonw_end(a->json);
}

/* The appends of all these recipes' files; `best` (may be NULL) is the one that would be built and should have some. */
static bool show_appends(struct bb_layerinfo *l, const struct bb_recipe_vec *recipes,
                         const struct bb_recipe *best, bool skipped, struct bb_answer *a)
{
    bool any = false, missing = false;
    for (size_t i = 0; i < recipes->n; i++) {
        struct bb_fn fn = bb_fn_split(recipes->p[i]->fn);
        struct bb_strvec appends = {0};
        if (fn.variant.len && !skipped) /* BitBake lists every skipped variant */
            continue;
        bb_collect_appends(&l->mc->files, fn.path, &appends);
        if (appends.n)
            add_appends(&appends, bb_path_base(fn.path), skipped, a);
        else
            missing = missing || recipes->p[i] == best;
        any = any || appends.n;
        bb_vec_release(&appends);
    }
    if (any && missing) {
        bb_str file = bb_path_base(bb_fn_split(best->fn).path);
        bb_warn(l->c->ctx, "%.*s: missing append for preferred version", BB_STRF(file));
    }
    return any;
}

static const struct bb_recipe *best_provider(struct bb_providers *p, bb_str name)
{
    struct bb_recipe_vec eligible = {0};
    bool unique;
    bb_providers_choose(p, name, &eligible, &unique);
    const struct bb_recipe *best = eligible.n ? eligible.p[0] : NULL;
    bb_vec_release(&eligible);
    return best;
}

int bb_layershow_appends(struct bb_layerinfo *l, struct bb_targets *t, const struct bb_strvec *names,
                         struct bb_answer *a)
{
    struct bb_providers *p = &l->mc->graph.providers;
    struct bb_recipe_vec skipped = {0};
    struct bb_strvec pns = {0};
    bool any = false;
    bb_layerinfo_skipped(p, &skipped);
    bb_map_each(&p->by_pn, it)
        if (bb_layerinfo_wanted(names, it->key))
            bb_vec_push(&pns, it->key);
    bb_strvec_sort(&pns);
    if (a->json)
        bb_jsonw_array(a->json);
    else
        bb_buf_addf(a->out, "=== %s ===\n", names->n ? "Matched appended recipes" : "Appended recipes");
    bb_vec_each(&pns, pn)
        any = show_appends(l, bb_map_get(&p->by_pn, *pn), best_provider(p, *pn), false, a) || any;
    if (!names->n)
        any = show_appends(l, &skipped, NULL, true, a) || any;
    if (a->json)
        bb_jsonw_end(a->json);
    else if (!any)
        bb_buf_addz(a->out, "No append files found\n");
    bb_vec_release(&pns);
    bb_vec_release(&skipped);
    return 0;
}
