/* SPDX-License-Identifier: MIT */
#include "graph/recipe.h"

#include "base/diag.h"
#include "base/pack.h"
#include "base/vercmp.h"

#include <stddef.h>

/* Raised whenever a field is added or changes its meaning. */
enum { FORMAT = 2 };
static const char magic[4] = {'b', 'b', 'r', FORMAT};

const char *bb_task_flag_name(enum bb_task_flag f)
{
#define X(name, text) text,
    static const char *const names[] = {BB_TASK_FLAGS(X)};
#undef X
    return names[f];
}

void bb_recipe_title(struct bb_buf *out, const struct bb_recipe *r)
{
    bb_buf_addf(out, "%.*s-%.*s%s%.*s-%.*s", BB_STRF(r->pn), BB_STRF(r->pe), r->pe.len ? "_" : "",
                BB_STRF(r->pv), BB_STRF(r->pr));
}

const struct bb_recipe_task *bb_recipe_task(const struct bb_recipe *r, bb_str name)
{
    for (size_t i = 0; i < r->ntasks; i++)
        if (bb_str_eq(r->tasks[i].name, name))
            return &r->tasks[i];
    return NULL;
}

/*
 * One table per struct says what is written; writer and reader both walk it, so they cannot disagree.
 * PACKAGES and TASKS are arrays of structs with a table of their own.
 */
enum kind { TEXT, LIST, INT, BOOL, PACKAGES, TASKS, FLAGS };
struct field {
    enum kind kind;
    size_t off;
};
#define R(kind, name)                                                                                        \
    {                                                                                                        \
        kind, offsetof(struct bb_recipe, name)                                                               \
    }
static const struct field recipe_fields[] = {
    R(TEXT, fn),
    R(TEXT, pn),
    R(TEXT, pe),
    R(TEXT, pv),
    R(TEXT, pr),
    R(TEXT, skipped),
    R(INT, preference),
    R(INT, priority),
    R(BOOL, not_world),
    R(LIST, provides),
    R(LIST, rprovides),
    R(LIST, packages_dynamic),
    R(PACKAGES, packages),
    R(LIST, depends),
    R(LIST, rdepends),
    R(LIST, rrecommends),
    R(TEXT, extra_depends_func),
    R(TASKS, tasks),
    R(TEXT, stamp),
    R(TEXT, stampclean),
    R(TEXT, hashfilename),
    R(LIST, inherits),
    R(TEXT, fakerootenv),
    R(TEXT, fakerootdirs),
    R(TEXT, fakerootlogs),
    R(TEXT, fakerootnoenv),
};
#undef R
#define P(kind, name)                                                                                        \
    {                                                                                                        \
        kind, offsetof(struct bb_recipe_package, name)                                                       \
    }
static const struct field package_fields[] = {
    P(TEXT, name),
    P(LIST, rprovides),
    P(LIST, rdepends),
    P(LIST, rrecommends),
};
#undef P
#define T(kind, name)                                                                                        \
    {                                                                                                        \
        kind, offsetof(struct bb_recipe_task, name)                                                          \
    }
static const struct field task_fields[] = {
    T(TEXT, name),     T(LIST, parents),        T(FLAGS, flags),
    T(TEXT, basehash), T(TEXT, file_checksums), T(TEXT, stamp_extra),
};
#undef T
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void put_fields(struct bb_buf *out, const void *obj, const struct field *f, size_t nf)
{
    for (; nf--; f++) {
        const void *at = (const char *)obj + f->off;
        switch (f->kind) {
        case TEXT:
            bb_pack_put_text(out, *(const bb_str *)at);
            break;
        case LIST: {
            const struct bb_strlist *l = at;
            bb_pack_put_uint(out, l->n);
            for (size_t i = 0; i < l->n; i++)
                bb_pack_put_text(out, l->p[i]);
            break;
        }
        case INT:
            bb_pack_put_int(out, *(const int64_t *)at);
            break;
        case BOOL:
            bb_pack_put_uint(out, *(const bool *)at);
            break;
        case FLAGS:
            for (size_t i = 0; i < BB_TF_COUNT; i++)
                bb_pack_put_text(out, ((const bb_str *)at)[i]);
            break;
        case PACKAGES: {
            const struct bb_recipe *r = obj;
            bb_pack_put_uint(out, r->npackages);
            for (size_t i = 0; i < r->npackages; i++)
                put_fields(out, &r->packages[i], package_fields, COUNT(package_fields));
            break;
        }
        case TASKS: {
            const struct bb_recipe *r = obj;
            bb_pack_put_uint(out, r->ntasks);
            for (size_t i = 0; i < r->ntasks; i++)
                put_fields(out, &r->tasks[i], task_fields, COUNT(task_fields));
            break;
        }
        }
    }
}

void bb_recipe_write(struct bb_buf *out, const struct bb_recipe *r)
{
    bb_buf_add(out, magic, sizeof(magic));
    size_t block = bb_pack_open(out);
    put_fields(out, r, recipe_fields, COUNT(recipe_fields));
    bb_pack_close(out, block);
}

static void get_fields(struct bb_pack_in *in, struct bb_arena *a, void *obj, const struct field *f, size_t nf)
{
    for (; nf-- && !in->bad; f++) {
        void *at = (char *)obj + f->off;
        switch (f->kind) {
        case TEXT:
            *(bb_str *)at = bb_pack_take_text(in);
            break;
        case LIST: {
            struct bb_strlist *l = at;
            l->n = bb_pack_take_count(in, 1);
            l->p = bb_arena_array(a, bb_str, l->n);
            for (size_t i = 0; i < l->n; i++) {
                l->p[i] = bb_pack_take_text(in);
                in->bad |= l->p[i].p == NULL;
            }
            break;
        }
        case INT:
            *(int64_t *)at = bb_pack_take_int(in);
            break;
        case BOOL:
            *(bool *)at = bb_pack_take_bool(in);
            break;
        case FLAGS:
            for (size_t i = 0; i < BB_TF_COUNT; i++)
                ((bb_str *)at)[i] = bb_pack_take_text(in);
            break;
        case PACKAGES: {
            struct bb_recipe *r = obj;
            r->npackages = bb_pack_take_count(in, COUNT(package_fields));
            r->packages = bb_arena_array(a, struct bb_recipe_package, r->npackages);
            for (size_t i = 0; i < r->npackages; i++)
                get_fields(in, a, &r->packages[i], package_fields, COUNT(package_fields));
            break;
        }
        case TASKS: {
            struct bb_recipe *r = obj;
            r->ntasks = bb_pack_take_count(in, COUNT(task_fields));
            r->tasks = bb_arena_array(a, struct bb_recipe_task, r->ntasks);
            for (size_t i = 0; i < r->ntasks; i++)
                get_fields(in, a, &r->tasks[i], task_fields, COUNT(task_fields));
            break;
        }
        }
    }
}

int bb_recipe_read(struct bb_arena *a, bb_str *block, struct bb_recipe **ret_recipe)
{
    if (!bb_str_starts(*block, bb_str_n(magic, sizeof(magic))))
        return -BB_ECORRUPT;
    struct bb_pack_in all = bb_pack_in(bb_str_from(*block, sizeof(magic)));
    struct bb_pack_in in = bb_pack_in(bb_pack_take_block(&all));
    if (all.bad)
        return -BB_ECORRUPT;
    struct bb_arena_mark mark = bb_arena_mark(a);
    struct bb_recipe *r = bb_arena_new(a, struct bb_recipe);
    get_fields(&in, a, r, recipe_fields, COUNT(recipe_fields));
    if (!bb_pack_done(&in) || !r->fn.p || !r->pn.p) {
        bb_arena_reset(a, mark);
        return -BB_ECORRUPT;
    }
    *block = bb_pack_take_rest(&all);
    *ret_recipe = r;
    return 0;
}
