/* SPDX-License-Identifier: MIT */
/*
 * Functions of Python modules that addpylib has named. Their code is part of the metadata: each function has references
 * like a variable, and the hash of its source is its value (bb/codeparser.py finds both).
 */
#include "py/impl.h"

#include "base/vec.h"

static BB_VEC(struct bb_sig_modfunc) functions;

int bb_py_module_functions(const struct bb_sig_modfunc **ret, size_t *ret_n)
{
    BB_CLEAN_PY PyObject *scan = bb_interp_find("bb.codeparser.scan_module_functions");
    BB_CLEAN_PY PyObject *r = scan ? PyObject_CallNoArgs(scan) : NULL;

    if (!r)
        return bb_exc_stash();
    *ret = functions.p;
    *ret_n = functions.n;
    return 0;
}

static struct bb_sig_modfunc *entry(bb_sym name)
{
    bb_vec_each(&functions, f)
        if (f->name == name)
            return f;
    bb_vec_push(&functions, (struct bb_sig_modfunc){.name = name});
    return &functions.p[functions.n - 1];
}

/* Calls of functions of the same module get their full name. */
static int full_names(const struct bb_codedeps *deps, bb_str ns, PyObject *siblings, struct bb_codedeps *ret)
{
    struct bb_arena *a = &bb_pyst.ctx->arena;

    *ret = *deps;
    ret->execs = bb_arena_array(a, bb_sym, deps->nexecs ? deps->nexecs : 1);
    for (size_t i = 0; i < deps->nexecs; i++) {
        BB_CLEAN_PY PyObject *name = bb_conv_name(deps->execs[i]);
        int own = name ? PySequence_Contains(siblings, name) : -1;
        if (own < 0)
            return -1;
        BB_CLEAN_BUF struct bb_buf full = BB_BUF_INIT;
        bb_buf_addf(&full, "%.*s.%s", BB_STRF(ns), deps->execs[i]->name.p);
        ret->execs[i] = own ? bb_sym_get(bb_buf_str(&full)) : deps->execs[i];
    }
    return 0;
}

int bb_pylib_add(PyObject *ns, PyObject *name, PyObject *source, PyObject *file, long lineno,
                 PyObject *siblings, PyObject *extra)
{
    BB_CLEAN_TEXT struct bb_text n = {0}, f = {0}, src = {0}, path = {0};
    BB_CLEAN_BUF struct bb_buf full = BB_BUF_INIT;
    const struct bb_codedeps *deps;
    struct bb_codedeps own;
    bb_str hash;

    if (bb_conv_text(ns, &n) < 0 || bb_conv_text(name, &f) < 0 || bb_conv_text(source, &src) < 0 ||
        bb_conv_text(file, &path) < 0 || bb_conv_copy(extra, &bb_pyst.ctx->arena, &hash) < 0)
        return -1;
    bb_buf_addf(&full, "%.*s.%.*s", BB_STRF(n.s), BB_STRF(f.s));
    bb_sym sym = bb_sym_get(bb_buf_str(&full));
    int r = bb_pydeps_scan(NULL, NULL, src.s, sym, path.s, lineno > 0 ? (uint32_t)lineno : 0, &deps);
    if (r < 0) {
        bb_exc_raise(NULL, r);
        return -1;
    }
    if (full_names(deps, n.s, siblings, &own) < 0)
        return -1;
    struct bb_sig_modfunc *m = entry(sym);
    m->deps = own;
    m->extra = hash;
    return 0;
}

/* Decorators of the function: variables that it depends on, and those that it does not. */
int bb_pylib_adjust(PyObject *name, PyObject *added, PyObject *excluded)
{
    bb_sym sym = bb_conv_sym(name);
    if (!sym)
        return -1;
    struct bb_codedeps *deps = &entry(sym)->deps;
    size_t nadded = (size_t)PyList_GET_SIZE(added), n = 0;
    bb_sym *refs = bb_arena_array(&bb_pyst.ctx->arena, bb_sym, deps->nreferences + nadded + 1);
    for (size_t i = 0; i < deps->nreferences + nadded; i++) {
        bb_sym ref = i < deps->nreferences
                         ? deps->references[i]
                         : bb_conv_sym(PyList_GET_ITEM(added, (Py_ssize_t)(i - deps->nreferences)));
        BB_CLEAN_PY PyObject *text = ref ? bb_conv_name(ref) : NULL;
        int out = text ? PySequence_Contains(excluded, text) : -1;
        if (out < 0)
            return -1;
        if (!out)
            refs[n++] = ref;
    }
    deps->references = refs;
    deps->nreferences = n;
    return 0;
}
