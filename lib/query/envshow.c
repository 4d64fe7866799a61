/* SPDX-License-Identifier: MIT */
#include "query/envshow.h"

#include "cook/targets.h"
#include "data/emit.h"

#include <stdlib.h>

/* BitBake looks at the configuration as a recipe would see it: keys expanded, anonymous functions run. */
static int finish_configuration(struct bb_cooker *c, struct bb_store *d)
{
    struct bb_val anon;
    int r = bb_store_expand_keys(d);
    if (r == 0)
        r = bb_store_get(d, BB_SYM("__BBANONFUNCS"), 0, &anon);
    for (size_t i = 0; r == 0 && anon.kind == BB_V_LIST && i < anon.list->n; i++) {
        r = c->hook->run_anonymous(c->hook->self, d, anon.list->p[i]);
        if (r == -BB_EPYTHON)
            r = c->hook->error_report(c->hook->self, (struct bb_loc){0}, "running an anonymous function");
    }
    return r;
}

static int name_cmp(const void *a, const void *b)
{
    return bb_str_cmp((*(const bb_sym *)a)->name, (*(const bb_sym *)b)->name);
}

static bool is_python_function(struct bb_store *d, bb_sym var)
{
    struct bb_val func, python;
    return bb_store_get_flag(d, var, BB_SYM("func"), 0, &func) == 0 &&
           bb_store_get_flag(d, var, BB_SYM("python"), 0, &python) == 0 &&
           bb_val_true(bb_store_hook(d), func) && bb_val_true(bb_store_hook(d), python);
}

/* What is not valid shell comes last. */
static int emit_python(struct bb_store *d, struct bb_buf *out)
{
    bb_sym *keys;
    size_t n;
    int r = bb_store_keys(d, &keys, &n);
    if (r < 0)
        return r;
    bb_sym *sorted = bb_malloc(n * sizeof(*sorted) + 1);
    memcpy(sorted, keys, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), name_cmp);
    for (size_t i = 0; i < n; i++) {
        struct bb_val text;
        if (!is_python_function(d, sorted[i]) || bb_store_get(d, sorted[i], 0, &text) < 0)
            continue;
        bb_str body = bb_val_str(bb_store_hook(d), bb_store_arena(d), text);
        bb_buf_addf(out, "\npython %.*s () {\n%.*s}\n\n", BB_STRF(sorted[i]->name), BB_STRF(body));
    }
    free(sorted);
    return 0;
}

int bb_envshow_environment(struct bb_cooker *c, bb_str fn, bb_str mc, struct bb_buf *out)
{
    struct bb_store *d;
    struct bb_mc *of;
    int r = fn.len ? bb_cooker_recipe(c, fn, &d, NULL) : bb_config_need_mc(&c->config, mc, &of);
    if (r == 0 && !fn.len)
        r = finish_configuration(c, d = of->d);
    if (r < 0)
        return r;
    bb_store_include_emit(bb_cooker_data(c), out);
    bb_buf_addc(out, '\n');
    r = bb_emit_env(out, d, true, true);
    if (r == 0) {
        bb_buf_addc(out, '\n');
        r = emit_python(d, out);
    }
    return r;
}

static bb_str version(struct bb_arena *a, const struct bb_recipe *r)
{
    return r ? bb_arena_fmt(a, "%.*s:%.*s-%.*s", BB_STRF(r->pe), BB_STRF(r->pv), BB_STRF(r->pr)) : BB_STR("");
}

static int show_version(struct bb_cooker *c, struct bb_providers *p, bb_str pn, struct bb_buf *out)
{
    struct bb_best best;
    bb_providers_best(p, pn, &best);
    if (best.required && !best.preferred)
        return bb_error(c->ctx, "REQUIRED_VERSION of package %.*s not available", BB_STRF(pn));
    bb_str latest = version(&c->arena, best.latest);
    bb_str chosen = version(&c->arena, best.preferred);
    bb_str preferred = best.required || best.preferred == best.latest ? BB_STR("") : chosen;
    bb_str required = best.required ? chosen : BB_STR("");
    bb_buf_addf(out, "%-35.*s %25.*s %25.*s %25.*s\n", BB_STRF(pn), BB_STRF(latest), BB_STRF(preferred),
                BB_STRF(required));
    return 0;
}

int bb_envshow_versions(struct bb_cooker *c, struct bb_buf *out)
{
    struct bb_targets t;
    struct bb_strvec names = {0};
    int r = 0;
    bb_targets_init(&t, c, false);
    bb_buf_addf(out, "%-35s %25s %25s %25s\n", "Recipe Name", "Latest Version", "Preferred Version",
                "Required Version");
    bb_buf_addf(out, "%-35s %25s %25s %25s\n\n",
                "===========", "==============", "=================", "================");
    struct bb_providers *p = &c->config.mcs.p[0].graph.providers;
    bb_map_each(&p->by_pn, it)
        bb_vec_push(&names, it->key);
    bb_strvec_sort(&names);
    for (size_t i = 0; r == 0 && i < names.n; i++)
        r = show_version(c, p, names.p[i], out);
    bb_vec_release(&names);
    bb_targets_release(&t);
    return r;
}
