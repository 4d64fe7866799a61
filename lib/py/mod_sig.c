/* SPDX-License-Identifier: MIT */
/* The part of module _bbc that knows signature data: bb.siggen works with it. */
#include "py/impl.h"

#include "sig/sigcompare.h"

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

static PyObject *lines_list(const struct bb_strvec *v)
{
    PyObject *list = PyList_New((Py_ssize_t)v->n);

    for (size_t i = 0; list && i < v->n; i++) {
        PyObject *s = bb_conv_str(v->p[i]);
        if (!s)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, s);
    }
    return list;
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
    PyObject *list = r < 0 ? bb_exc_raise(NULL, r) : PyErr_Occurred() ? NULL : lines_list(&lines);
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
    PyObject *list = r < 0 ? bb_exc_raise(NULL, r) : lines_list(&lines);
    bb_vec_release(&lines);
    bb_arena_release(&arena);
    return list;
}

/* clang-format off */
#define VARARGS(name, doc) {#name, m_##name, METH_VARARGS, doc}
/* clang-format on */
PyMethodDef bb_mod_sig_functions[] = {
    VARARGS(dump_signature, "dump_signature(mcfn, task, path, custom, runtime)"),
    VARARGS(compare_signatures, "compare_signatures(a, b, color, collapsed, recursecb): list of texts"),
    VARARGS(print_signature, "print_signature(path): list of texts"),
    {0},
};
