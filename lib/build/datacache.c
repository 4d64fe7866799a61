/* SPDX-License-Identifier: MIT */
#include "build/datacache.h"

#include "base/jsonw.h"
#include "graph/mcgraph.h"

#include <stddef.h>

static void put_list(struct bb_jsonw *w, const struct bb_strlist *l)
{
    for (size_t i = 0; i < l->n; i++)
        bb_jsonw_str(w, l->p[i]);
}

/* Package -> what the recipe and the package itself name. */
static void put_packages(struct bb_jsonw *w, const struct bb_recipe *r, const char *field,
                         const struct bb_strlist *all, size_t own)
{
    bb_jsonw_key(w, bb_str_z(field));
    bb_jsonw_object(w);
    for (size_t i = 0; i < r->npackages; i++) {
        bb_jsonw_key(w, r->packages[i].name);
        bb_jsonw_array(w);
        put_list(w, all);
        put_list(w, (const struct bb_strlist *)((const char *)&r->packages[i] + own));
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
}

/* Task -> one of its texts, for tasks that have it. */
static void put_task_texts(struct bb_jsonw *w, const struct bb_recipe *r, const char *field, size_t member)
{
    bb_jsonw_key(w, bb_str_z(field));
    bb_jsonw_object(w);
    for (size_t i = 0; i < r->ntasks; i++) {
        bb_str text = *(const bb_str *)((const char *)&r->tasks[i] + member);
        if (text.len) {
            bb_jsonw_key(w, r->tasks[i].name);
            bb_jsonw_str(w, text);
        }
    }
    bb_jsonw_end(w);
}

/* _task_deps: the names of all tasks, their parents, and each flag with the tasks that have it. */
static void put_task_deps(struct bb_jsonw *w, const struct bb_recipe *r)
{
    bb_jsonw_key(w, BB_STR("task_deps"));
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("tasks"));
    bb_jsonw_array(w);
    for (size_t i = 0; i < r->ntasks; i++)
        bb_jsonw_str(w, r->tasks[i].name);
    bb_jsonw_end(w);
    bb_jsonw_key(w, BB_STR("parents"));
    bb_jsonw_object(w);
    for (size_t i = 0; i < r->ntasks; i++) {
        bb_jsonw_key(w, r->tasks[i].name);
        bb_jsonw_array(w);
        put_list(w, &r->tasks[i].parents);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
    for (int f = 0; f < BB_TF_COUNT; f++) {
        bool open = false;
        for (size_t i = 0; i < r->ntasks; i++) {
            if (!r->tasks[i].flags[f].p)
                continue;
            if (!open) {
                bb_jsonw_key(w, bb_str_z(bb_task_flag_name((enum bb_task_flag)f)));
                bb_jsonw_object(w);
                open = true;
            }
            bb_jsonw_key(w, r->tasks[i].name);
            bb_jsonw_str(w, r->tasks[i].flags[f]);
        }
        if (open)
            bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
}

void bb_datacache_recipe(const struct bb_recipe *r, struct bb_buf *out)
{
    const struct {
        const char *name;
        bb_str text;
    } texts[] = {
        {"pkg_fn", r->pn},
        {"stamp", r->stamp},
        {"stampclean", r->stampclean},
        {"hashfn", r->hashfilename},
        {"fakerootenv", r->fakerootenv},
        {"fakerootdirs", r->fakerootdirs},
        {"fakerootlogs", r->fakerootlogs},
        {"fakerootnoenv", r->fakerootnoenv},
        {"extradepsfunc", r->extra_depends_func},
    };
    const struct {
        const char *name;
        const struct bb_strlist *list;
    } lists[] = {
        {"inherits", &r->inherits},
        {"deps", &r->depends},
        {"fn_provides", &r->provides},
        {"pkg_pepvpr", &(struct bb_strlist){(bb_str[]){r->pe, r->pv, r->pr}, 3}},
    };
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        bb_jsonw_key(&w, bb_str_z(texts[i].name));
        bb_jsonw_str(&w, texts[i].text);
    }
    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        bb_jsonw_key(&w, bb_str_z(lists[i].name));
        bb_jsonw_array(&w);
        put_list(&w, lists[i].list);
        bb_jsonw_end(&w);
    }
    put_packages(&w, r, "rundeps", &r->rdepends, offsetof(struct bb_recipe_package, rdepends));
    put_packages(&w, r, "runrecs", &r->rrecommends, offsetof(struct bb_recipe_package, rrecommends));
    put_task_texts(&w, r, "basetaskhash", offsetof(struct bb_recipe_task, basehash));
    put_task_texts(&w, r, "file_checksums", offsetof(struct bb_recipe_task, file_checksums));
    put_task_texts(&w, r, "stamp_extrainfo", offsetof(struct bb_recipe_task, stamp_extra));
    put_task_deps(&w, r);
    bb_jsonw_end(&w);
}

static void put_virtual(struct bb_jsonw *w, const struct bb_taskdata *td)
{
    bb_jsonw_object(w);
    bb_vec_each(&td->builds, t) {
        const struct bb_entry *e = bb_target_entry(*t);
        if (!e || !bb_str_starts((*t)->name, BB_STR("virtual/")))
            continue;
        bb_jsonw_key(w, (*t)->name);
        bb_jsonw_array(w);
        bb_jsonw_str(w, e->recipe->fn);
        bb_jsonw_str(w, e->recipe->pn);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
}

void bb_datacache_resolved(const struct bb_plan *plan, struct bb_buf *out)
{
    BB_CLEAN_BUF struct bb_buf tid = BB_BUF_INIT;
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, 0);
    bb_jsonw_object(&w);
    bb_jsonw_key(&w, BB_STR("setscene"));
    bb_jsonw_array(&w);
    for (bb_tid t = 0; t < plan->n; t++) {
        if (!plan->tasks[t].setscene)
            continue;
        bb_buf_clear(&tid);
        bb_plan_tid(plan, t, &tid);
        bb_jsonw_str(&w, bb_buf_str(&tid));
    }
    bb_jsonw_end(&w);
    bb_jsonw_key(&w, BB_STR("virtual"));
    bb_jsonw_object(&w);
    bb_vec_each(&plan->from->mcs, mc) {
        bb_jsonw_key(&w, (*mc)->name);
        put_virtual(&w, &(*mc)->td);
    }
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
}
