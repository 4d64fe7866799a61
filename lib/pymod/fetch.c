/* SPDX-License-Identifier: MIT */
/*
 * Module _bb_fetch: lib/fetch for bb/fetch2. Functions take and give text, numbers, tuples and lists; a
 * failure is an _bb_fetch.Error whose text is a whole sentence.
 */
#include "pymod/fetch_priv.h"

#include "fetch/checksum.h"
#include "fetch/https.h"
#include "fetch/local.h"
#include "fetch/mirror.h"
#include "fetch/srcrev.h"
#include "fetch/unpack.h"
#include "os/fs.h"

PyObject *bb_fetch_error;

int bb_fetch_text(PyObject *o, void *ret)
{
    return bb_conv_text(o, ret) == 0;
}

int bb_fetch_text_or_none(PyObject *o, void *ret)
{
    return o == Py_None || bb_conv_text(o, ret) == 0;
}

#define TEXT         bb_fetch_text
#define TEXT_OR_NONE bb_fetch_text_or_none

PyObject *bb_fetch_result(int r, const struct bb_buf *err)
{
    if (r >= 0)
        Py_RETURN_NONE;
    if (PyErr_Occurred())
        return NULL;
    PyObject *text = bb_conv_str(err->len ? bb_buf_str(err) : bb_str_z(bb_strerror(r)));
    if (text) {
        PyErr_SetObject(bb_fetch_error, text);
        Py_DECREF(text);
    }
    return NULL;
}

static PyObject *params_dict(const struct bb_uri *u)
{
    PyObject *dict = PyDict_New();

    for (size_t i = 0; dict && i < u->nparams; i++) {
        BB_CLEAN_PY PyObject *key = bb_conv_str(u->params[i].key);
        BB_CLEAN_PY PyObject *val = bb_conv_str(u->params[i].val);
        if (!key || !val || PyDict_SetItem(dict, key, val) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *uri_tuple(const struct bb_uri *u)
{
    const bb_str parts[] = {u->type, u->host, u->path, u->user, u->pswd};
    PyObject *tuple = PyTuple_New(6);

    for (int i = 0; tuple && i < 6; i++) {
        PyObject *o = i < 5 ? bb_conv_str(parts[i]) : params_dict(u);
        if (o)
            PyTuple_SET_ITEM(tuple, i, o);
        else
            Py_CLEAR(tuple);
    }
    return tuple;
}

/* decodeurl(url): the six parts, or what is wrong with the url ("" when there is no more to say than that) */
static PyObject *m_decodeurl(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text url = {0};
    struct bb_arena a;
    struct bb_uri u;
    bb_str why;

    if (!PyArg_ParseTuple(args, "O&", TEXT, &url))
        return NULL;
    bb_arena_init(&a);
    PyObject *o = bb_uri_decode(&a, url.s, &u, &why) == 0 ? uri_tuple(&u) : bb_conv_str(why);
    bb_arena_release(&a);
    return o;
}

/* str() of each parameter into `u`; the dict's order is kept. */
static int params_from_dict(struct bb_arena *a, PyObject *dict, struct bb_uri *u)
{
    PyObject *key, *val;
    Py_ssize_t pos = 0;

    u->params = bb_arena_array(a, struct bb_uri_param, (size_t)PyDict_Size(dict) + 1);
    while (PyDict_Next(dict, &pos, &key, &val)) {
        BB_CLEAN_PY PyObject *key_str = PyObject_Str(key);
        BB_CLEAN_PY PyObject *val_str = PyObject_Str(val);
        struct bb_uri_param *p = &u->params[u->nparams++];
        if (!key_str || !val_str || bb_conv_copy(key_str, a, &p->key) < 0 ||
            bb_conv_copy(val_str, a, &p->val) < 0)
            return -1;
    }
    return 0;
}

static PyObject *m_encodeurl(PyObject *self, PyObject *args)
{
    struct bb_text part[5] = {{{0}, NULL}};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    PyObject *dict, *o = NULL;
    struct bb_arena a;

    bool ok = PyArg_ParseTuple(args, "O&O&O&O&O&O!", TEXT, &part[0], TEXT, &part[1], TEXT, &part[2], TEXT,
                               &part[3], TEXT, &part[4], &PyDict_Type, &dict);
    if (ok) {
        struct bb_uri u = {part[0].s, part[1].s, part[2].s, part[3].s, part[4].s, NULL, 0};
        bb_arena_init(&a);
        if (params_from_dict(&a, dict, &u) == 0) {
            bb_uri_encode(&u, &out);
            o = bb_conv_str(bb_buf_str(&out));
        }
        bb_arena_release(&a);
    }
    for (int i = 0; i < 5; i++)
        bb_text_release(&part[i]);
    return o;
}

static PyObject *map_text(PyObject *args, void (*fn)(bb_str, struct bb_buf *))
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&", TEXT, &t))
        return NULL;
    fn(t.s, &out);
    return bb_conv_str(bb_buf_str(&out));
}

static PyObject *m_quote(PyObject *self, PyObject *args)
{
    return map_text(args, bb_uri_quote);
}

static PyObject *m_unquote(PyObject *self, PyObject *args)
{
    return map_text(args, bb_uri_unquote);
}

/* mirror_replace(url, find, replace, (type, host, path, basename, mirrorname), tarball, localname): a url or None */
static PyObject *m_mirror_replace(PyObject *self, PyObject *args)
{
    PyObject *o[5], *w[5];
    bb_str t[5], words[5];
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT, err = BB_BUF_INIT;
    struct bb_arena a;
    bool ok = true;

    if (!PyArg_ParseTuple(args, "OOO(OOOOO)OO", &o[0], &o[1], &o[2], &w[0], &w[1], &w[2], &w[3], &w[4], &o[3],
                          &o[4]))
        return NULL;
    bb_arena_init(&a);
    for (int i = 0; i < 5 && ok; i++)
        ok = bb_conv_copy(o[i], &a, &t[i]) == 0 && bb_conv_copy(w[i], &a, &words[i]) == 0;
    int r = 0;
    if (ok) {
        struct bb_mirror_words mw = {words[0], words[1], words[2], words[3], words[4]};
        struct bb_mirror_try try = {t[0], t[1], t[2], t[3], t[4], &mw};
        r = bb_mirror_replace(&try, &out, &err);
    }
    bb_arena_release(&a);
    if (!ok)
        return NULL;
    return r == 1 ? bb_conv_str(bb_buf_str(&out)) : bb_fetch_result(r, &err);
}

static PyObject *m_host_allowed(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text networks = {0}, host = {0};

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &networks, TEXT, &host))
        return NULL;
    return PyBool_FromLong(bb_mirror_host_allowed(networks.s, host.s));
}

static PyObject *text_list(const bb_str *p, size_t n)
{
    PyObject *list = PyList_New((Py_ssize_t)n);

    for (size_t i = 0; list && i < n; i++) {
        PyObject *o = bb_conv_str(p[i]);
        if (o)
            PyList_SET_ITEM(list, (Py_ssize_t)i, o);
        else
            Py_CLEAR(list);
    }
    return list;
}

/* search(filespath, name): the places looked at; the last one is the file when it exists */
static PyObject *m_search(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text filespath = {0}, name = {0};
    struct bb_strvec tried = {0};
    struct bb_arena a;

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &filespath, TEXT, &name))
        return NULL;
    bb_arena_init(&a);
    bb_local_search(&a, filespath.s, name.s, &tried);
    PyObject *o = text_list(tried.p, tried.n);
    bb_vec_release(&tried);
    bb_arena_release(&a);
    return o;
}

/* checksum_file_list(src_uri, filespath): (text, None, None), (None, entry, places), (None, malformed url, None) */
static PyObject *m_checksum_file_list(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text src_uri = {0}, filespath = {0};
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_local_missing missing = {0};
    struct bb_arena a;
    PyObject *o;

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &src_uri, TEXT, &filespath))
        return NULL;
    bb_arena_init(&a);
    int r = bb_local_checksum_list(&a, src_uri.s, filespath.s, &out, &missing);
    if (r == 0)
        o = Py_BuildValue("(NOO)", bb_conv_str(bb_buf_str(&out)), Py_None, Py_None);
    else if (r == -BB_EPARSE)
        o = Py_BuildValue("(ONO)", Py_None, bb_conv_str(missing.name), Py_None);
    else
        o = Py_BuildValue("(ONN)", Py_None, bb_conv_str(missing.name),
                          text_list(missing.tried.p, missing.tried.n));
    bb_vec_release(&missing.tried);
    bb_arena_release(&a);
    return o;
}

/* digests(path, names): {name: hex} */
static PyObject *m_digests(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text path = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    char hex[BB_CHECKSUM_MAX][BB_DIGEST_HEX];
    const char *names[BB_CHECKSUM_MAX];
    PyObject *kinds;

    if (!PyArg_ParseTuple(args, "O&O", TEXT, &path, &kinds))
        return NULL;
    BB_CLEAN_PY PyObject *seq = PySequence_Fast(kinds, "names must be a sequence");
    if (!seq)
        return NULL;
    Py_ssize_t n = PySequence_Fast_GET_SIZE(seq);
    for (Py_ssize_t i = 0; i < n && i < BB_CHECKSUM_MAX; i++)
        if (!(names[i] = PyUnicode_AsUTF8(PySequence_Fast_GET_ITEM(seq, i))))
            return NULL;
    int r = bb_checksum_file(path.s.p, names, (size_t)n, hex);
    if (r < 0) {
        bb_buf_addf(&err, "cannot read '%s': %s", path.s.p, bb_strerror(r));
        return bb_fetch_result(r, &err);
    }
    PyObject *dict = PyDict_New();
    for (Py_ssize_t i = 0; dict && i < n; i++) {
        BB_CLEAN_PY PyObject *sum = PyUnicode_FromString(hex[i]);
        if (!sum || PyDict_SetItem(dict, PySequence_Fast_GET_ITEM(seq, i), sum) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

static PyObject *m_sha256(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    char hex[65];

    if (!PyArg_ParseTuple(args, "O&", TEXT, &t))
        return NULL;
    bb_checksum_text(t.s, hex);
    return PyUnicode_FromString(hex);
}

/* write(path, text): the file appears whole */
static PyObject *m_write(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text path = {0}, text = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &path, TEXT, &text))
        return NULL;
    int r = bb_fs_write(path.s.p, text.s, 0);
    if (r < 0)
        bb_buf_addf(&err, "cannot write '%s': %s", path.s.p, bb_strerror(r));
    return bb_fetch_result(r, &err);
}

/* srcrev_path(d), srcrev_start(d): lib/fetch/srcrev.h */
static PyObject *m_srcrev_path(PyObject *self, PyObject *d)
{
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT, err = BB_BUF_INIT;
    struct bb_store *store = bb_type_store(d);

    if (!store)
        return NULL;
    int r = bb_srcrev_path(store, &path, &err);
    return r < 0 ? bb_fetch_result(r, &err) : bb_conv_str(bb_buf_str(&path));
}

static PyObject *m_srcrev_start(PyObject *self, PyObject *d)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_store *store = bb_type_store(d);

    return store ? bb_fetch_result(bb_srcrev_start(store, &err), &err) : NULL;
}

/* Calls fn(done, total); an exception, a signal handler's included, ends the download. */
static int on_progress(void *fn, uint64_t done, uint64_t total)
{
    if (PyErr_CheckSignals() < 0)
        return -1;
    if (fn == Py_None)
        return 0;
    BB_CLEAN_PY PyObject *o =
        PyObject_CallFunction(fn, "KK", (unsigned long long)done, (unsigned long long)total);
    return o ? 0 : -1;
}

/* http_get(url, login or None, check certificates, unfinished, progress or None): whether an earlier try was
 * continued */
static PyObject *m_http_get(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text url = {0}, login = {0}, path = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    PyObject *progress;
    int check;

    if (!PyArg_ParseTuple(args, "O&O&pO&O", TEXT, &url, TEXT_OR_NONE, &login, &check, TEXT, &path, &progress))
        return NULL;
    struct bb_https h = {
        .url = url.s.p, .userpwd = login.s.p, .insecure = !check, .progress = on_progress, .self = progress};
    int r = bb_https_get(&h, path.s.p, &err);
    return r < 0 || PyErr_Occurred() ? bb_fetch_result(r < 0 ? r : -BB_ECANCELLED, &err) : PyBool_FromLong(r);
}

static PyObject *m_http_check(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text url = {0}, login = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    int check;

    if (!PyArg_ParseTuple(args, "O&O&p", TEXT, &url, TEXT_OR_NONE, &login, &check))
        return NULL;
    struct bb_https h = {.url = url.s.p, .userpwd = login.s.p, .insecure = !check};
    int r = bb_https_check(&h, &err);
    return r < 0 ? bb_fetch_result(r, &err) : PyBool_FromLong(r);
}

/* archive_kind(file name): enum bb_unpack_kind, 0 for what is only copied */
static PyObject *m_archive_kind(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text name = {0};

    if (!PyArg_ParseTuple(args, "O&", TEXT, &name))
        return NULL;
    return PyLong_FromLong(bb_unpack_kind(name.s));
}

/* unpack(file, folder, strip, member or None) */
static PyObject *m_unpack(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text file = {0}, dir = {0}, member = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    struct bb_unpack_opts o = {0};

    if (!PyArg_ParseTuple(args, "O&O&iO&", TEXT, &file, TEXT, &dir, &o.strip, TEXT_OR_NONE, &member))
        return NULL;
    o.extract = member.s.p;
    return bb_fetch_result(bb_unpack_archive(file.s.p, dir.s.p, &o, &err), &err);
}

/* copy(file or folder, into folder) */
static PyObject *m_copy(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text file = {0}, dir = {0};
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "O&O&", TEXT, &file, TEXT, &dir))
        return NULL;
    return bb_fetch_result(bb_unpack_copy(file.s.p, dir.s.p, &err), &err);
}

static PyMethodDef methods[] = {
    {"decodeurl", m_decodeurl, METH_VARARGS, NULL},
    {"encodeurl", m_encodeurl, METH_VARARGS, NULL},
    {"quote", m_quote, METH_VARARGS, NULL},
    {"unquote", m_unquote, METH_VARARGS, NULL},
    {"mirror_replace", m_mirror_replace, METH_VARARGS, NULL},
    {"host_allowed", m_host_allowed, METH_VARARGS, NULL},
    {"search", m_search, METH_VARARGS, NULL},
    {"checksum_file_list", m_checksum_file_list, METH_VARARGS, NULL},
    {"digests", m_digests, METH_VARARGS, NULL},
    {"sha256", m_sha256, METH_VARARGS, NULL},
    {"write", m_write, METH_VARARGS, NULL},
    {"srcrev_path", m_srcrev_path, METH_O, NULL},
    {"srcrev_start", m_srcrev_start, METH_O, NULL},
    {"http_get", m_http_get, METH_VARARGS, NULL},
    {"http_check", m_http_check, METH_VARARGS, NULL},
    {"archive_kind", m_archive_kind, METH_VARARGS, NULL},
    {"unpack", m_unpack, METH_VARARGS, NULL},
    {"copy", m_copy, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, .m_name = "_bb_fetch", .m_size = -1,
                                    .m_methods = methods};

PyMODINIT_FUNC PyInit__bb_fetch(void)
{
    PyObject *m = PyModule_Create(&module);

    if (!m)
        return NULL;
    bb_fetch_error = PyErr_NewException("_bb_fetch.Error", NULL, NULL);
    if (!bb_fetch_error || PyModule_AddObjectRef(m, "Error", bb_fetch_error) < 0 ||
        PyModule_AddFunctions(m, bb_fetch_tools) < 0)
        Py_CLEAR(m);
    return m;
}
