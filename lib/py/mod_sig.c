/* SPDX-License-Identifier: MIT */
/* The part of module _bbc that knows signature data: bb.siggen works with it. */
#include "py/impl.h"

#include "base/rules.h"
#include "sig/basehash.h"
#include "sig/sigcompare.h"
#include "sig/taskhash.h"

static struct {
    bb_py_dump_signature *fn;
    void *self;
} dumper;

void bb_py_set_dump_signature(bb_py_dump_signature *fn, void *self)
{
    dumper.fn = fn;
    dumper.self = self;
}

/* dump_signature(mcfn, task, path, custom, runtime) */
static PyObject *m_dump_signature(PyObject *self, PyObject *args)
{
    PyObject *mcfn, *task, *path;
    int custom, runtime;
    BB_CLEAN_TEXT struct bb_text f = {0}, t = {0}, p = {0};

    if (!PyArg_ParseTuple(args, "UUUpp", &mcfn, &task, &path, &custom, &runtime) ||
        bb_conv_text(mcfn, &f) < 0 || bb_conv_text(task, &t) < 0 || bb_conv_text(path, &p) < 0)
        return NULL;
    if (!dumper.fn) {
        PyErr_SetString(PyExc_RuntimeError, "there is no signature data in this process");
        return NULL;
    }
    struct bb_py_dump_request req = {f.s, t.s, p.s, custom, runtime};
    int r = dumper.fn(dumper.self, &req);
    if (r < 0)
        return bb_exc_raise(NULL, r);
    Py_RETURN_NONE;
}

/* The caller's function(pnid, from, to), which gives a list of texts or None. */
struct recursion {
    PyObject *fn;
    struct bb_arena *a;
};

static size_t recurse(void *self, bb_str pnid, bb_str from, bb_str to, struct bb_strvec *lines)
{
    struct recursion *r = self;
    BB_CLEAN_PY PyObject *key = bb_conv_str(pnid), *f = bb_conv_str(from), *t = bb_conv_str(to);
    BB_CLEAN_PY PyObject *res =
        !PyErr_Occurred() && key && f && t ? PyObject_CallFunctionObjArgs(r->fn, key, f, t, NULL) : NULL;
    BB_CLEAN_PY PyObject *list = res && res != Py_None ? PySequence_List(res) : NULL;
    size_t n = 0;

    for (Py_ssize_t i = 0; list && i < PyList_GET_SIZE(list); i++) {
        bb_str line;
        if (bb_conv_copy(PyList_GET_ITEM(list, i), r->a, &line) < 0)
            break;
        bb_vec_push(lines, line);
        n++;
    }
    return n; /* an exception is raised by who called */
}

/* compare_signatures(a, b, color, collapsed, recursecb) */
static PyObject *m_compare_signatures(PyObject *self, PyObject *args)
{
    const char *from, *to;
    int colour, collapsed;
    PyObject *fn;
    struct bb_sigdata a, b;
    struct bb_strvec lines = {0};

    if (!PyArg_ParseTuple(args, "ssppO", &from, &to, &colour, &collapsed, &fn))
        return NULL;
    struct bb_arena arena;
    bb_arena_init(&arena);
    struct recursion rec = {fn, &arena};
    const struct bb_sigcompare_opts opts = {
        .colour = colour, .collapsed = collapsed, .recurse = fn != Py_None ? recurse : NULL, .self = &rec};
    int r = bb_sigdata_read(bb_pyst.ctx, from, &arena, &a);
    if (r == 0)
        r = bb_sigdata_read(bb_pyst.ctx, to, &arena, &b);
    if (r == 0)
        bb_sigcompare_diff(&a, &b, &opts, &arena, &lines);
    PyObject *list = r < 0              ? bb_exc_raise(NULL, r)
                     : PyErr_Occurred() ? NULL
                                        : bb_conv_strlist(lines.p, lines.n);
    bb_vec_release(&lines);
    bb_arena_release(&arena);
    return list;
}

static PyObject *m_print_signature(PyObject *self, PyObject *args)
{
    const char *path;
    struct bb_sigdata s;
    struct bb_strvec lines = {0};
    struct bb_arena arena;

    if (!PyArg_ParseTuple(args, "s", &path))
        return NULL;
    bb_arena_init(&arena);
    int r = bb_sigdata_read(bb_pyst.ctx, path, &arena, &s);
    if (r == 0)
        bb_sigcompare_dump(&s, &arena, &lines);
    PyObject *list = r < 0 ? bb_exc_raise(NULL, r) : bb_conv_strlist(lines.p, lines.n);
    bb_vec_release(&lines);
    bb_arena_release(&arena);
    return list;
}

/* A view of tuple `o`'s texts, kept alive by `hold`; the tuple has as many as `n`. */
static int texts_of(PyObject *o, struct bb_text *hold, size_t n)
{
    if (!PyTuple_Check(o) || (size_t)PyTuple_GET_SIZE(o) != n) {
        PyErr_Format(PyExc_TypeError, "a tuple of %zu texts is wanted", n);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        if (bb_conv_text(PyTuple_GET_ITEM(o, (Py_ssize_t)i), &hold[i]) < 0)
            return -1;
    return 0;
}

/* Lists of (pnid, tid, hash) and of (path, md5), into `in`; the texts are held by `hold`. */
static int fill_inputs(PyObject *deps, PyObject *files, struct bb_taskhash_in *in, struct bb_text *hold)
{
    for (size_t i = 0; i < in->ndeps; i++, hold += 3) {
        if (texts_of(PyList_GET_ITEM(deps, (Py_ssize_t)i), hold, 3) < 0)
            return -1;
        in->deps[i] = (struct bb_taskhash_dep){hold[0].s, hold[1].s, hold[2].s};
    }
    for (size_t i = 0; i < in->nfiles; i++, hold += 2) {
        if (texts_of(PyList_GET_ITEM(files, (Py_ssize_t)i), hold, 2) < 0)
            return -1;
        in->files[i] = (struct bb_filesum){hold[0].s, hold[1].s};
    }
    return 0;
}

static PyObject *m_task_hash(PyObject *self, PyObject *args)
{
    PyObject *base, *deps, *files, *taint;
    BB_CLEAN_TEXT struct bb_text basehash = {0}, tainted = {0};
    char hash[65];

    if (!PyArg_ParseTuple(args, "UO!O!U", &base, &PyList_Type, &deps, &PyList_Type, &files, &taint) ||
        bb_conv_text(base, &basehash) < 0 || bb_conv_text(taint, &tainted) < 0)
        return NULL;
    struct bb_taskhash_in in = {.basehash = basehash.s,
                                .taint = tainted.s,
                                .ndeps = (size_t)PyList_GET_SIZE(deps),
                                .nfiles = (size_t)PyList_GET_SIZE(files)};
    size_t ntexts = 3 * in.ndeps + 2 * in.nfiles;
    in.deps = bb_calloc(in.ndeps + 1, sizeof(*in.deps));
    in.files = bb_calloc(in.nfiles + 1, sizeof(*in.files));
    struct bb_text *hold = bb_calloc(ntexts + 1, sizeof(*hold));
    int r = fill_inputs(deps, files, &in, hold);
    if (r == 0)
        bb_taskhash_compute(bb_pyst.ctx->level, &in, hash);
    for (size_t i = 0; i < ntexts; i++)
        bb_text_release(&hold[i]);
    free(hold);
    free(in.deps);
    free(in.files);
    return r < 0 ? NULL : PyUnicode_FromString(hash);
}

/* Takes `value` over. */
static int put(PyObject *dict, bb_sym name, PyObject *value)
{
    BB_CLEAN_PY PyObject *key = bb_conv_name(name), *v = value;
    return key && v ? PyDict_SetItem(dict, key, v) : -1;
}

static PyObject *frozen(const bb_sym *names, size_t n)
{
    BB_CLEAN_PY PyObject *set = bb_conv_symset(names, n);
    return set ? PyFrozenSet_New(set) : NULL;
}

static PyObject *show_base_hashes(const struct bb_sig_recipe *r)
{
    BB_CLEAN_PY PyObject *tasks = PyList_New(0), *deps = PyDict_New(), *values = PyDict_New(),
                         *taskdeps = PyDict_New(), *hashes = PyDict_New();

    if (!tasks || !deps || !values || !taskdeps || !hashes)
        return NULL;
    for (size_t i = 0; i < r->nkeys; i++) {
        const struct bb_sig_key *k = &r->keys[i];
        if (put(deps, k->name, frozen(k->deps, k->ndeps)) < 0 ||
            put(values, k->name, bb_conv_from_val(k->value)) < 0)
            return NULL;
    }
    for (size_t i = 0; i < r->ntasks; i++) {
        const struct bb_sig_task *t = &r->tasks[i];
        BB_CLEAN_PY PyObject *name = bb_conv_name(t->name);
        if (!name || PyList_Append(tasks, name) < 0 ||
            put(taskdeps, t->name, frozen(t->taskdeps, t->ntaskdeps)) < 0 ||
            put(hashes, t->name, PyUnicode_FromString(t->basehash)) < 0)
            return NULL;
    }
    return PyTuple_Pack(5, tasks, deps, values, taskdeps, hashes);
}

/* base_hashes(d, ignored): what lib/sig computes for a recipe, with `ignored` for BB_BASEHASH_IGNORE_VARS */
static PyObject *m_base_hashes(PyObject *self, PyObject *args)
{
    const struct bb_sig_modfunc *funcs;
    struct bb_sig_recipe recipe;
    struct bb_store *d;
    PyObject *dobj, *ignored, *shown = NULL;
    BB_CLEAN_TEXT struct bb_text names = {0};
    size_t n;

    if (!PyArg_ParseTuple(args, "OU", &dobj, &ignored) || !(d = bb_type_store(dobj)) ||
        bb_conv_text(ignored, &names) < 0)
        return NULL;
    struct bb_ctx *ctx = bb_pyst.ctx;
    int r = bb_py_module_functions(&funcs, &n);
    if (r < 0)
        return bb_exc_raise(d, r);
    struct bb_store *base = bb_store_copy(d);
    bb_store_set(base, bb_sym_get(bb_rules_variable(ctx->level, BB_STR("BB_BASEHASH_IGNORE_VARS"))),
                 bb_val_s(names.s), NULL);
    bool words = bb_rules_has(ctx->level, BB_RULE_EXCLUDE_WORDS);
    struct bb_sigconf *conf =
        bb_sigconf_new(base, words ? BB_SIG_EXCL_WORDS : BB_SIG_EXCL_SUBSTRING, funcs, n);
    struct bb_arena a;
    bb_arena_init(&a);
    r = conf ? bb_basehash_recipe(conf, d, &a, true, &recipe) : -BB_EREPORTED;
    if (r >= 0)
        shown = show_base_hashes(&recipe);
    bb_arena_release(&a);
    bb_sigconf_free(conf);
    bb_store_unref(base);
    return r < 0 ? bb_exc_raise(d, r) : shown;
}

/* clang-format off */
#define VARARGS(name, doc) {#name, m_##name, METH_VARARGS, doc}
/* clang-format on */
PyMethodDef bb_mod_sig_functions[] = {
    VARARGS(dump_signature, "dump_signature(mcfn, task, path, custom, runtime)"),
    VARARGS(compare_signatures, "compare_signatures(a, b, color, collapsed, recursecb): list of texts"),
    VARARGS(print_signature, "print_signature(path): list of texts"),
    VARARGS(
        base_hashes,
        "base_hashes(d, ignored): (tasks, {key: dependencies}, {key: value}, {task: names}, {task: hash})"),
    VARARGS(task_hash, "task_hash(basehash, [(pnid, tid, hash)], [(path, md5)], taint)"),
    {"plan_recipe", bb_siggen_plan_recipe, METH_O, "JSON of a recipe of the plan that is being hashed."},
    {0},
};
