/* SPDX-License-Identifier: MIT */
/* The part of module _bbc that knows hash equivalence servers: bb.siggen asks and tells them through it. */
#include "py/impl.h"

#include "py/equiv.h"

static const struct bb_py_equiv *equiv;

void bb_py_set_equiv(const struct bb_py_equiv *e)
{
    equiv = e;
}

/* Copies of a tuple's texts, of which it must have `n`. */
static int take_texts(PyObject *o, struct bb_arena *a, size_t n, bb_str *const *ret)
{
    if (!PyTuple_Check(o) || (size_t)PyTuple_GET_SIZE(o) != n) {
        PyErr_Format(PyExc_TypeError, "a tuple of %zu texts is wanted", n);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        if (bb_conv_copy(PyTuple_GET_ITEM(o, (Py_ssize_t)i), a, ret[i]) < 0)
            return -1;
    return 0;
}

static int take_login(PyObject *o, struct bb_arena *a, struct bb_equiv_login *ret)
{
    return take_texts(o, a, 3, (bb_str *const[]){&ret->server, &ret->user, &ret->token});
}

static PyObject *ask_unihashes(PyObject *login, PyObject *list, struct bb_arena *a)
{
    size_t n = (size_t)PyList_GET_SIZE(list);
    struct bb_equiv_query *q = bb_arena_array(a, struct bb_equiv_query, n);
    bb_str *answers = bb_arena_array(a, bb_str, n);
    struct bb_equiv_login who;

    if (take_login(login, a, &who) < 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (take_texts(PyList_GET_ITEM(list, (Py_ssize_t)i), a, 3,
                       (bb_str *const[]){&q[i].key, &q[i].method, &q[i].taskhash}) < 0)
            return NULL;
    if (equiv && equiv->get(equiv->self, &who, q, n, a, answers) < 0)
        memset(answers, 0, n * sizeof(*answers));
    return bb_conv_strlist(answers, n);
}

/* unihashes((server, user, token), [(key, method, taskhash)]): [str], "" where none is known */
static PyObject *m_unihashes(PyObject *self, PyObject *args)
{
    PyObject *login, *list;
    struct bb_arena a;

    if (!PyArg_ParseTuple(args, "OO!", &login, &PyList_Type, &list))
        return NULL;
    bb_arena_init(&a);
    PyObject *ret = ask_unihashes(login, list, &a);
    bb_arena_release(&a);
    return ret;
}

static PyObject *ask_exist(PyObject *login, PyObject *list, struct bb_arena *a)
{
    size_t n = (size_t)PyList_GET_SIZE(list);
    bb_str *unihashes = bb_arena_array(a, bb_str, n);
    bool *known = bb_arena_array(a, bool, n);
    struct bb_equiv_login who;

    if (take_login(login, a, &who) < 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (bb_conv_copy(PyList_GET_ITEM(list, (Py_ssize_t)i), a, &unihashes[i]) < 0)
            return NULL;
    if (!equiv || equiv->exist(equiv->self, &who, unihashes, n, known) < 0)
        memset(known, 0, n * sizeof(*known));
    PyObject *ret = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; ret && i < n; i++)
        PyList_SET_ITEM(ret, (Py_ssize_t)i, PyBool_FromLong(known[i]));
    return ret;
}

/* unihashes_exist((server, user, token), [unihash]): [bool] */
static PyObject *m_unihashes_exist(PyObject *self, PyObject *args)
{
    PyObject *login, *list;
    struct bb_arena a;

    if (!PyArg_ParseTuple(args, "OO!", &login, &PyList_Type, &list))
        return NULL;
    bb_arena_init(&a);
    PyObject *ret = ask_exist(login, list, &a);
    bb_arena_release(&a);
    return ret;
}

static PyObject *tell_report(PyObject *login, PyObject *fields, PyObject *extra, bool equivalent,
                             struct bb_arena *a)
{
    struct bb_equiv_login who;
    struct bb_equiv_report r = {.equiv = equivalent, .nextra = (size_t)PyList_GET_SIZE(extra)};
    bb_str(*pairs)[2] = bb_arena_alloc(a, (r.nextra + 1) * sizeof(*pairs));
    bb_str answer = {0};

    if (take_login(login, a, &who) < 0 ||
        take_texts(fields, a, 4, (bb_str *const[]){&r.method, &r.taskhash, &r.unihash, &r.outhash}) < 0)
        return NULL;
    for (size_t i = 0; i < r.nextra; i++)
        if (take_texts(PyList_GET_ITEM(extra, (Py_ssize_t)i), a, 2,
                       (bb_str *const[]){&pairs[i][0], &pairs[i][1]}) < 0)
            return NULL;
    r.extra = (const bb_str(*)[2])pairs;
    if (!equiv || equiv->report(equiv->self, &who, &r, a, &answer) < 0)
        Py_RETURN_NONE;
    return bb_conv_str(answer);
}

/* report_unihash((server, user, token), equiv, (method, taskhash, unihash, outhash), [(name, value)]): str or None */
static PyObject *m_report_unihash(PyObject *self, PyObject *args)
{
    PyObject *login, *fields, *extra;
    int equivalent;
    struct bb_arena a;

    if (!PyArg_ParseTuple(args, "OpOO!", &login, &equivalent, &fields, &PyList_Type, &extra))
        return NULL;
    bb_arena_init(&a);
    PyObject *ret = tell_report(login, fields, extra, equivalent, &a);
    bb_arena_release(&a);
    return ret;
}

/* unihash_known(key, taskhash, unihash) */
static PyObject *m_unihash_known(PyObject *self, PyObject *args)
{
    struct bb_arena a;
    bb_str key, taskhash, unihash;

    bb_arena_init(&a);
    int r = take_texts(args, &a, 3, (bb_str *const[]){&key, &taskhash, &unihash});
    if (r == 0 && equiv)
        equiv->known(equiv->self, key, taskhash, unihash);
    bb_arena_release(&a);
    return r < 0 ? NULL : Py_NewRef(Py_None);
}

/* unihash_changed(tid, unihash) */
static PyObject *m_unihash_changed(PyObject *self, PyObject *args)
{
    struct bb_arena a;
    bb_str tid, unihash;

    bb_arena_init(&a);
    int r = take_texts(args, &a, 2, (bb_str *const[]){&tid, &unihash});
    if (r == 0 && equiv)
        equiv->changed(equiv->self, tid, unihash);
    bb_arena_release(&a);
    return r < 0 ? NULL : Py_NewRef(Py_None);
}

/* clang-format off */
#define VARARGS(name, doc) {#name, m_##name, METH_VARARGS, doc}
/* clang-format on */
PyMethodDef bb_mod_equiv_functions[] = {
    VARARGS(unihashes, "unihashes((server, user, token), [(key, method, taskhash)]): list of str"),
    VARARGS(unihashes_exist, "unihashes_exist((server, user, token), [unihash]): list of bool"),
    VARARGS(
        report_unihash,
        "report_unihash(login, equiv, (method, taskhash, unihash, outhash), [(name, value)]): str or None"),
    VARARGS(unihash_known, "unihash_known(key, taskhash, unihash)"),
    VARARGS(unihash_changed, "unihash_changed(tid, unihash)"),
    {0},
};
