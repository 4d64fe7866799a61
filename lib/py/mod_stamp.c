/* SPDX-License-Identifier: MIT */
/* The part of module _bbc that knows the names of stamps and their taints: bb.siggen and bb.build ask it. */
#include "py/impl.h"

#include "run/stamp.h"

/* The texts of a call, kept alive while they are looked at. */
struct texts {
    struct bb_text t[4];
};

static void texts_release(struct texts *t)
{
    for (size_t i = 0; i < 4; i++)
        bb_text_release(&t->t[i]);
}
#define CLEAN_TEXTS __attribute__((cleanup(texts_release)))

/* Exactly `n` of them. -1 with an exception. */
static int take(struct texts *ret, PyObject *const *args, Py_ssize_t nargs, Py_ssize_t n)
{
    if (nargs != n) {
        PyErr_Format(PyExc_TypeError, "%zd arguments are wanted, not %zd", n, nargs);
        return -1;
    }
    for (Py_ssize_t i = 0; i < n; i++)
        if (bb_conv_text(args[i], &ret->t[i]) < 0)
            return -1;
    return 0;
}

static PyObject *m_stamp_name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    CLEAN_TEXTS struct texts a = {0};

    if (take(&a, args, nargs, 4) < 0)
        return NULL;
    bb_stamp_name(a.t[0].s, a.t[1].s, a.t[2].s, a.t[3].s, &name);
    return bb_conv_str(bb_buf_str(&name));
}

static PyObject *m_sigdata_name(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    CLEAN_TEXTS struct texts a = {0};

    if (take(&a, args, nargs, 3) < 0)
        return NULL;
    bb_stamp_sigdata_name(a.t[0].s, a.t[1].s, a.t[2].s, &name);
    return bb_conv_str(bb_buf_str(&name));
}

static PyObject *m_is_stamp(PyObject *self, PyObject *path)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    return bb_conv_text(path, &t) < 0 ? NULL : PyBool_FromLong(bb_stamp_is_one(t.s));
}

static PyObject *m_write_taint(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    CLEAN_TEXTS struct texts a = {0};

    if (take(&a, args, nargs, 2) < 0)
        return NULL;
    int r = bb_stamp_taint(bb_pyst.ctx->os, a.t[0].s, a.t[1].s);
    if (r < 0)
        return bb_exc_raise(NULL, r);
    Py_RETURN_NONE;
}

static PyObject *m_read_taint(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    BB_CLEAN_BUF struct bb_buf taint = BB_BUF_INIT;
    CLEAN_TEXTS struct texts a = {0};

    if (take(&a, args, nargs, 2) < 0)
        return NULL;
    if (!bb_stamp_read_taint(bb_pyst.ctx->os, a.t[0].s, a.t[1].s, &taint))
        Py_RETURN_NONE;
    return bb_conv_str(bb_buf_str(&taint));
}

/* clang-format off */
#define FAST(name, doc) {#name, (PyCFunction)(void (*)(void))m_##name, METH_FASTCALL, doc}
/* clang-format on */
PyMethodDef bb_mod_stamp_functions[] = {
    FAST(stamp_name,
         "stamp_name(stamp, task, hash, extra): hash \"\" where stamps have none, \"*\" for a mask"),
    FAST(sigdata_name, "sigdata_name(stamp, task, hash)"),
    {"is_stamp", m_is_stamp, METH_O, "Whether a file beside stamps is one: no signature data and no taint."},
    FAST(write_taint, "write_taint(stamp, task)"),
    FAST(read_taint, "read_taint(stamp, task): the text, or None"),
    {0},
};
