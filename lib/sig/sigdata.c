/* SPDX-License-Identifier: MIT */
#include "sig/sigdata.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/jsonw.h"
#include "base/path.h"
#include "base/rules.h"
#include "ext/digest.h"
#include "ext/json.h"
#include "ext/tar.h"
#include "os/fs.h"

/* Larger than any real one by far; a file that unpacks to more is damaged or hostile. */
#define MAX_JSON (1u << 30)

static void add_syms(struct bb_strvec *v, const bb_sym *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bb_vec_push(v, p[i]->name);
}

/* The vector's elements in the arena, so that nobody has to release them. */
static void into_arena(struct bb_strvec *v, struct bb_arena *a)
{
    bb_str *p = bb_arena_array(a, bb_str, v->n);
    if (v->n)
        memcpy(p, v->p, v->n * sizeof(*p));
    free(v->p);
    v->p = p;
    v->cap = v->n;
}

static struct bb_sigdata_var make_var(const struct bb_sig_key *key, bool with_deps, struct bb_arena *a)
{
    struct bb_strvec deps = {0};
    add_syms(&deps, key->deps, key->ndeps);
    bb_strvec_sort(&deps);
    into_arena(&deps, a);
    return (struct bb_sigdata_var){key->name->name, key->value, deps.p, deps.n, true, with_deps};
}

void bb_sigdata_base(const struct bb_sigconf *conf, const struct bb_sig_recipe *r,
                     const struct bb_sig_task *t, struct bb_arena *a, struct bb_sigdata *ret)
{
    const bb_sym *ignored;
    size_t n;
    *ret = (struct bb_sigdata){
        .level = bb_sigconf_level(conf), .task = t->name->name, .basehash = bb_str_z(t->basehash)};
    bb_sigconf_ignored(conf, &ignored, &n);
    add_syms(&ret->ignore_vars, ignored, n);
    into_arena(&ret->ignore_vars, a);
    ret->ignore_tasks = bb_sigconf_ignore_tasks(conf);
    add_syms(&ret->taskdeps, t->taskdeps, t->ntaskdeps);
    into_arena(&ret->taskdeps, a);
    ret->vars = bb_arena_array(a, struct bb_sigdata_var, t->ntaskdeps + 1);
    bool seen = false; /* the task's own entry, which is there whether anything depends on it or not */
    for (size_t i = 0; i < t->ntaskdeps; i++) {
        int c = bb_str_cmp(t->name->name, t->taskdeps[i]->name);
        if (c < 0 && !seen)
            ret->vars[ret->nvars++] = make_var(bb_basehash_find(r, t->name), false, a);
        seen = seen || c <= 0;
        ret->vars[ret->nvars++] = make_var(bb_basehash_find(r, t->taskdeps[i]), true, a);
    }
    if (!seen)
        ret->vars[ret->nvars++] = make_var(bb_basehash_find(r, t->name), false, a);
}

void bb_sigdata_add_run(struct bb_sigdata *s, struct bb_arena *a, const struct bb_taskhash_in *in,
                        bb_str taskhash, bb_str unihash)
{
    bool by_name = bb_rules_has(s->level, BB_RULE_NAMED_DEPENDENCIES);
    bool paths = bb_rules_has(s->level, BB_RULE_FILE_PATHS);
    s->runtime = true;
    s->deps = bb_arena_array(a, struct bb_taskhash_dep, in->ndeps);
    s->ndeps = in->ndeps;
    for (size_t i = 0; i < in->ndeps; i++) {
        s->deps[i] = in->deps[i];
        if (!by_name)
            s->deps[i].pnid = in->deps[i].tid;
    }
    s->files = bb_arena_array(a, struct bb_filesum, in->nfiles);
    s->nfiles = in->nfiles;
    for (size_t i = 0; i < in->nfiles; i++) {
        bb_str member = paths ? bb_taskhash_member(in->files[i].path) : (bb_str){0};
        s->files[i].path = member.p ? member : bb_path_base(in->files[i].path);
        s->files[i].md5 = in->files[i].md5;
    }
    s->taskhash = taskhash;
    s->unihash = unihash;
    if (in->taint.len)
        s->taint = in->taint;
}

/* --- writing --- */

static void write_list(struct bb_jsonw *w, const bb_str *p, size_t n)
{
    bb_jsonw_array(w);
    for (size_t i = 0; i < n; i++)
        bb_jsonw_str(w, p[i]);
    bb_jsonw_end(w);
}

static void write_set(struct bb_jsonw *w, const bb_str *p, size_t n)
{
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("_set_object"));
    write_list(w, p, n);
    bb_jsonw_end(w);
}

static void write_value(struct bb_jsonw *w, struct bb_val v)
{
    switch (v.kind) {
    case BB_V_STR:
        bb_jsonw_str(w, v.s);
        break;
    case BB_V_INT:
        bb_jsonw_int(w, v.i);
        break;
    case BB_V_BOOL:
        bb_jsonw_bool(w, v.i != 0);
        break;
    case BB_V_LIST:
        write_list(w, v.list->p, v.list->n);
        break;
    default:
        bb_jsonw_null(w);
    }
}

static void write_text(struct bb_jsonw *w, const char *key, bb_str s)
{
    bb_jsonw_key(w, bb_str_z(key));
    if (s.p)
        bb_jsonw_str(w, s);
    else
        bb_jsonw_null(w);
}

static void write_files(struct bb_jsonw *w, const struct bb_sigdata *s)
{
    bb_jsonw_key(w, BB_STR("file_checksum_values"));
    bb_jsonw_array(w);
    for (size_t i = 0; i < s->nfiles; i++) {
        bb_jsonw_array(w);
        bb_jsonw_str(w, s->files[i].path);
        bb_jsonw_str(w, s->files[i].md5);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
}

/* By name, and of one name as they come. */
static int cmp_dep_name(const void *a, const void *b)
{
    const struct bb_taskhash_dep *x = *(const struct bb_taskhash_dep *const *)a,
                                 *y = *(const struct bb_taskhash_dep *const *)b;
    int c = bb_str_cmp(x->pnid, y->pnid);
    return c ? c : (x > y) - (x < y);
}

/* runtaskhashes is a mapping: of two dependencies with one name only the last is there, at its place by name. */
static void write_deps(struct bb_jsonw *w, const struct bb_sigdata *s)
{
    BB_VEC(const struct bb_taskhash_dep *) order = {0};
    for (size_t i = 0; i < s->ndeps; i++)
        bb_vec_push(&order, &s->deps[i]);
    if (order.n)
        qsort(order.p, order.n, sizeof(*order.p), cmp_dep_name);
    bb_jsonw_key(w, BB_STR("runtaskdeps"));
    bb_jsonw_array(w);
    for (size_t i = 0; i < s->ndeps; i++)
        bb_jsonw_str(w, s->deps[i].pnid);
    bb_jsonw_end(w);
    bb_jsonw_key(w, BB_STR("runtaskhashes"));
    bb_jsonw_object(w);
    for (size_t i = 0; i < order.n; i++) {
        if (i + 1 < order.n && bb_str_eq(order.p[i]->pnid, order.p[i + 1]->pnid))
            continue;
        bb_jsonw_key(w, order.p[i]->pnid);
        bb_jsonw_str(w, order.p[i]->hash);
    }
    bb_jsonw_end(w);
    bb_vec_release(&order);
}

void bb_sigdata_json(const struct bb_sigdata *s, struct bb_buf *out)
{
    struct bb_jsonw w;
    bb_jsonw_init(&w, out, BB_JSONW_ASCII);
    bb_jsonw_object(&w);
    write_text(&w, "basehash", s->basehash);
    bb_jsonw_key(&w, BB_STR("basehash_ignore_vars"));
    write_set(&w, s->ignore_vars.p, s->ignore_vars.n);
    if (s->runtime)
        write_files(&w, s);
    bb_jsonw_key(&w, BB_STR("gendeps"));
    bb_jsonw_object(&w);
    for (size_t i = 0; i < s->nvars; i++)
        if (s->vars[i].has_deps) {
            bb_jsonw_key(&w, s->vars[i].name);
            write_set(&w, s->vars[i].deps, s->vars[i].ndeps);
        }
    bb_jsonw_end(&w);
    if (s->runtime)
        write_deps(&w, s);
    if (s->taint.p)
        write_text(&w, "taint", s->taint);
    write_text(&w, "task", s->task);
    bb_jsonw_key(&w, BB_STR("taskdeps"));
    if (bb_rules_has(s->level, BB_RULE_TASKDEPS_LIST))
        write_list(&w, s->taskdeps.p, s->taskdeps.n);
    else
        write_set(&w, s->taskdeps.p, s->taskdeps.n);
    if (s->runtime)
        write_text(&w, "taskhash", s->taskhash);
    write_text(&w, "taskhash_ignore_tasks", s->ignore_tasks.len ? s->ignore_tasks : (bb_str){0});
    if (s->runtime)
        write_text(&w, "unihash", s->unihash);
    bb_jsonw_key(&w, BB_STR("varvals"));
    bb_jsonw_object(&w);
    for (size_t i = 0; i < s->nvars; i++)
        if (s->vars[i].has_value) {
            bb_jsonw_key(&w, s->vars[i].name);
            write_value(&w, s->vars[i].value);
        }
    bb_jsonw_end(&w);
    bb_jsonw_end(&w);
}

int bb_sigdata_rename(struct bb_arena *a, bb_str *json, bb_str unihash)
{
    /* Names stand in order, and in texts quotes are escaped: what comes first and has a text is the member itself. */
    const bb_str key = BB_STR("\"unihash\":\"");
    size_t at = bb_str_find(*json, key, 0);
    size_t from = at == BB_NPOS ? BB_NPOS : at + key.len;
    size_t end = from == BB_NPOS ? BB_NPOS : bb_str_chr(*json, '"', from);
    if (end == BB_NPOS)
        return -BB_ECORRUPT;
    *json = bb_arena_fmt(a, "%.*s%.*s%.*s", BB_STRF(bb_str_sub(*json, 0, from)), BB_STRF(unihash),
                         BB_STRF(bb_str_from(*json, end)));
    return 0;
}

int bb_sigdata_write(struct bb_ctx *ctx, const char *path, bb_str json)
{
    BB_CLEAN_BUF struct bb_buf packed = BB_BUF_INIT;
    int rc = bb_zstd_pack(json, 0, &packed);
    mode_t old = umask(002);
    if (rc == 0)
        rc = bb_fs_mkdirs_for(path);
    if (rc == 0)
        rc = bb_fs_write(path, bb_buf_str(&packed), 0);
    umask(old);
    return rc < 0 ? bb_error(ctx, "cannot write the signature data '%s': %s", path, bb_strerror(rc)) : 0;
}

/* --- reading --- */

static bb_str get_text(const struct bb_json *j, const char *key, struct bb_arena *a)
{
    const struct bb_json *v = bb_json_get(j, key);
    return bb_json_kind(v) == BB_J_STR ? bb_arena_str(a, bb_json_str(v)) : (bb_str){0};
}

static struct bb_strvec get_texts(const struct bb_json *array, struct bb_arena *a)
{
    struct bb_strvec v = {bb_arena_array(a, bb_str, bb_json_len(array)), 0, bb_json_len(array)};
    for (size_t i = 0; i < v.cap; i++)
        v.p[v.n++] = bb_arena_str(a, bb_json_str(bb_json_at(array, i)));
    return v;
}

/* A set, or a list in its place. */
static struct bb_strvec get_set(const struct bb_json *set, struct bb_arena *a)
{
    bool list = bb_json_kind(set) == BB_J_ARRAY;
    struct bb_strvec v = get_texts(list ? set : bb_json_get(set, "_set_object"), a);
    bb_strvec_sort(&v);
    return v;
}

static struct bb_val get_value(const struct bb_json *j, struct bb_arena *a)
{
    switch (bb_json_kind(j)) {
    case BB_J_STR:
        return bb_val_s(bb_arena_str(a, bb_json_str(j)));
    case BB_J_INT:
        return bb_val_i(bb_json_int(j));
    case BB_J_BOOL:
        return bb_val_b(bb_json_bool(j));
    case BB_J_ARRAY: {
        struct bb_strvec v = get_texts(j, a);
        return bb_val_list(a, v.p, v.n);
    }
    default:
        return BB_NONE;
    }
}

static int cmp_var(const void *a, const void *b)
{
    return bb_str_cmp(((const struct bb_sigdata_var *)a)->name, ((const struct bb_sigdata_var *)b)->name);
}

/* Names in varvals and in gendeps, merged. */
static void get_vars(const struct bb_json *root, struct bb_arena *a, struct bb_sigdata *ret)
{
    const struct bb_json *vals = bb_json_get(root, "varvals"), *deps = bb_json_get(root, "gendeps");
    struct bb_json *v;
    void *it = NULL;
    bb_str key;
    ret->vars = bb_arena_array(a, struct bb_sigdata_var, bb_json_len(vals) + bb_json_len(deps));
    while (bb_json_next(vals, &it, &key, &v))
        ret->vars[ret->nvars++] = (struct bb_sigdata_var){
            .name = bb_arena_str(a, key), .value = get_value(v, a), .has_value = true};
    size_t nvals = ret->nvars;
    qsort(ret->vars, nvals, sizeof(*ret->vars), cmp_var);
    it = NULL;
    while (bb_json_next(deps, &it, &key, &v)) {
        struct bb_sigdata_var want = {.name = key};
        struct bb_sigdata_var *var = bsearch(&want, ret->vars, nvals, sizeof(want), cmp_var);
        if (!var) {
            var = &ret->vars[ret->nvars++];
            var->name = bb_arena_str(a, key);
        }
        struct bb_strvec set = get_set(v, a);
        var->has_deps = true;
        var->deps = set.p;
        var->ndeps = set.n;
    }
    qsort(ret->vars, ret->nvars, sizeof(*ret->vars), cmp_var);
}

static bb_str get_hash(const struct bb_json *hashes, bb_str pnid, struct bb_arena *a)
{
    bb_str z = bb_arena_str(a, pnid);
    return get_text(hashes, z.p, a);
}

static void get_run(const struct bb_json *root, struct bb_arena *a, struct bb_sigdata *ret)
{
    const struct bb_json *deps = bb_json_get(root, "runtaskdeps"),
                         *hashes = bb_json_get(root, "runtaskhashes");
    const struct bb_json *files = bb_json_get(root, "file_checksum_values");
    ret->runtime = deps != NULL;
    ret->ndeps = bb_json_len(deps);
    ret->deps = bb_arena_array(a, struct bb_taskhash_dep, ret->ndeps);
    for (size_t i = 0; i < ret->ndeps; i++) {
        ret->deps[i].pnid = bb_arena_str(a, bb_json_str(bb_json_at(deps, i)));
        ret->deps[i].hash = get_hash(hashes, ret->deps[i].pnid, a);
    }
    ret->nfiles = bb_json_len(files);
    ret->files = bb_arena_array(a, struct bb_filesum, ret->nfiles);
    for (size_t i = 0; i < ret->nfiles; i++) {
        const struct bb_json *f = bb_json_at(files, i);
        ret->files[i].path = bb_arena_str(a, bb_json_str(bb_json_at(f, 0)));
        ret->files[i].md5 = bb_arena_str(a, bb_json_str(bb_json_at(f, 1)));
    }
    ret->taskhash = get_text(root, "taskhash", a);
    ret->unihash = get_text(root, "unihash", a);
    ret->taint = get_text(root, "taint", a);
}

static int parse(bb_str json, struct bb_arena *a, struct bb_sigdata *ret, struct bb_buf *why)
{
    struct bb_json *root;
    int rc = bb_json_parse(json, &root, why);
    if (rc < 0)
        return rc;
    struct bb_sigdata s = {.task = get_text(root, "task", a), .basehash = get_text(root, "basehash", a)};
    if (!s.basehash.p || !bb_json_get(root, "varvals") || !bb_json_get(root, "gendeps")) {
        bb_buf_addz(why, "it has no 'basehash', 'varvals' or 'gendeps'");
        bb_json_free(root);
        return -BB_ECORRUPT;
    }
    /* BitBake before 2.0 had other names for these two */
    const struct bb_json *ignored = bb_json_get(root, "basehash_ignore_vars");
    s.ignore_vars = get_set(ignored ? ignored : bb_json_get(root, "basewhitelist"), a);
    s.ignore_tasks = get_text(root, "taskhash_ignore_tasks", a);
    if (!s.ignore_tasks.p)
        s.ignore_tasks = get_text(root, "taskwhitelist", a);
    s.taskdeps = get_set(bb_json_get(root, "taskdeps"), a);
    get_vars(root, a, &s);
    get_run(root, a, &s);
    bb_json_free(root);
    *ret = s;
    return 0;
}

int bb_sigdata_read(struct bb_ctx *ctx, const char *path, struct bb_arena *a, struct bb_sigdata *ret)
{
    struct bb_buf packed = BB_BUF_INIT, json = BB_BUF_INIT, why = BB_BUF_INIT;
    int rc = bb_fs_read(path, &packed);
    if (rc == 0)
        rc = bb_zstd_unpack(bb_buf_str(&packed), MAX_JSON, &json);
    if (rc == 0)
        rc = parse(bb_buf_str(&json), a, ret, &why);
    if (rc == 0)
        ret->level = ctx->level;
    if (rc < 0)
        bb_error(ctx, "Failed to open sigdata file '%s': %s", path, why.len ? why.p : bb_strerror(rc));
    bb_buf_release(&packed);
    bb_buf_release(&json);
    bb_buf_release(&why);
    return rc;
}

/* --- hashes from the fields --- */

static const struct bb_sigdata_var *find_var(const struct bb_sigdata *s, bb_str name)
{
    struct bb_sigdata_var want = {.name = name};
    return s->nvars ? bsearch(&want, s->vars, s->nvars, sizeof(want), cmp_var) : NULL;
}

static void add_value(struct bb_buf *b, struct bb_arena *a, const struct bb_sigdata_var *v)
{
    if (v && v->value.kind != BB_V_NONE)
        bb_buf_adds(b, bb_val_str(NULL, a, v->value));
}

void bb_sigdata_calc_basehash(const struct bb_sigdata *s, char ret[65])
{
    struct bb_buf b = BB_BUF_INIT;
    struct bb_arena a;
    bb_arena_init(&a);
    add_value(&b, &a, find_var(s, s->task));
    for (size_t i = 0; i < s->taskdeps.n; i++) {
        bb_buf_adds(&b, s->taskdeps.p[i]);
        add_value(&b, &a, find_var(s, s->taskdeps.p[i]));
    }
    bb_sha256(bb_buf_str(&b), ret);
    bb_buf_release(&b);
    bb_arena_release(&a);
}

void bb_sigdata_calc_taskhash(const struct bb_sigdata *s, char ret[65])
{
    struct bb_buf b = BB_BUF_INIT;
    bb_buf_adds(&b, s->basehash);
    for (size_t i = 0; i < s->ndeps; i++)
        bb_buf_adds(&b, s->deps[i].hash);
    for (size_t i = 0; i < s->nfiles; i++) {
        if (bb_str_has(s->files[i].path, BB_STR("./")))
            bb_buf_adds(&b, s->files[i].path);
        bb_buf_adds(&b, s->files[i].md5);
    }
    bb_buf_adds(&b, bb_taskhash_taint(s->taint, NULL));
    bb_sha256(bb_buf_str(&b), ret);
    bb_buf_release(&b);
}
