/* SPDX-License-Identifier: MIT */
/* Module _bb_sstate: lib/sstate for bb/sstate.py. A failure is a SstateError whose text is a whole sentence. */
#include "pymod/fetch_priv.h"

#include <time.h>

#include "os/fs.h"
#include "sstate/index.h"
#include "sstate/manifest.h"
#include "sstate/object.h"
#include "sstate/prune.h"

static PyObject *error_class;

static int text(PyObject *o, void *ret)
{
    return bb_conv_text(o, ret) == 0;
}

static PyObject *fail(int r, const struct bb_buf *err)
{
    BB_CLEAN_PY PyObject *o = bb_conv_str(err && err->len ? bb_buf_str(err) : bb_str_z(bb_strerror(r)));

    if (o)
        PyErr_SetObject(error_class, o);
    return NULL;
}

/* pack(archive, folder): its size */
static PyObject *m_pack(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text archive = {0}, dir = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    uint64_t size;

    if (!PyArg_ParseTuple(args, "O&O&", text, &archive, text, &dir))
        return NULL;
    int r = bb_object_pack(archive.s.p, dir.s.p, &size, &err);
    return r < 0 ? fail(r, &err) : PyLong_FromUnsignedLongLong(size);
}

static PyObject *m_unpack(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text archive = {0}, dest = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&", text, &archive, text, &dest))
        return NULL;
    int r = bb_object_unpack(archive.s.p, dest.s.p, &err);
    if (r < 0)
        return fail(r, &err);
    Py_RETURN_NONE;
}

static PyObject *m_verify(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text archive = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&", text, &archive))
        return NULL;
    int r = bb_object_verify(archive.s.p, &err);
    if (r < 0)
        return fail(r, &err);
    Py_RETURN_NONE;
}

/*
 * record(sstate_dir, archive, hash, task, pn, size, origin) and touch(sstate_dir, archive) note something in the
 * index. That is a cache: when it cannot be written (a read-only folder, a full disk) the build goes on without.
 */
static PyObject *m_record(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text dir = {0}, archive = {0}, hash = {0}, task = {0}, pn = {0}, origin = {0};
    struct bb_index *ix;
    long long size;

    if (!PyArg_ParseTuple(args, "O&O&O&O&O&LO&", text, &dir, text, &archive, text, &hash, text, &task, text,
                          &pn, &size, text, &origin))
        return NULL;
    if (bb_index_open(dir.s.p, &ix) == 0) {
        int64_t now = time(NULL);
        struct bb_index_entry e = {
            bb_index_relative(ix, archive.s), hash.s, task.s, pn.s, origin.s, size, now, now};
        if (e.path.p)
            bb_index_put(ix, &e);
        bb_index_close(ix);
    }
    Py_RETURN_NONE;
}

static PyObject *m_touch(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text dir = {0}, archive = {0};
    struct bb_index *ix;

    if (!PyArg_ParseTuple(args, "O&O&", text, &dir, text, &archive))
        return NULL;
    if (bb_fs_is_file(archive.s.p))
        bb_fs_touch(archive.s.p);
    if (dir.s.len && bb_index_open(dir.s.p, &ix) == 0) {
        bb_str path = bb_index_relative(ix, archive.s);
        if (path.p)
            bb_index_use(ix, path, time(NULL));
        bb_index_close(ix);
    }
    Py_RETURN_NONE;
}

static PyObject *m_lookup(PyObject *self, PyObject *args)
{
    PyObject *paths, *found = PyList_New(0);

    if (!found || !PyArg_ParseTuple(args, "O!", &PyList_Type, &paths))
        goto failed;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(paths); i++) {
        BB_CLEAN_TEXT struct bb_text path = {0};
        if (bb_conv_text(PyList_GET_ITEM(paths, i), &path) < 0)
            goto failed;
        if (bb_fs_is_file(path.s.p) && PyList_Append(found, PyList_GET_ITEM(paths, i)) < 0)
            goto failed;
    }
    return found;
failed:
    Py_XDECREF(found);
    return NULL;
}

static PyObject *m_remove(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text dir = {0}, pattern = {0};
    size_t n;

    if (!PyArg_ParseTuple(args, "O&O&", text, &dir, text, &pattern))
        return NULL;
    int r = bb_prune_match(dir.s.p, pattern.s.p, &n);
    return r < 0 ? fail(r, NULL) : PyLong_FromSize_t(n);
}

/* prune(sstate_dir, seconds, bytes), negative for no limit: (objects, bytes) that went */
static PyObject *m_prune(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text dir = {0};
    long long age, bytes;
    int64_t freed;
    size_t n;

    if (!PyArg_ParseTuple(args, "O&LL", text, &dir, &age, &bytes))
        return NULL;
    struct bb_prune_limits limits = {.now = time(NULL), .max_age = age, .max_bytes = bytes};
    int r = bb_prune_run(dir.s.p, &limits, &n, &freed);
    return r < 0 ? fail(r, NULL) : Py_BuildValue("(nL)", (Py_ssize_t)n, (long long)freed);
}

static PyObject *entry_dict(const struct bb_index_entry *e)
{
    return Py_BuildValue("{sN sN sN sN sN sL sL sL}", "path", bb_conv_str(e->path), "hash",
                         bb_conv_str(e->hash), "task", bb_conv_str(e->task), "pn", bb_conv_str(e->pn),
                         "origin", bb_conv_str(e->origin), "size", (long long)e->size, "created",
                         (long long)e->created, "used", (long long)e->used);
}

static PyObject *m_info(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text dir = {0};
    struct bb_index_entry *list;
    struct bb_index *ix = NULL;
    struct bb_arena a;
    size_t n = 0;

    if (!PyArg_ParseTuple(args, "O&", text, &dir))
        return NULL;
    bb_arena_init(&a);
    int r = bb_index_open(dir.s.p, &ix);
    if (r == 0)
        r = bb_index_list(ix, &a, false, &list, &n);
    PyObject *o = r < 0 ? fail(r, NULL) : PyList_New((Py_ssize_t)n);
    for (size_t i = 0; o && i < n; i++) {
        PyObject *e = entry_dict(&list[i]);
        if (e)
            PyList_SET_ITEM(o, (Py_ssize_t)i, e);
        else
            Py_CLEAR(o);
    }
    bb_index_close(ix);
    bb_arena_release(&a);
    return o;
}

/* install([(source, destination)], manifest, pn, [allowed]): number of files */
static PyObject *m_install(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text manifest = {0}, pn = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    BB_VEC(struct bb_manifest_pair) pairs = {0};
    struct bb_strvec allow = {0};
    PyObject *pair_list, *allow_list, *src, *dst;
    struct bb_arena a;
    size_t n = 0;
    int r = -1;

    if (!PyArg_ParseTuple(args, "O!O&O&O!", &PyList_Type, &pair_list, text, &manifest, text, &pn,
                          &PyList_Type, &allow_list))
        return NULL;
    bb_arena_init(&a);
    bool ok = true;
    for (Py_ssize_t i = 0; ok && i < PyList_GET_SIZE(pair_list); i++) {
        bb_str s, t;
        ok = PyArg_ParseTuple(PyList_GET_ITEM(pair_list, i), "OO", &src, &dst) &&
             bb_conv_copy(src, &a, &s) == 0 && bb_conv_copy(dst, &a, &t) == 0;
        if (ok)
            bb_vec_push(&pairs, (struct bb_manifest_pair){s.p, t.p});
    }
    for (Py_ssize_t i = 0; ok && i < PyList_GET_SIZE(allow_list); i++) {
        bb_str s;
        ok = bb_conv_copy(PyList_GET_ITEM(allow_list, i), &a, &s) == 0;
        if (ok)
            bb_vec_push(&allow, s);
    }
    if (ok) {
        struct bb_manifest_install in = {pairs.p, pairs.n, manifest.s.p, pn.s.p, allow.p, allow.n};
        r = bb_manifest_install(&in, &n, &err);
    }
    bb_vec_release(&pairs);
    bb_vec_release(&allow);
    bb_arena_release(&a);
    if (!ok)
        return NULL;
    return r < 0 ? fail(r, &err) : PyLong_FromSize_t(n);
}

static PyObject *m_clean(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text manifest = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    size_t n;

    if (!PyArg_ParseTuple(args, "O&", text, &manifest))
        return NULL;
    int r = bb_manifest_clean(manifest.s.p, &n, &err);
    return r < 0 ? fail(r, &err) : PyLong_FromSize_t(n);
}

static PyMethodDef methods[] = {
    {"pack", m_pack, METH_VARARGS, NULL},     {"unpack", m_unpack, METH_VARARGS, NULL},
    {"verify", m_verify, METH_VARARGS, NULL}, {"record", m_record, METH_VARARGS, NULL},
    {"touch", m_touch, METH_VARARGS, NULL},   {"lookup", m_lookup, METH_VARARGS, NULL},
    {"remove", m_remove, METH_VARARGS, NULL}, {"prune", m_prune, METH_VARARGS, NULL},
    {"info", m_info, METH_VARARGS, NULL},     {"install", m_install, METH_VARARGS, NULL},
    {"clean", m_clean, METH_VARARGS, NULL},   {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "_bb_sstate", .m_size = -1,
                                    .m_methods = methods};

PyMODINIT_FUNC PyInit__bb_sstate(void)
{
    PyObject *m = PyModule_Create(&module);

    if (!m)
        return NULL;
    error_class = PyErr_NewException("bb.sstate.SstateError", NULL, NULL);
    if (!error_class || PyModule_AddObjectRef(m, "SstateError", error_class) < 0)
        Py_CLEAR(m);
    return m;
}
