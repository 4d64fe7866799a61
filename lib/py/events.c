/* SPDX-License-Identifier: MIT */
/*
 * Events. The registry is bb/event.py's, whose dicts are looked at from here: an event that nobody listens to
 * costs two look-ups and makes no object.
 */
#include "py/impl.h"

#include "base/vec.h"

static BB_VEC(PyObject *) saved; /* handler tables, innermost last */

void bb_events_stop(void)
{
    bb_vec_each(&saved, o)
        Py_CLEAR(*o);
    bb_vec_release(&saved);
}

static PyObject *module(void)
{
    static PyObject *event; /* borrowed: sys.modules holds it */

    if (!event) {
        BB_CLEAN_PY PyObject *m = PyImport_ImportModule("bb.event");
        event = m;
    }
    return event;
}

int bb_events_register(void *self, struct bb_store *d, bb_str func)
{
    BB_CLEAN_PY PyObject *reg = bb_interp_find("bb.event.register_variable");
    BB_CLEAN_PY PyObject *dobj = reg ? bb_type_wrap(d) : NULL;
    BB_CLEAN_PY PyObject *name = dobj ? bb_conv_str(func) : NULL;
    BB_CLEAN_PY PyObject *r = name ? PyObject_CallFunctionObjArgs(reg, name, dobj, NULL) : NULL;

    return r ? 0 : bb_exc_stash();
}

int bb_events_save(void *self)
{
    BB_CLEAN_PY PyObject *table = module() ? PyObject_GetAttrString(module(), "_handlers") : NULL;
    PyObject *copy = table ? PyDict_Copy(table) : NULL;

    if (!copy)
        return bb_exc_stash();
    bb_vec_push(&saved, copy);
    return 0;
}

void bb_events_restore(void *self)
{
    if (!saved.n)
        return;
    BB_CLEAN_PY PyObject *table = bb_vec_pop(&saved);
    if (PyObject_SetAttrString(module(), "_handlers", table) < 0)
        PyErr_Clear();
}

/* Whether a dict of bb.event has something under `key`, or anything at all when that is NULL. */
static bool filled(const char *dict, const char *key)
{
    BB_CLEAN_PY PyObject *table = PyObject_GetAttrString(module(), dict);
    PyObject *v = table && PyDict_Check(table) ? table : NULL; /* borrowed */

    if (v && key)
        v = PyDict_GetItemString(v, key);
    return v && PyDict_GET_SIZE(v) > 0;
}

bool bb_py_listens(const char *cls)
{
    if (!bb_pyst.running || !module())
        return false;
    return filled("_handlers", NULL) &&
           (filled("_catchall_handlers", NULL) || filled("_event_handler_map", cls));
}

/* Makes the event from its class and a tuple of arguments and hands it to the handlers. */
static int send(struct bb_store *d, const char *cls, PyObject *args)
{
    BB_CLEAN_PY PyObject *class = args ? bb_interp_find(cls) : NULL;
    BB_CLEAN_PY PyObject *event = class ? PyObject_CallObject(class, args) : NULL;
    BB_CLEAN_PY PyObject *fire = event ? PyObject_GetAttrString(module(), "fire_class_handlers") : NULL;
    BB_CLEAN_PY PyObject *dobj = !fire ? NULL : d ? bb_type_wrap(d) : Py_NewRef(Py_None);
    BB_CLEAN_PY PyObject *r = dobj ? PyObject_CallFunctionObjArgs(fire, event, dobj, NULL) : NULL;

    return r ? 0 : bb_exc_stash();
}

/* What waits for the start of finalisation, as written; one empty text when nothing does. */
static PyObject *put_off_classes(struct bb_store *d)
{
    struct bb_val v = BB_NONE;
    BB_CLEAN_PY PyObject *list = PyList_New(0);

    if (!list || bb_store_get(d, BB_SYM("__BBDEFINHERITS"), 0, &v) < 0)
        return NULL;
    bool some = v.kind == BB_V_LIST && v.list->n >= 3;
    for (size_t i = 0; i == 0 || (some && i + 2 < v.list->n); i += 3) {
        BB_CLEAN_PY PyObject *text = bb_conv_str(some ? v.list->p[i] : BB_STR(""));
        if (!text || PyList_Append(list, text) < 0)
            return NULL;
    }
    return Py_NewRef(list);
}

int bb_events_fire(void *self, struct bb_store *d, enum bb_parse_event ev, bb_str arg)
{
#define X(n) [BB_EV_##n] = "bb.event." #n,
    static const char *const names[] = {BB_PARSE_EVENTS(X)};
#undef X
    if (!bb_py_listens(names[ev]))
        return 0;
    BB_CLEAN_PY PyObject *fn = bb_conv_str(arg);
    BB_CLEAN_PY PyObject *args = NULL;
    if (fn && ev == BB_EV_RecipeTaskPreProcess) {
        struct bb_val v = BB_NONE;
        int r = bb_store_get(d, BB_SYM("__BBTASKS"), 0, &v);
        if (r < 0)
            return r;
        BB_CLEAN_PY PyObject *tasks = v.kind == BB_V_LIST ? bb_conv_from_val(v) : PyList_New(0);
        args = tasks ? PyTuple_Pack(2, fn, tasks) : NULL;
    } else if (fn && ev == BB_EV_RecipePreDeferredInherits) {
        BB_CLEAN_PY PyObject *classes = put_off_classes(d);
        args = classes ? PyTuple_Pack(2, fn, classes) : NULL;
    } else if (fn) {
        args = PyTuple_Pack(1, fn);
    }
    return send(d, names[ev], args);
}

int bb_py_fire(struct bb_store *d, const char *cls, const struct bb_val *args, size_t nargs)
{
    if (!bb_py_listens(cls))
        return 0;
    BB_CLEAN_PY PyObject *tuple = PyTuple_New((Py_ssize_t)nargs);
    for (size_t i = 0; tuple && i < nargs; i++) {
        PyObject *o = bb_conv_from_val(args[i]);
        if (!o)
            return bb_exc_stash();
        PyTuple_SET_ITEM(tuple, (Py_ssize_t)i, o);
    }
    return send(d, cls, tuple);
}

int bb_py_fire_json(struct bb_store *d, const char *cls, bb_str json_args)
{
    return bb_py_fire_made(d, cls, cls, json_args);
}

int bb_py_fire_made(struct bb_store *d, const char *cls, const char *maker, bb_str json_args)
{
    if (!bb_py_listens(cls))
        return 0;
    BB_CLEAN_PY PyObject *loads = bb_interp_find("json.loads");
    BB_CLEAN_PY PyObject *text = loads ? bb_conv_str(json_args) : NULL;
    BB_CLEAN_PY PyObject *list = text ? PyObject_CallOneArg(loads, text) : NULL;
    BB_CLEAN_PY PyObject *tuple = list ? PySequence_Tuple(list) : NULL;

    return send(d, maker, tuple);
}

int bb_py_fire_stores(struct bb_store *d, const char *cls, const bb_str *names,
                      struct bb_store *const *stores, size_t n)
{
    if (!bb_py_listens(cls))
        return 0;
    BB_CLEAN_PY PyObject *dict = PyDict_New();
    for (size_t i = 0; dict && i < n; i++) {
        BB_CLEAN_PY PyObject *name = bb_conv_str(names[i]);
        BB_CLEAN_PY PyObject *store = name ? bb_type_wrap(stores[i]) : NULL;
        if (!store || PyDict_SetItem(dict, name, store) < 0)
            return bb_exc_stash();
    }
    BB_CLEAN_PY PyObject *args = dict ? PyTuple_Pack(1, dict) : NULL;

    return send(d, cls, args);
}
