/* SPDX-License-Identifier: MIT */
#include "py/impl.h"

/* Words of a loginfo, the keyword arguments BitBake's setters take for their history. */
static int loginfo_item(PyObject *name, PyObject *v, struct bb_how *how)
{
    BB_CLEAN_TEXT struct bb_text key = {0};

    if (bb_conv_text(name, &key) < 0)
        return -1;
    if (bb_str_eqz(key.s, "parsing")) { /* its presence is what counts */
        how->parsing = true;
    } else if (bb_str_eqz(key.s, "ignore")) {
        int on = PyObject_IsTrue(v);
        if (on < 0)
            return -1;
        how->ignore = on;
    } else if (bb_str_eqz(key.s, "line")) {
        long line = PyLong_Check(v) ? PyLong_AsLong(v) : 0;
        how->loc.line = line > 0 ? (uint32_t)line : 0;
    } else if (PyUnicode_Check(v)) {
        bb_sym s = bb_conv_sym(v); /* kept for ever, as histories are */
        if (!s)
            return -1;
        if (bb_str_eqz(key.s, "op"))
            how->op = s->name.p;
        else if (bb_str_eqz(key.s, "func"))
            how->func = s->name.p;
        else if (bb_str_eqz(key.s, "detail"))
            how->detail = s->name;
        else if (bb_str_eqz(key.s, "file"))
            how->loc.src = bb_source_id(s->name);
    }
    return 0; /* other words say nothing that we keep */
}

static int bind_keyword(const struct bb_params *p, PyObject *name, PyObject *v, PyObject **out,
                        struct bb_how *how)
{
    for (int i = 0; i < BB_ARGS_MAX && p->names[i]; i++)
        if (PyUnicode_CompareWithASCIIString(name, p->names[i]) == 0) {
            if (out[i]) {
                PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", p->fname, name);
                return -1;
            }
            out[i] = v;
            return 0;
        }
    if (how)
        return loginfo_item(name, v, how);
    PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", p->fname, name);
    return -1;
}

int bb_args_bind(const struct bb_params *p, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                 PyObject **out, struct bb_how *how)
{
    int max = 0;

    while (max < BB_ARGS_MAX && p->names[max])
        out[max++] = NULL;
    if (nargs > max) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %d arguments (%zd given)", p->fname, max, nargs);
        return -1;
    }
    for (Py_ssize_t i = 0; i < nargs; i++)
        out[i] = args[i];
    for (Py_ssize_t i = 0; kwnames && i < PyTuple_GET_SIZE(kwnames); i++)
        if (bind_keyword(p, PyTuple_GET_ITEM(kwnames, i), args[nargs + i], out, how) < 0)
            return -1;
    for (int i = 0; i < p->nreq; i++)
        if (!out[i]) {
            PyErr_Format(PyExc_TypeError, "%s() missing required argument '%s'", p->fname, p->names[i]);
            return -1;
        }
    return 0;
}

int bb_args_true(PyObject *o, bool dflt)
{
    if (!o)
        return dflt;
    if (o == Py_True || o == Py_False)
        return o == Py_True;
    return PyObject_IsTrue(o);
}

/* What histories say of a code object, remembered for those that write often. */
static struct origin {
    PyObject *code; /* referenced, so the address keeps its meaning */
    uint32_t src;
    const char *name;
} origins[256];

static const struct origin *origin_of(PyCodeObject *code)
{
    struct origin *o = &origins[((uintptr_t)code >> 5) % (sizeof(origins) / sizeof(origins[0]))];
    BB_CLEAN_TEXT struct bb_text file = {0}, name = {0};

    if (o->code == (PyObject *)code)
        return o;
    if (bb_conv_attr((PyObject *)code, "co_filename", &file) < 0 ||
        bb_conv_attr((PyObject *)code, "co_name", &name) < 0) {
        PyErr_Clear();
        return NULL;
    }
    Py_XSETREF(o->code, Py_NewRef((PyObject *)code));
    o->src = bb_source_id(file.s);
    o->name = bb_sym_get(name.s)->name.p;
    return o;
}

/* The line of a place in compiled code: finding one means decoding a table from its start. */
static struct {
    PyCodeObject *code; /* owned */
    int lasti;
    uint32_t line;
} lines[512];

static uint32_t line_of(PyFrameObject *frame, PyCodeObject *code)
{
#if PY_VERSION_HEX < 0x030b0000 /* no PyFrame_GetLasti() */
    (void)code;
    return (uint32_t)PyFrame_GetLineNumber(frame);
#else
    int lasti = PyFrame_GetLasti(frame);
    size_t i = ((uintptr_t)code / 64 + (size_t)lasti) % (sizeof(lines) / sizeof(lines[0]));

    if (lines[i].code != code || lines[i].lasti != lasti) {
        Py_INCREF(code);
        Py_XSETREF(lines[i].code, code);
        lines[i].lasti = lasti;
        lines[i].line = (uint32_t)PyFrame_GetLineNumber(frame);
    }
    return lines[i].line;
#endif
}

void bb_args_caller(struct bb_how *how)
{
    if (how->loc.src || how->ignore)
        return;
    PyFrameObject *frame = PyEval_GetFrame(); /* borrowed */
    if (!frame)
        return;
    PyCodeObject *code = PyFrame_GetCode(frame);
    const struct origin *o = origin_of(code);
    if (o) {
        how->loc.src = o->src;
        how->loc.line = line_of(frame, code);
        how->func = o->name;
    }
    Py_DECREF(code);
}

void bb_args_stop(void)
{
    for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++)
        Py_CLEAR(origins[i].code);
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        Py_CLEAR(lines[i].code);
}
