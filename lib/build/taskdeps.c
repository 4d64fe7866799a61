/* SPDX-License-Identifier: MIT */
#include "build/taskdeps.h"

#include "base/jsonw.h"

#include <stdlib.h>

static void put_tid(struct bb_jsonw *w, const struct bb_plan *plan, bb_tid t, bool key)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    bb_plan_tid(plan, t, &b);
    if (key)
        bb_jsonw_key(w, bb_buf_str(&b));
    else
        bb_jsonw_str(w, bb_buf_str(&b));
}

static void put_hashed(struct bb_jsonw *w, const struct bb_taskhash_in *in)
{
    bb_jsonw_array(w);
    for (size_t i = 0; i < in->ndeps; i++)
        bb_jsonw_str(w, in->deps[i].tid);
    bb_jsonw_end(w);
}

static void put_task(struct bb_jsonw *w, const struct bb_hashes *hashes, bb_tid t)
{
    const struct bb_plan *plan = hashes->plan;
    const struct bb_recipe *r = bb_plan_recipe(plan, t);
    const struct bb_plan_task *pt = &plan->tasks[t];
    struct bb_strvec provides = {0};
    put_tid(w, plan, t, true);
    bb_jsonw_array(w);
    bb_jsonw_str(w, r->pn);
    bb_jsonw_str(w, pt->task->name);
    bb_jsonw_str(w, r->fn);
    bb_jsonw_array(w);
    for (size_t i = 0; i < pt->deps.n; i++)
        if (bb_plan_recipe(plan, pt->deps.p[i])->mc == r->mc)
            put_tid(w, plan, pt->deps.p[i], false);
    bb_jsonw_end(w);
    bb_jsonw_array(w);
    bb_providers_names(r, &provides);
    bb_vec_each(&provides, p)
        bb_jsonw_str(w, *p);
    bb_vec_release(&provides);
    bb_jsonw_end(w);
    bb_jsonw_str(w, pt->hash);
    bb_jsonw_str(w, pt->unihash);
    bb_jsonw_str(w, r->hashfilename);
    if (plan->hashed)
        put_hashed(w, &hashes->in[t]);
    else
        bb_jsonw_null(w);
    bb_jsonw_end(w);
}

void bb_taskdeps_json(const struct bb_hashes *hashes, bb_tid t, struct bb_buf *out)
{
    const struct bb_plan *plan = hashes->plan;
    struct bb_jsonw w;
    const struct bb_mcgraph *mc = bb_plan_recipe(plan, t)->mc;
    bool *seen = bb_calloc(plan->n, sizeof(*seen));
    bb_tid *todo = bb_calloc(plan->n, sizeof(*todo));
    size_t n = 0;
    seen[t] = true;
    todo[n++] = t;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    for (size_t i = 0; i < n; i++) {
        const struct bb_tids *deps = &plan->tasks[todo[i]].deps;
        put_task(&w, hashes, todo[i]);
        for (size_t k = 0; k < deps->n; k++) {
            bb_tid dep = deps->p[k];
            if (seen[dep] || bb_plan_recipe(plan, dep)->mc != mc)
                continue;
            seen[dep] = true;
            todo[n++] = dep;
        }
    }
    bb_jsonw_end(&w);
    free(seen);
    free(todo);
}
