/* SPDX-License-Identifier: MIT */
/*
 * Plain values: dicts, lists and tuples of texts, numbers, truth values and None, each of exactly that type
 * and none too deep. They have no behaviour of their own, so a copy, or the text, of one that looks the same
 * is as good as a new one. Metadata that reads a table from a file does so for every recipe, and hashing a
 * variable that holds it wants its text every time; comparing takes a tenth of the time.
 */
#include "py/impl.h"

#include <stdlib.h>

enum { MOST_DEPTH = 32, KEPT = 8, LONG_TEXT = 4096 };

static bool is_leaf(PyObject *o)
{
    return PyUnicode_CheckExact(o) || PyLong_CheckExact(o) || o == Py_None || PyBool_Check(o) ||
           PyFloat_CheckExact(o);
}

static bool same(PyObject *a, PyObject *b, int depth);

static bool same_leaf(PyObject *a, PyObject *b)
{
    if (PyUnicode_CheckExact(a))
        return PyUnicode_Compare(a, b) == 0;
    if (PyLong_CheckExact(a))
        return PyObject_RichCompareBool(a, b, Py_EQ) == 1;
    if (PyFloat_CheckExact(a)) /* by its bits: 0.0 and -0.0 are two texts */
        return memcmp(&((PyFloatObject *)a)->ob_fval, &((PyFloatObject *)b)->ob_fval, sizeof(double)) == 0;
    return false; /* there is one None, one True and one False */
}

/* The order counts: it is in the text. */
static bool same_dict(PyObject *a, PyObject *b, int depth)
{
    Py_ssize_t i = 0, j = 0;
    PyObject *ka, *va, *kb, *vb;

    if (PyDict_GET_SIZE(a) != PyDict_GET_SIZE(b))
        return false;
    while (PyDict_Next(a, &i, &ka, &va))
        if (!PyDict_Next(b, &j, &kb, &vb) || !same(ka, kb, depth) || !same(va, vb, depth))
            return false;
    return true;
}

static bool same(PyObject *a, PyObject *b, int depth)
{
    if (Py_TYPE(a) != Py_TYPE(b) || depth > MOST_DEPTH)
        return false;
    if (is_leaf(a))
        return a == b || same_leaf(a, b);
    if (PyDict_CheckExact(a))
        return same_dict(a, b, depth + 1);
    if (!PyList_CheckExact(a) && !PyTuple_CheckExact(a))
        return false;
    if (PySequence_Fast_GET_SIZE(a) != PySequence_Fast_GET_SIZE(b))
        return false;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(a); i++)
        if (!same(PySequence_Fast_GET_ITEM(a, i), PySequence_Fast_GET_ITEM(b, i), depth + 1))
            return false;
    return true;
}

static PyObject *copy(PyObject *o, int depth);

static PyObject *copy_dict(PyObject *o, int depth)
{
    PyObject *r = PyDict_Copy(o), *key, *val;
    Py_ssize_t i = 0;

    while (r && PyDict_Next(r, &i, &key, &val)) {
        if (!is_leaf(key)) {
            Py_CLEAR(r);
        } else if (!is_leaf(val)) {
            BB_CLEAN_PY PyObject *v = copy(val, depth);
            if (!v || PyDict_SetItem(r, key, v) < 0) /* the key is there, so nothing moves */
                Py_CLEAR(r);
        }
    }
    return r;
}

static PyObject *copy_sequence(PyObject *o, int depth)
{
    Py_ssize_t n = PySequence_Fast_GET_SIZE(o);
    bool list = PyList_CheckExact(o);
    PyObject *r = list ? PyList_New(n) : PyTuple_New(n);

    for (Py_ssize_t i = 0; r && i < n; i++) {
        PyObject *v = copy(PySequence_Fast_GET_ITEM(o, i), depth);
        if (!v)
            Py_CLEAR(r);
        else if (list)
            PyList_SET_ITEM(r, i, v);
        else
            PyTuple_SET_ITEM(r, i, v);
    }
    return r;
}

static PyObject *copy(PyObject *o, int depth)
{
    if (is_leaf(o))
        return Py_NewRef(o);
    if (depth > MOST_DEPTH)
        return NULL;
    if (PyDict_CheckExact(o))
        return copy_dict(o, depth + 1);
    if (PyList_CheckExact(o) || PyTuple_CheckExact(o))
        return copy_sequence(o, depth + 1);
    return NULL;
}

PyObject *bb_plain_copy(PyObject *o)
{
    PyObject *r = copy(o, 0);

    if (!r)
        PyErr_Clear();
    return r;
}

/* The last long texts, and what they are texts of: our own copies, which nobody else sees. */
static struct {
    PyObject *value; /* NULL: unused */
    struct bb_buf text;
} kept[KEPT];
static unsigned next;

static void keep(PyObject *o, bb_str text)
{
    PyObject *value = bb_plain_copy(o);

    if (!value)
        return;
    Py_XSETREF(kept[next].value, value);
    bb_buf_release(&kept[next].text);
    kept[next].text = (struct bb_buf)BB_BUF_INIT;
    bb_buf_adds(&kept[next].text, text);
    next = (next + 1) % KEPT;
}

int bb_plain_str(PyObject *o, struct bb_buf *out)
{
    bool container = PyDict_CheckExact(o) || PyList_CheckExact(o) || PyTuple_CheckExact(o);

    for (unsigned i = 0; container && i < KEPT; i++)
        if (kept[i].value && same(o, kept[i].value, 0)) {
            bb_buf_adds(out, bb_buf_str(&kept[i].text));
            return 0;
        }
    BB_CLEAN_PY PyObject *s = PyObject_Str(o);
    BB_CLEAN_TEXT struct bb_text t = {0};
    if (!s || bb_conv_text(s, &t) < 0)
        return -1;
    if (container && t.s.len >= LONG_TEXT)
        keep(o, t.s);
    bb_buf_adds(out, t.s);
    return 0;
}

void bb_plain_stop(void)
{
    for (unsigned i = 0; i < KEPT; i++) {
        Py_CLEAR(kept[i].value);
        bb_buf_release(&kept[i].text);
        kept[i].text = (struct bb_buf)BB_BUF_INIT;
    }
}
