/* SPDX-License-Identifier: MIT */
#include "py/impl.h"

#include "base/vec.h"

/*
 * Names come in as str objects, nearly always interned ones from the constants of compiled code, so the symbol of an
 * interned str is remembered by its address. An entry holds a reference, so an address cannot change its meaning.
 */
enum { SYM_CACHE = 4096 };
static struct {
    PyObject *name;
    bb_sym sym;
} sym_cache[SYM_CACHE];

int bb_conv_text(PyObject *o, struct bb_text *ret)
{
    Py_ssize_t len;

    if (!PyUnicode_Check(o)) {
        PyErr_Format(PyExc_TypeError, "expected str, not %.100s", Py_TYPE(o)->tp_name);
        return -1;
    }
    const char *p = PyUnicode_AsUTF8AndSize(o, &len);
    if (p) {
        Py_INCREF(o);
        *ret = (struct bb_text){{p, (size_t)len}, o};
        return 0;
    }
    PyErr_Clear();
    PyObject *bytes = PyUnicode_AsEncodedString(o, "utf-8", "surrogateescape");
    if (!bytes)
        return -1;
    *ret = (struct bb_text){{PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)}, bytes};
    return 0;
}

int bb_conv_attr(PyObject *o, const char *name, struct bb_text *ret)
{
    BB_CLEAN_PY PyObject *v = PyObject_GetAttrString(o, name);

    return v ? bb_conv_text(v, ret) : -1;
}

int bb_conv_copy(PyObject *o, struct bb_arena *a, bb_str *ret)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (bb_conv_text(o, &t) < 0)
        return -1;
    *ret = bb_arena_str(a, t.s);
    return 0;
}

PyObject *bb_conv_str(bb_str s)
{
    return PyUnicode_DecodeUTF8(s.p ? s.p : "", (Py_ssize_t)s.len, "surrogateescape");
}

bb_sym bb_conv_sym(PyObject *name)
{
    if (PyUnicode_Check(name) && PyUnicode_CHECK_INTERNED(name)) {
        size_t slot = ((uintptr_t)name >> 4) % SYM_CACHE;
        if (sym_cache[slot].name == name)
            return sym_cache[slot].sym;
        BB_CLEAN_TEXT struct bb_text t = {0};
        if (bb_conv_text(name, &t) < 0)
            return NULL;
        Py_INCREF(name);
        Py_XSETREF(sym_cache[slot].name, name);
        return sym_cache[slot].sym = bb_sym_get(t.s);
    }
    BB_CLEAN_TEXT struct bb_text t = {0};
    return bb_conv_text(name, &t) < 0 ? NULL : bb_sym_get(t.s);
}

/* The str of every symbol that Python has been given, by the symbol's number. */
static BB_VEC(PyObject *) names;

PyObject *bb_conv_name(bb_sym sym)
{
    if (sym->id >= names.n) {
        size_t want = bb_sym_count();
        bb_vec_reserve(&names, want);
        memset(names.p + names.n, 0, (want - names.n) * sizeof(*names.p));
        names.n = want;
    }
    PyObject **o = &names.p[sym->id];
    if (!*o && (*o = bb_conv_str(sym->name)))
        PyUnicode_InternInPlace(o);
    return Py_XNewRef(*o);
}

PyObject *bb_conv_strlist(const bb_str *p, size_t n)
{
    PyObject *list = PyList_New((Py_ssize_t)n);
    for (size_t i = 0; list && i < n; i++) {
        PyObject *s = bb_conv_str(p[i]);
        if (!s)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, s);
    }
    return list;
}

/* Objects of texts lately handed out: a variable that is read again gives the same one. Where a text stood
 * another may stand now, so it is compared. */
enum { TEXT_CACHE = 1024 };
static struct {
    const char *p;
    PyObject *text;
} text_cache[TEXT_CACHE];

static PyObject *known_text(bb_str s)
{
    size_t slot = ((uintptr_t)s.p >> 3) % TEXT_CACHE;
    PyObject *o = text_cache[slot].text;
    if (text_cache[slot].p == s.p && o && (size_t)PyUnicode_GET_LENGTH(o) == s.len &&
        memcmp(PyUnicode_1BYTE_DATA(o), s.p, s.len) == 0)
        return Py_NewRef(o);
    o = bb_conv_str(s);
    if (o && PyUnicode_IS_COMPACT_ASCII(o)) {
        text_cache[slot].p = s.p;
        Py_XSETREF(text_cache[slot].text, Py_NewRef(o));
    }
    return o;
}

PyObject *bb_conv_from_val(struct bb_val v)
{
    switch (v.kind) {
    case BB_V_NONE:
        Py_RETURN_NONE;
    case BB_V_STR:
        return known_text(v.s);
    case BB_V_INT:
        return PyLong_FromLongLong(v.i);
    case BB_V_BOOL:
        return PyBool_FromLong(v.i != 0);
    case BB_V_LIST:
        return bb_conv_strlist(v.list->p, v.list->n);
    case BB_V_STORE:
        return bb_type_wrap(v.store);
    case BB_V_OBJ:
        Py_INCREF((PyObject *)v.obj);
        return v.obj;
    }
    BB_BUG("value of unknown kind %d", (int)v.kind);
}

/* A list of nothing but text becomes ours; false when it is some other list. */
static bool to_list(PyObject *o, struct bb_pyval *ret)
{
    Py_ssize_t n = PyList_GET_SIZE(o), len;

    ret->list.p = bb_calloc(n ? (size_t)n : 1, sizeof(bb_str));
    for (Py_ssize_t i = 0; i < n; i++) {
        PyObject *item = PyList_GET_ITEM(o, i);
        const char *p = PyUnicode_CheckExact(item) ? PyUnicode_AsUTF8AndSize(item, &len) : NULL;
        if (!p) { /* something else, or text that is no UTF-8: stays Python's */
            PyErr_Clear();
            return false;
        }
        ret->list.p[ret->list.n++] = bb_str_n(p, (size_t)len);
    }
    ret->v = (struct bb_val){.kind = BB_V_LIST, .list = &ret->list};
    return true;
}

int bb_conv_to_val(PyObject *o, struct bb_pyval *ret)
{
    int overflow = 0;

    ret->v = (struct bb_val){.kind = BB_V_OBJ, .obj = o};
    if (PyUnicode_CheckExact(o)) {
        if (bb_conv_text(o, &ret->text) < 0)
            return -1;
        ret->v = bb_val_s(ret->text.s);
    } else if (o == Py_None) {
        ret->v = BB_NONE;
    } else if (PyBool_Check(o)) {
        ret->v = bb_val_b(o == Py_True);
    } else if (PyLong_CheckExact(o)) {
        long long i = PyLong_AsLongLongAndOverflow(o, &overflow);
        if (!overflow)
            ret->v = bb_val_i(i);
    } else if (PyList_CheckExact(o)) {
        to_list(o, ret);
    }
    return 0;
}

void bb_conv_release(struct bb_pyval *v)
{
    bb_text_release(&v->text);
    free(v->list.p);
}

PyObject *bb_conv_symset(const bb_sym *p, size_t n)
{
    PyObject *set = PySet_New(NULL);

    for (size_t i = 0; set && i < n; i++) {
        BB_CLEAN_PY PyObject *s = bb_conv_name(p[i]);
        if (!s || PySet_Add(set, s) < 0)
            Py_CLEAR(set);
    }
    return set;
}

PyObject *bb_conv_strset(const bb_str *p, size_t n)
{
    PyObject *set = PySet_New(NULL);

    for (size_t i = 0; set && i < n; i++) {
        BB_CLEAN_PY PyObject *s = bb_conv_str(p[i]);
        if (!s || PySet_Add(set, s) < 0)
            Py_CLEAR(set);
    }
    return set;
}

PyObject *bb_conv_contains(const struct bb_contains *p, size_t n)
{
    PyObject *dict = PyDict_New();

    for (size_t i = 0; dict && i < n; i++) {
        BB_CLEAN_PY PyObject *key = bb_conv_name(p[i].var);
        BB_CLEAN_PY PyObject *items = bb_conv_strset(p[i].items, p[i].nitems);
        if (!key || !items || PyDict_SetItem(dict, key, items) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

void bb_conv_stop(void)
{
    for (size_t i = 0; i < SYM_CACHE; i++)
        Py_CLEAR(sym_cache[i].name);
    for (size_t i = 0; i < TEXT_CACHE; i++)
        Py_CLEAR(text_cache[i].text);
    bb_vec_each(&names, o)
        Py_CLEAR(*o);
    bb_vec_release(&names);
}
