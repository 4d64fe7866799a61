/* SPDX-License-Identifier: MIT */
#include "graph/noprovider.h"
#include "base/fuzzy.h"
#include "graph/mcgraph.h"

static void skip_reasons(const struct bb_taskdata *td, bb_str item, bool runtime, struct bb_buf *out)
{
    const struct bb_recipe_vec *skipped = &td->mc->providers.skipped;
    for (size_t i = 0; i < skipped->n; i++) {
        const struct bb_recipe *r = skipped->p[i];
        const struct bb_strlist *l = runtime ? &r->rprovides : &r->provides;
        bool provides = false;
        for (size_t j = 0; j < l->n; j++)
            provides |= bb_str_eq(l->p[j], item);
        for (size_t j = 0; runtime && j < r->npackages; j++) {
            const struct bb_recipe_package *p = &r->packages[j];
            for (size_t k = 0; k < p->rprovides.n; k++)
                provides |= bb_str_eq(p->rprovides.p[k], item);
        }
        if (bb_str_eq(r->pn, item))
            bb_buf_addf(out, "\n%.*s was skipped: %.*s", BB_STRF(r->pn), BB_STRF(r->skipped));
        else if (provides)
            bb_buf_addf(out, "\n%.*s %sPROVIDES %.*s but was skipped: %.*s", BB_STRF(r->pn),
                        runtime ? "R" : "", BB_STRF(item), BB_STRF(r->skipped));
    }
}

/* ". Close matches:" and the runtime providers of a name that is not provided at build time. */
static void close_matches(struct bb_taskdata *td, bb_str item, struct bb_buf *out)
{
    struct bb_strvec names = {0}, found = {0};
    struct bb_arena a;
    bb_arena_init(&a);
    bb_map_each(&td->mc->providers.provides, it)
        bb_vec_push(&names, it->key);
    for (size_t i = 0; i < td->mc->providers.skipped.n; i++)
        bb_vec_push(&names, td->mc->providers.skipped.p[i]->pn);
    bb_fuzzy_matches(item, &names, 3, 0.7, &found);
    struct bb_recipe_vec runtime = {0};
    bb_providers_runtime(&td->mc->providers, item, &runtime);
    for (size_t i = 0; i < runtime.n; i++)
        bb_vec_push(&found,
                    bb_arena_fmt(&a, "%.*s RPROVIDES %.*s", BB_STRF(runtime.p[i]->pn), BB_STRF(item)));
    bb_strvec_sort_uniq(&found);
    for (size_t i = 0; i < found.n; i++)
        bb_buf_addf(out, "%s  %.*s", i ? "\n" : ". Close matches:\n", BB_STRF(found.p[i]));
    bb_vec_release(&runtime);
    bb_vec_release(&names);
    bb_vec_release(&found);
    bb_arena_release(&a);
}

/* "Nothing [R]PROVIDES 'x' (but A, B [R]DEPENDS on or otherwise requires it)" with the reasons, or close matches. */
int bb_noprovider_report(struct bb_taskdata *td, const struct bb_target *t, bool runtime, bool none_eligible)
{
    BB_CLEAN_BUF struct bb_buf who = BB_BUF_INIT, why = BB_BUF_INIT, like = BB_BUF_INIT;
    const char *r = runtime ? "R" : "";
    for (size_t i = 0; i < td->entries.n; i++)
        if (bb_taskdata_depends_on(td->entries.p[i], t, runtime))
            bb_buf_addf(&who, "%s%.*s", who.len ? ", " : " (but ", BB_STRF(td->entries.p[i]->recipe->fn));
    if (who.len)
        bb_buf_addf(&who, " %sDEPENDS on or otherwise requires it)", r);
    if (none_eligible)
        bb_buf_addf(&why, "\nNo eligible %sPROVIDERs exist for '%.*s'", r, BB_STRF(t->name));
    else
        skip_reasons(td, t->name, runtime, &why);
    if (!why.len && !runtime)
        close_matches(td, t->name, &like);
    const char *fmt = "Nothing %sPROVIDES '%.*s'%s%s%s";
    if (!td->mc->providers.conf->universe)
        return bb_error(td->ctx, fmt, r, BB_STRF(t->name), who.p, like.p, why.p);
    bb_warn(td->ctx, fmt, r, BB_STRF(t->name), who.p, like.p, why.p);
    return -BB_EREPORTED;
}

void bb_noprovider_several(struct bb_taskdata *td, const struct bb_target *t, const struct bb_recipe_vec *v,
                           bool runtime)
{
    BB_CLEAN_BUF struct bb_buf who = BB_BUF_INIT;
    for (size_t i = 0; i < v->n; i++)
        bb_buf_addf(&who, "%s%.*s", i ? ", " : "", BB_STRF(v->p[i]->pn));
    bb_note(td->ctx,
            "Multiple providers are available for %s%.*s (%s)\n"
            "Consider defining a PREFERRED_%sPROVIDER entry to match %.*s",
            runtime ? "runtime " : "", BB_STRF(t->name), who.p, runtime ? "R" : "", BB_STRF(t->name));
}
