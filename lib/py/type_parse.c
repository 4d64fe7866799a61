/* SPDX-License-Identifier: MIT */
/*
 * bb.data_smart.VariableParse: an expanded text and what it refers to. A plain Python class
 * (bb/data_smart.py) that is filled here; `removes` exists only on variables with :remove, as in BitBake.
 */
#include "py/impl.h"

static int set(PyObject *o, const char *name, PyObject *value /* taken */)
{
    int r = value ? PyObject_SetAttrString(o, name, value) : -1;

    Py_XDECREF(value);
    return r;
}

static PyObject *make(PyObject *d, PyObject *varname, PyObject *unexpanded, PyObject *value)
{
    static PyObject *class;

    if (!class && !(class = bb_interp_find("bb.data_smart.VariableParse")))
        return NULL;
    return PyObject_CallFunctionObjArgs(class, varname, d, unexpanded, value, NULL);
}

PyObject *bb_type_parse_plain(PyObject *d, PyObject *varname, PyObject *value)
{
    return make(d, varname, value, value);
}

PyObject *bb_type_parse_new(PyObject *d, PyObject *varname, const struct bb_varparse *p)
{
    BB_CLEAN_PY PyObject *value = bb_conv_from_val(p->value);
    BB_CLEAN_PY PyObject *raw = bb_conv_from_val(p->unexpanded);
    PyObject *o = value && raw ? make(d, varname, raw, value) : NULL;

    if (!o)
        return NULL;
    if (set(o, "references", bb_conv_symset(p->deps.references, p->deps.nreferences)) < 0 ||
        set(o, "execs", bb_conv_symset(p->deps.execs, p->deps.nexecs)) < 0 ||
        set(o, "contains", bb_conv_contains(p->deps.contains, p->deps.ncontains)) < 0 ||
        (p->nremoves && set(o, "removes", bb_conv_strset(p->removes, p->nremoves)) < 0))
        Py_CLEAR(o);
    return o;
}
