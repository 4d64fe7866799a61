/* SPDX-License-Identifier: MIT */
/*
 * `d`: class _bbc.DataSmart, the base of bb.data_smart.DataSmart. An object holds one reference to a store and a
 * store knows its object, so that identity holds. Here is what metadata calls all the time; the rest is in
 * type_more.c.
 */
#include "py/impl.h"

#include <structmember.h>

struct data_obj {
    PyObject_HEAD struct bb_store *d;
    PyObject *weakrefs;
};

#define STORE(o) (((struct data_obj *)(o))->d)

PyObject *bb_type_wrap(struct bb_store *d)
{
    PyObject *o = bb_store_get_user(d);

    if (o)
        return Py_NewRef(o);
    PyTypeObject *type = (PyTypeObject *)bb_pyst.DataSmart;
    o = type->tp_alloc(type, 0);
    if (o) {
        STORE(o) = bb_store_ref(d);
        bb_store_set_user(d, o);
    }
    return o;
}

struct bb_store *bb_type_store(PyObject *o)
{
    if (PyObject_TypeCheck(o, &bb_type_data))
        return STORE(o);
    PyErr_Format(PyExc_TypeError, "expected a data store, not %.100s", Py_TYPE(o)->tp_name);
    return NULL;
}

static PyObject *data_new(PyTypeObject *type, PyObject *args, PyObject *kw)
{
    PyObject *o = type->tp_alloc(type, 0);

    if (o) {
        STORE(o) = bb_store_new(bb_pyst.ctx, &bb_pyst.hook);
        bb_store_set_user(STORE(o), o);
    }
    return o;
}

struct visit {
    visitproc proc;
    void *arg;
};

static int visit_kept(void *self, void *obj)
{
    struct visit *v = self;
    return v->proc(obj, v->arg);
}

/* Metadata keeps objects in `d` that know `d` (oe.classextend does): only the collector gets rid of these. */
static int data_traverse(PyObject *o, visitproc visit, void *arg)
{
    struct visit v = {visit, arg};
    return STORE(o) ? bb_store_kept_objects(STORE(o), visit_kept, &v) : 0;
}

/* Garbage may still be called by other garbage, so there is a store, if an empty one. */
static int data_clear(PyObject *o)
{
    struct bb_store *old = STORE(o);

    STORE(o) = bb_store_new(bb_pyst.ctx, &bb_pyst.hook);
    bb_store_set_user(STORE(o), o);
    if (old) {
        bb_store_set_user(old, NULL);
        bb_store_unref(old);
    }
    return 0;
}

static void data_dealloc(PyObject *o)
{
    struct data_obj *self = (struct data_obj *)o;

    PyObject_GC_UnTrack(o);
    if (self->weakrefs)
        PyObject_ClearWeakRefs(o);
    if (self->d) {
        bb_store_set_user(self->d, NULL);
        bb_store_unref(self->d);
    }
    Py_TYPE(o)->tp_free(o);
}

/* getVar's and getVarFlag's flags from their optional arguments; -1 on error. */
static int get_flags(PyObject *expand, PyObject *noweak, PyObject *parsing)
{
    int e = bb_args_true(expand, true), n = bb_args_true(noweak, false), p = bb_args_true(parsing, false);

    if (e < 0 || n < 0 || p < 0)
        return -1;
    return (e ? BB_GET_EXPAND : 0) | (n ? BB_GET_NOWEAK : 0) | (p ? BB_GET_PARSING : 0);
}

static PyObject *finish(struct bb_store *d, int code)
{
    if (code < 0)
        return bb_exc_raise(d, code);
    Py_RETURN_NONE;
}

static PyObject *get_content(struct bb_store *d, bb_sym var, int flags)
{
    struct bb_val v = BB_NONE;
    int r = bb_store_get(d, var, (unsigned)flags, &v);

    return r < 0 ? bb_exc_raise(d, r) : bb_conv_from_val(v);
}

static PyObject *data_getVar(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"getVar", 1, {"var", "expand", "noweakdefault", "parsing"}};
    PyObject *a[BB_ARGS_MAX] = {0};

    if (nargs == 1 && !kwnames) {
        bb_sym var = bb_conv_sym(args[0]);
        return var ? get_content(STORE(self), var, BB_GET_EXPAND) : NULL;
    }
    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    int flags = get_flags(a[1], a[2], a[3]);
    return var && flags >= 0 ? get_content(STORE(self), var, flags) : NULL;
}

/* [[text, override or None], ...] of one deferred operation; None when there is none. */
static PyObject *ops_list(struct bb_store *d, bb_sym var, enum bb_symop op)
{
    const struct bb_varop *ops = NULL;
    size_t n = 0;
    int r = bb_store_ops(d, var, op, &ops, &n);

    if (r < 0)
        return bb_exc_raise(d, r);
    if (!n)
        Py_RETURN_NONE;
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list && i < n; i++) {
        PyObject *text = bb_conv_str(ops[i].text);
        PyObject *ovr = ops[i].override ? bb_conv_name(ops[i].override) : Py_NewRef(Py_None);
        BB_CLEAN_PY PyObject *pair = text && ovr ? PyList_New(2) : NULL;
        if (!pair) {
            Py_XDECREF(text);
            Py_XDECREF(ovr);
            Py_CLEAR(list);
            break;
        }
        PyList_SET_ITEM(pair, 0, text);
        PyList_SET_ITEM(pair, 1, ovr);
        if (PyList_Append(list, pair) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static enum bb_symop op_of(bb_sym flag)
{
    static const char *const names[] = {
        [BB_SYMOP_APPEND] = ":append", [BB_SYMOP_PREPEND] = ":prepend", [BB_SYMOP_REMOVE] = ":remove"};

    for (int i = BB_SYMOP_APPEND; i <= BB_SYMOP_REMOVE; i++)
        if (bb_str_eqz(flag->name, names[i]))
            return (enum bb_symop)i;
    return BB_SYMOP_NONE;
}

/* getVarFlag(..., retparser=True): (value, VariableParse) */
static PyObject *get_parser(PyObject *self, bb_sym var, bb_sym flag, bool expand)
{
    struct bb_store *d = STORE(self);
    const struct bb_varparse *vp;
    int r = bb_store_parse(d, var, flag, &vp);

    if (r < 0)
        return bb_exc_raise(d, r);
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    bb_buf_adds(&name, var->name);
    if (flag)
        bb_buf_addf(&name, "[%s]", flag->name.p);
    BB_CLEAN_PY PyObject *label = bb_conv_str(bb_buf_str(&name));
    BB_CLEAN_PY PyObject *value = bb_conv_from_val(expand ? vp->value : vp->unexpanded);
    BB_CLEAN_PY PyObject *parse = label ? bb_type_parse_new(self, label, vp) : NULL;
    return value && parse ? PyTuple_Pack(2, value, parse) : NULL;
}

static PyObject *data_getVarFlag(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {
        "getVarFlag", 2, {"var", "flag", "expand", "noweakdefault", "parsing", "retparser"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    struct bb_store *d = STORE(self);

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    int flags = get_flags(a[2], a[3], a[4]), retparser = bb_args_true(a[5], false);
    int given = PyObject_IsTrue(a[1]);
    if (!var || flags < 0 || retparser < 0 || given < 0)
        return NULL;
    if (!given) {
        bb_warn(bb_pyst.ctx, "Calling getVarFlag with flag unset is invalid");
        Py_RETURN_NONE;
    }
    bb_sym flag = bb_conv_sym(a[1]);
    if (!flag)
        return NULL;
    bool content = bb_str_eqz(flag->name, "_content");
    if (retparser)
        return get_parser(self, var, content ? NULL : flag, flags & BB_GET_EXPAND);
    if (content)
        return get_content(d, var, flags);
    if (op_of(flag))
        return ops_list(d, var, op_of(flag));
    struct bb_val v = BB_NONE;
    int r = bb_store_get_flag(d, var, flag, (unsigned)flags, &v);
    return r < 0 ? bb_exc_raise(d, r) : bb_conv_from_val(v);
}

static PyObject *data_setVar(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"setVar", 2, {"var", "value"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    struct bb_how how = {0};
    struct bb_store *d = STORE(self);
    BB_CLEAN_VAL struct bb_pyval v = {0};

    if (bb_args_bind(&p, args, nargs, kwnames, a, &how) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    if (!var || bb_conv_to_val(a[1], &v) < 0)
        return NULL;
    bb_args_caller(&how);
    return finish(d, bb_store_set(d, var, v.v, &how));
}

static PyObject *data_setVarFlag(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"setVarFlag", 3, {"var", "flag", "value"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    struct bb_how how = {0};
    struct bb_store *d = STORE(self);
    BB_CLEAN_VAL struct bb_pyval v = {0};

    if (bb_args_bind(&p, args, nargs, kwnames, a, &how) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]), flag = var ? bb_conv_sym(a[1]) : NULL;
    if (!flag || bb_conv_to_val(a[2], &v) < 0)
        return NULL;
    bb_args_caller(&how);
    if (bb_str_eqz(flag->name, "_content")) {
        how.parsing = true;
        return finish(d, bb_store_set(d, var, v.v, &how));
    }
    return finish(d, bb_store_set_flag(d, var, flag, v.v, &how));
}

typedef int append_fn(struct bb_store *d, bb_sym var, bb_str value, const struct bb_how *how);
typedef int append_flag_fn(struct bb_store *d, bb_sym var, bb_sym flag, bb_str value,
                           const struct bb_how *how);

static PyObject *append(PyObject *self, const struct bb_params *p, append_fn *fn, PyObject *const *args,
                        Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *a[BB_ARGS_MAX] = {0};
    struct bb_how how = {0};
    struct bb_store *d = STORE(self);
    BB_CLEAN_TEXT struct bb_text s = {0};

    if (bb_args_bind(p, args, nargs, kwnames, a, &how) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    if (!var || bb_conv_text(a[1], &s) < 0)
        return NULL;
    bb_args_caller(&how);
    return finish(d, fn(d, var, s.s, &how));
}

static PyObject *data_appendVar(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"appendVar", 2, {"var", "value"}};
    return append(self, &p, bb_store_append, args, nargs, kwnames);
}

static PyObject *data_prependVar(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"prependVar", 2, {"var", "value"}};
    return append(self, &p, bb_store_prepend, args, nargs, kwnames);
}

/* The general case: any two objects that can be added, such as lists. */
static PyObject *append_flag_object(struct bb_store *d, bb_sym var, bb_sym flag, PyObject *value, bool front,
                                    const struct bb_how *how)
{
    struct bb_val v = BB_NONE;
    BB_CLEAN_VAL struct bb_pyval new = {0};
    int r = bb_store_get_flag(d, var, flag, 0, &v);
    if (r < 0)
        return bb_exc_raise(d, r);
    BB_CLEAN_PY PyObject *old =
        bb_val_true(&bb_pyst.hook, v) ? bb_conv_from_val(v) : PyUnicode_FromString("");
    BB_CLEAN_PY PyObject *sum = !old ? NULL : front ? PyNumber_Add(value, old) : PyNumber_Add(old, value);
    if (!sum || bb_conv_to_val(sum, &new) < 0)
        return NULL;
    return finish(d, bb_store_set_flag(d, var, flag, new.v, how));
}

static PyObject *append_flag(PyObject *self, const struct bb_params *p, append_flag_fn *fn,
                             PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *a[BB_ARGS_MAX] = {0};
    struct bb_how how = {0};
    struct bb_store *d = STORE(self);
    BB_CLEAN_TEXT struct bb_text s = {0};

    if (bb_args_bind(p, args, nargs, kwnames, a, &how) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]), flag = var ? bb_conv_sym(a[1]) : NULL;
    if (!flag)
        return NULL;
    bb_args_caller(&how);
    if (!PyUnicode_Check(a[2]))
        return append_flag_object(d, var, flag, a[2], fn == bb_store_prepend_flag, &how);
    if (bb_conv_text(a[2], &s) < 0)
        return NULL;
    return finish(d, fn(d, var, flag, s.s, &how));
}

static PyObject *data_appendVarFlag(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                                    PyObject *kwnames)
{
    static const struct bb_params p = {"appendVarFlag", 3, {"var", "flag", "value"}};
    return append_flag(self, &p, bb_store_append_flag, args, nargs, kwnames);
}

static PyObject *data_prependVarFlag(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                                     PyObject *kwnames)
{
    static const struct bb_params p = {"prependVarFlag", 3, {"var", "flag", "value"}};
    return append_flag(self, &p, bb_store_prepend_flag, args, nargs, kwnames);
}

/* Arguments that are names of variables or flags, and who calls; 0, or -1 with an exception. */
static int bind_names(const struct bb_params *p, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                      bb_sym names[2], struct bb_how *how)
{
    PyObject *a[BB_ARGS_MAX] = {0};

    if (bb_args_bind(p, args, nargs, kwnames, a, how) < 0)
        return -1;
    for (int i = 0; i < p->nreq; i++)
        if (!(names[i] = bb_conv_sym(a[i])))
            return -1;
    bb_args_caller(how);
    return 0;
}

/* For the methods that take one name. */
static PyObject *change_one(PyObject *self, const struct bb_params *p, PyObject *const *args,
                            Py_ssize_t nargs, PyObject *kwnames,
                            int (*fn)(struct bb_store *, bb_sym, const struct bb_how *))
{
    struct bb_how how = {0};
    bb_sym n[2];

    if (bind_names(p, args, nargs, kwnames, n, &how) < 0)
        return NULL;
    return finish(STORE(self), fn(STORE(self), n[0], &how));
}

/* For the methods that take two. */
static PyObject *change_two(PyObject *self, const struct bb_params *p, PyObject *const *args,
                            Py_ssize_t nargs, PyObject *kwnames,
                            int (*fn)(struct bb_store *, bb_sym, bb_sym, const struct bb_how *))
{
    struct bb_how how = {0};
    bb_sym n[2];

    if (bind_names(p, args, nargs, kwnames, n, &how) < 0)
        return NULL;
    return finish(STORE(self), fn(STORE(self), n[0], n[1], &how));
}

static PyObject *data_delVar(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"delVar", 1, {"var"}};
    return change_one(self, &p, args, nargs, kwnames, bb_store_del);
}

static PyObject *data_delVarFlag(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"delVarFlag", 2, {"var", "flag"}};
    return change_two(self, &p, args, nargs, kwnames, bb_store_del_flag);
}

static PyObject *data_delVarFlags(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"delVarFlags", 1, {"var"}};
    return change_one(self, &p, args, nargs, kwnames, bb_store_del_flags);
}

static PyObject *data_renameVar(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"renameVar", 2, {"key", "newkey"}};
    return change_two(self, &p, args, nargs, kwnames, bb_store_rename);
}

/* The value of one flag for getVarFlags; `expand` is the container of names to expand, or NULL. */
static PyObject *flag_value(struct bb_store *d, bb_sym var, const struct bb_flag *f, PyObject *name,
                            PyObject *expand)
{
    int want = expand && expand != Py_False && expand != Py_None ? PySequence_Contains(expand, name) : 0;

    if (want < 0)
        return NULL;
    if (op_of(f->name))
        return ops_list(d, var, op_of(f->name));
    if (!want || f->val.kind != BB_V_STR)
        return bb_conv_from_val(f->val);
    struct bb_val v = BB_NONE;
    int r = bb_store_get_flag(d, var, f->name, BB_GET_EXPAND, &v);
    return r < 0 ? bb_exc_raise(d, r) : bb_conv_from_val(v);
}

static PyObject *data_getVarFlags(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"getVarFlags", 1, {"var", "expand", "internalflags"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    struct bb_store *d = STORE(self);
    const struct bb_flag *flags = NULL;
    size_t n = 0;

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    int internal = bb_args_true(a[2], false);
    if (!var || internal < 0)
        return NULL;
    int r = bb_store_flags(d, var, internal, &flags, &n);
    if (r < 0)
        return bb_exc_raise(d, r);
    if (!n)
        Py_RETURN_NONE;
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict && i < n; i++) {
        BB_CLEAN_PY PyObject *name = bb_conv_name(flags[i].name);
        BB_CLEAN_PY PyObject *v = name ? flag_value(d, var, &flags[i], name, a[1]) : NULL;
        if (!v || PyDict_SetItem(dict, name, v) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *data_setVarFlags(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"setVarFlags", 2, {"var", "flags"}};
    PyObject *a[BB_ARGS_MAX] = {0}, *key, *value;
    struct bb_how how = {0};
    struct bb_store *d = STORE(self);
    Py_ssize_t pos = 0;

    if (bb_args_bind(&p, args, nargs, kwnames, a, &how) < 0)
        return NULL;
    bb_sym var = bb_conv_sym(a[0]);
    if (!var || !PyDict_Check(a[1])) {
        if (var)
            PyErr_SetString(PyExc_TypeError, "setVarFlags() wants a dict");
        return NULL;
    }
    how.ignore = how.ignore || !kwnames; /* BitBake records these only when told where they come from */
    while (PyDict_Next(a[1], &pos, &key, &value)) {
        bb_sym flag = bb_conv_sym(key);
        BB_CLEAN_VAL struct bb_pyval v = {0};
        if (!flag || bb_conv_to_val(value, &v) < 0)
            return NULL;
        if (bb_str_eqz(flag->name, "_content"))
            continue;
        int r = bb_store_set_flag(d, var, flag, v.v, &how);
        if (r < 0)
            return bb_exc_raise(d, r);
    }
    Py_RETURN_NONE;
}

static PyObject *data_expand(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"expand", 1, {"s", "varname"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    BB_CLEAN_TEXT struct bb_text text = {0};
    struct bb_store *d = STORE(self);
    bb_str out;

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    if (!PyUnicode_Check(a[0]))
        return Py_NewRef(a[0]);
    bb_sym var = a[1] && a[1] != Py_None ? bb_conv_sym(a[1]) : NULL;
    if ((PyErr_Occurred() && !var) || bb_conv_text(a[0], &text) < 0)
        return NULL;
    if (!bb_str_has(text.s, BB_STR("${")))
        return Py_NewRef(a[0]);
    int r = bb_store_expand(d, text.s, var, &out);
    return r < 0 ? bb_exc_raise(d, r) : bb_conv_str(out);
}

/* clang-format off */
#define METHOD(name, doc) {#name, (PyCFunction)(void (*)(void))data_##name, METH_FASTCALL | METH_KEYWORDS, doc}
/* clang-format on */
static PyMethodDef hot_methods[] = {
    METHOD(getVar, "getVar(var, expand=True, noweakdefault=False, parsing=False): the value, or None"),
    METHOD(setVar, "setVar(var, value, **loginfo)"),
    METHOD(getVarFlag,
           "getVarFlag(var, flag, expand=True, noweakdefault=False, parsing=False, retparser=False)"),
    METHOD(setVarFlag, "setVarFlag(var, flag, value, **loginfo)"),
    METHOD(getVarFlags,
           "getVarFlags(var, expand=None, internalflags=False): dict, or None when there are none"),
    METHOD(setVarFlags, "setVarFlags(var, flags, **loginfo)"),
    METHOD(delVar, "delVar(var, **loginfo)"),
    METHOD(delVarFlag, "delVarFlag(var, flag, **loginfo)"),
    METHOD(delVarFlags, "delVarFlags(var, **loginfo): all flags, the value stays"),
    METHOD(appendVar, "appendVar(var, value, **loginfo): as VAR:append"),
    METHOD(prependVar, "prependVar(var, value, **loginfo): as VAR:prepend"),
    METHOD(appendVarFlag, "appendVarFlag(var, flag, value, **loginfo)"),
    METHOD(prependVarFlag, "prependVarFlag(var, flag, value, **loginfo)"),
    METHOD(renameVar, "renameVar(key, newkey, **loginfo)"),
    METHOD(expand, "expand(s, varname=None)"),
    {0},
};

PyTypeObject bb_type_data = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_bbc.DataSmart",
    .tp_doc = "Variables with flags, overrides and expansion.",
    .tp_basicsize = sizeof(struct data_obj),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_new = data_new,
    .tp_dealloc = data_dealloc,
    .tp_traverse = data_traverse,
    .tp_clear = data_clear,
    .tp_weaklistoffset = offsetof(struct data_obj, weakrefs),
};

/* The methods of both files in the one table that a type has. */
static PyMethodDef *all_methods(void)
{
    static PyMethodDef all[64];
    PyMethodDef *parts[] = {hot_methods, bb_type_more_methods};
    size_t n = 0;

    for (size_t i = 0; i < 2; i++)
        for (PyMethodDef *m = parts[i]; m->ml_name; m++) {
            if (n + 1 == sizeof(all) / sizeof(all[0]))
                BB_BUG("more methods than the table has room for");
            all[n++] = *m;
        }
    return all;
}

int bb_type_data_add(PyObject *module)
{
    bb_type_data.tp_methods = all_methods();
    bb_type_more_fill(&bb_type_data);
    if (PyType_Ready(&bb_type_data) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "DataSmart", (PyObject *)&bb_type_data);
}
