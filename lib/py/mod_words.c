/* SPDX-License-Identifier: MIT */
/* bb.utils.contains, contains_any and filter: metadata asks these more than anything else but getVar. */
#include "py/impl.h"

#include "base/vec.h"

/* The variable's value as text: 1, 0 when it is unset or empty, -1 with an exception. */
static int value_of(PyObject *dobj, PyObject *variable, struct bb_text *ret)
{
    if (PyObject_TypeCheck(dobj, &bb_type_data)) {
        struct bb_store *d = bb_type_store(dobj);
        bb_sym var = bb_conv_sym(variable);
        struct bb_val v = BB_NONE;
        int r = var ? bb_store_get(d, var, BB_GET_EXPAND, &v) : -1;
        if (r < 0) {
            if (var)
                bb_exc_raise(d, r);
            return -1;
        }
        if (v.kind == BB_V_STR) {
            ret->s = v.s;
            return v.s.len > 0;
        }
    }
    /* something else that has getVar, or a value that is no text: Python's own rules */
    BB_CLEAN_PY PyObject *v = PyObject_CallMethod(dobj, "getVar", "O", variable);
    int truth = v ? PyObject_IsTrue(v) : -1;
    return truth > 0 && bb_conv_text(v, ret) < 0 ? -1 : truth;
}

/* What is done with each word; returns false to stop. */
typedef bool word_fn(void *self, bb_str word);

/* Every word of a text, or every item of any other iterable. -1 with an exception. */
static int each_word(PyObject *words, word_fn *fn, void *self)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    bb_str rest, w;

    if (PyUnicode_Check(words)) {
        if (bb_conv_text(words, &t) < 0)
            return -1;
        rest = t.s;
        while (bb_str_word(&rest, &w) && fn(self, w))
            ;
        return 0;
    }
    BB_CLEAN_PY PyObject *it = PyObject_GetIter(words);
    for (bool more = it; more;) {
        BB_CLEAN_PY PyObject *item = PyIter_Next(it);
        BB_CLEAN_TEXT struct bb_text word = {0};
        if (!item || bb_conv_text(item, &word) < 0)
            break;
        more = fn(self, word.s);
    }
    return PyErr_Occurred() ? -1 : 0;
}

struct search {
    bb_str list;
    bool found, missed;
};

static bool look(void *self, bb_str word)
{
    struct search *s = self;
    bool has = bb_str_has_word(s->list, word);

    s->found |= has;
    s->missed |= !has;
    return true;
}

/* Looks for `check` in the variable: 1 when it is set at all, 0 when not, -1 with an exception. */
static int search(PyObject **a, struct search *ret)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    int r = value_of(a[4], a[0], &t);

    *ret = (struct search){.list = t.s};
    return r > 0 && each_word(a[1], look, ret) < 0 ? -1 : r;
}

static PyObject *m_contains(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {
        "contains", 5, {"variable", "checkvalues", "truevalue", "falsevalue", "d"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    struct search s;

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    int r = search(a, &s);
    return r < 0 ? NULL : Py_NewRef(r && !s.missed ? a[2] : a[3]);
}

static PyObject *m_contains_any(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {
        "contains_any", 5, {"variable", "checkvalues", "truevalue", "falsevalue", "d"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    struct search s;

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    int r = search(a, &s);
    return r < 0 ? NULL : Py_NewRef(r && s.found ? a[2] : a[3]);
}

struct sieve {
    bb_str list;
    struct bb_strvec kept;
};

static bool keep(void *self, bb_str word)
{
    struct sieve *s = self;
    bb_str rest = s->list, w;

    while (bb_str_word(&rest, &w)) /* the list's own copy: `word` goes away */
        if (bb_str_eq(w, word)) {
            bb_vec_push(&s->kept, w);
            break;
        }
    return true;
}

static PyObject *m_filter(PyObject *self, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    static const struct bb_params p = {"filter", 3, {"variable", "checkvalues", "d"}};
    PyObject *a[BB_ARGS_MAX] = {0};
    BB_CLEAN_TEXT struct bb_text t = {0};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (bb_args_bind(&p, args, nargs, kwnames, a, NULL) < 0)
        return NULL;
    int r = value_of(a[2], a[0], &t);
    struct sieve s = {.list = t.s};
    if (r > 0 && each_word(a[1], keep, &s) < 0)
        r = -1;
    bb_strvec_sort_uniq(&s.kept);
    for (size_t i = 0; i < s.kept.n; i++)
        bb_buf_addf(&out, "%s%.*s", i ? " " : "", BB_STRF(s.kept.p[i]));
    bb_vec_release(&s.kept);
    return r < 0 ? NULL : bb_conv_str(bb_buf_str(&out));
}

/* clang-format off */
#define FAST(name, doc) {#name, (PyCFunction)(void (*)(void))m_##name, METH_FASTCALL | METH_KEYWORDS, doc}
/* clang-format on */
PyMethodDef bb_mod_words_functions[] = {
    FAST(contains, "contains(variable, checkvalues, truevalue, falsevalue, d): "
                   "truevalue when the variable has all the words of checkvalues"),
    FAST(contains_any, "contains_any(variable, checkvalues, truevalue, falsevalue, d): "
                       "truevalue when the variable has at least one word of checkvalues"),
    FAST(filter,
         "filter(variable, checkvalues, d): those words of the variable that are among checkvalues, sorted"),
    {0},
};
