/* SPDX-License-Identifier: MIT */
/* The less travelled half of _bbc.DataSmart: iteration, copies, references, history. */
#include "py/impl.h"

static struct bb_store *store(PyObject *self)
{
    return bb_type_store(self);
}

static PyObject *names_list(const bb_sym *p, size_t n)
{
    PyObject *list = PyList_New((Py_ssize_t)n);

    for (size_t i = 0; list && i < n; i++) {
        PyObject *s = bb_conv_name(p[i]);
        if (!s)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, s);
    }
    return list;
}

typedef int keys_fn(struct bb_store *d, bb_sym **ret, size_t *ret_n);

static PyObject *keys_list(PyObject *self, keys_fn *fn)
{
    bb_sym *keys = NULL;
    size_t n = 0;
    int r = fn(store(self), &keys, &n);

    return r < 0 ? bb_exc_raise(store(self), r) : names_list(keys, n);
}

static PyObject *data_iter(PyObject *self)
{
    BB_CLEAN_PY PyObject *list = keys_list(self, bb_store_keys);
    return list ? PyObject_GetIter(list) : NULL;
}

static Py_ssize_t data_len(PyObject *self)
{
    bb_sym *keys = NULL;
    size_t n = 0;
    int r = bb_store_keys(store(self), &keys, &n);

    if (r < 0) {
        bb_exc_raise(store(self), r);
        return -1;
    }
    return (Py_ssize_t)n;
}

/* The unexpanded value; 1 when set, 0 when not, -1 with an exception. */
static int raw(PyObject *self, PyObject *key, struct bb_val *ret)
{
    bb_sym var = bb_conv_sym(key);

    *ret = BB_NONE;
    if (!var)
        return -1;
    int r = bb_store_get(store(self), var, 0, ret);
    if (r < 0) {
        bb_exc_raise(store(self), r);
        return -1;
    }
    return ret->kind != BB_V_NONE;
}

static int data_contains(PyObject *self, PyObject *key)
{
    struct bb_val v;
    return PyUnicode_Check(key) ? raw(self, key, &v) : 0;
}

static PyObject *data_getitem(PyObject *self, PyObject *key)
{
    struct bb_val v;
    int r = raw(self, key, &v);

    if (r == 0)
        PyErr_SetObject(PyExc_KeyError, key);
    return r > 0 ? bb_conv_from_val(v) : NULL;
}

static int data_setitem(PyObject *self, PyObject *key, PyObject *value)
{
    struct bb_store *d = store(self);
    struct bb_how how = {0};
    bb_sym var = bb_conv_sym(key);
    BB_CLEAN_VAL struct bb_pyval v = {0};

    if (!var || (value && bb_conv_to_val(value, &v) < 0))
        return -1;
    bb_args_caller(&how);
    int r = value ? bb_store_set(d, var, v.v, &how) : bb_store_del(d, var, &how);
    if (r < 0)
        bb_exc_raise(d, r);
    return r < 0 ? -1 : 0;
}

static PySequenceMethods as_sequence = {.sq_contains = data_contains};
static PyMappingMethods as_mapping = {
    .mp_length = data_len,
    .mp_subscript = data_getitem,
    .mp_ass_subscript = data_setitem,
};

void bb_type_more_fill(PyTypeObject *type)
{
    type->tp_iter = data_iter;
    type->tp_as_sequence = &as_sequence;
    type->tp_as_mapping = &as_mapping;
}

static PyObject *data_createCopy(PyObject *self, PyObject *unused)
{
    struct bb_store *copy = bb_store_copy(store(self));
    PyObject *o = bb_type_wrap(copy);

    bb_store_unref(copy);
    return o;
}

static PyObject *data_localkeys(PyObject *self, PyObject *unused)
{
    BB_CLEAN_PY PyObject *list = keys_list(self, bb_store_local_keys);
    return list ? PyObject_GetIter(list) : NULL;
}

static PyObject *data_hasOverrides(PyObject *self, PyObject *name)
{
    bb_sym var = bb_conv_sym(name);
    return var ? PyBool_FromLong(bb_store_has_overrides(store(self), var)) : NULL;
}

static PyObject *data_expandWithRefs(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                                     PyObject *kwnames)
{
    static const struct bb_params p = {"expandWithRefs", 2, {"s", "varname"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    BB_CLEAN_TEXT struct bb_text text = {0};
    struct bb_varparse vp = {0};

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    if (!PyUnicode_Check(a[0]))
        return bb_type_parse_plain(self, a[1], a[0]);
    bb_sym var = a[1] != Py_None ? bb_conv_sym(a[1]) : NULL;
    if ((a[1] != Py_None && !var) || bb_conv_text(a[0], &text) < 0)
        return NULL;
    int r = bb_store_expand_refs(store(self), text.s, var, &vp);
    return r < 0 ? bb_exc_raise(store(self), r) : bb_type_parse_new(self, a[1], &vp);
}

static PyObject *data_expandVarref(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"expandVarref", 1, {"variable", "parents"}};
    PyObject *a[BB_ARGS_MAX] = {0};

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    int parents = bb_args_true(a[1], false);
    if (!var || parents < 0)
        return NULL;
    int r = bb_store_expand_varref(store(self), var, parents);
    if (r < 0)
        return bb_exc_raise(store(self), r);
    Py_RETURN_NONE;
}

static PyObject *data_expandKeys(PyObject *self, PyObject *unused)
{
    int r = bb_store_expand_keys(store(self));

    if (r < 0)
        return bb_exc_raise(store(self), r);
    Py_RETURN_NONE;
}

static PyObject *data_enableTracking(PyObject *self, PyObject *unused)
{
    bb_store_track(store(self), true);
    Py_RETURN_NONE;
}

static PyObject *data_disableTracking(PyObject *self, PyObject *unused)
{
    bb_store_track(store(self), false);
    Py_RETURN_NONE;
}

static PyObject *data_tracks(PyObject *self, PyObject *unused)
{
    return PyBool_FromLong(bb_store_tracks(store(self)));
}

static int put(PyObject *dict, const char *key, PyObject *value /* taken */)
{
    int r = value ? PyDict_SetItemString(dict, key, value) : -1;

    Py_XDECREF(value);
    return r;
}

static PyObject *event_dict(const struct bb_event *e, bb_sym var)
{
    PyObject *dict = PyDict_New();

    if (!dict)
        return NULL;
    if (put(dict, "variable", bb_conv_name(e->variable ? e->variable : var)) < 0 ||
        put(dict, "file", bb_conv_str(bb_source_path(e->loc.src))) < 0 ||
        put(dict, "line", PyLong_FromUnsignedLong(e->loc.line)) < 0 ||
        put(dict, "op", bb_conv_str(bb_str_z(e->op ? e->op : "set"))) < 0 ||
        put(dict, "detail", bb_conv_str(e->detail)) < 0 ||
        (e->flag && put(dict, "flag", bb_conv_name(e->flag)) < 0) ||
        (e->func && put(dict, "func", bb_conv_str(bb_str_z(e->func))) < 0))
        Py_CLEAR(dict);
    return dict;
}

/* The recorded operations on a variable, oldest first, as dicts. */
static PyObject *data_history(PyObject *self, PyObject *name)
{
    const struct bb_event *events = NULL;
    size_t n = 0;
    bb_sym var = bb_conv_sym(name);
    int r = var ? bb_store_history(store(self), var, &events, &n) : 0;

    if (!var)
        return NULL;
    if (r < 0)
        return bb_exc_raise(store(self), r);
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < n; i++) {
        BB_CLEAN_PY PyObject *e = event_dict(&events[i], var);
        if (!e || PyList_Append(list, e) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *data_overrides(PyObject *self, PyObject *unused)
{
    const bb_sym *p = NULL;
    size_t n = 0;
    int r = bb_store_overrides(store(self), &p, &n);

    return r < 0 ? bb_exc_raise(store(self), r) : names_list(p, n);
}

/* The [name, override] pairs of a variable, None when it never had any. */
static PyObject *data_override_keys(PyObject *self, PyObject *name)
{
    bb_sym var = bb_conv_sym(name);
    const struct bb_override_key *p;
    size_t n;

    if (!var)
        return NULL;
    if (!bb_store_override_keys(store(self), var, &p, &n))
        Py_RETURN_NONE;
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < n; i++) {
        BB_CLEAN_PY PyObject *pair =
            Py_BuildValue("[NN]", bb_conv_name(p[i].var), bb_conv_name(p[i].override));
        if (!pair || PyList_Append(list, pair) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *symvec_list(struct bb_store *d, void (*fill)(struct bb_store *, bb_symvec *))
{
    bb_symvec v = {0};
    fill(d, &v);
    PyObject *list = names_list(v.p, v.n);
    bb_vec_release(&v);
    return list;
}

static PyObject *data_overridden(PyObject *self, PyObject *unused)
{
    return symvec_list(store(self), bb_store_overridden);
}

static PyObject *data_override_vars(PyObject *self, PyObject *unused)
{
    return symvec_list(store(self), bb_store_override_vars);
}

static PyObject *data_include(PyObject *self, PyObject *file)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (file == Py_None) {
        bb_store_include_leave(store(self));
    } else {
        if (bb_conv_text(file, &t) < 0)
            return NULL;
        bb_store_include_enter(store(self), t.s);
    }
    Py_RETURN_NONE;
}

static PyObject *data_include_text(PyObject *self, PyObject *unused)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    bb_store_include_emit(store(self), &out);
    return bb_conv_str(bb_buf_str(&out));
}

/* clang-format off */
#define FAST(name, doc) {#name, (PyCFunction)(void (*)(void))data_##name, METH_FASTCALL | METH_KEYWORDS, doc}
/* clang-format on */
/* setVarFilter(var, filter) */
static PyObject *data_setVarFilter(PyObject *self, PyObject *args)
{
    PyObject *name, *filter;
    BB_CLEAN_TEXT struct bb_text text = {0};

    if (!PyArg_ParseTuple(args, "UO", &name, &filter))
        return NULL;
    bb_sym var = bb_conv_sym(name);
    if (!var || (filter != Py_None && bb_conv_text(filter, &text) < 0))
        return NULL;
    bb_store_set_filter(store(self), var, text.s);
    Py_RETURN_NONE;
}

/* Overrides are always in force; layers of BitBake 2.2 and older still ask for it. */
static PyObject *data_finalize(PyObject *self, PyObject *args)
{
    Py_RETURN_NONE;
}

PyMethodDef bb_type_more_methods[] = {
    {"setVarFilter", data_setVarFilter, METH_VARARGS,
     "What expanded values of a variable go through; None: nothing."},
    {"finalize", data_finalize, METH_VARARGS, "Nothing: overrides are always in force."},
    {"createCopy", data_createCopy, METH_NOARGS, "A copy that shares what it does not change."},
    {"localkeys", data_localkeys, METH_NOARGS, "Names this store itself has written."},
    {"hasOverrides", data_hasOverrides, METH_O, "Whether VAR:something was ever set."},
    FAST(expandWithRefs, "expandWithRefs(s, varname): a VariableParse"),
    FAST(expandVarref, "expandVarref(variable, parents=False)"),
    {"_expand_keys", data_expandKeys, METH_NOARGS, "bb.data.expandKeys"},
    {"enableTracking", data_enableTracking, METH_NOARGS, "Record histories from now on."},
    {"disableTracking", data_disableTracking, METH_NOARGS, "Record no histories from now on."},
    {"_tracks", data_tracks, METH_NOARGS, NULL},
    {"_history", data_history, METH_O, NULL},
    {"_overrides", data_overrides, METH_NOARGS, "The active overrides."},
    {"_override_keys", data_override_keys, METH_O, NULL},
    {"_overridden", data_overridden, METH_NOARGS, "Variables that have override keys."},
    {"_override_vars", data_override_vars, METH_NOARGS, "Variables that OVERRIDES depends on."},
    {"_include", data_include, METH_O, "Enters a file in the include history; None leaves it."},
    {"_include_text", data_include_text, METH_NOARGS, NULL},
    {0},
};
