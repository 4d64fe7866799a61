/* SPDX-License-Identifier: MIT */
#include "py/impl.h"

#include "py/siggen.h"

struct bb_siggen {
    const struct bb_siggen_plan *plan;
    PyObject *generator;
    PyObject *tids;      /* list of str, by number */
    PyObject *task_hash; /* bb.siggen.task_hash */
};

/* The plan whose recipes bb.datacache asks for; one at a time. */
static const struct bb_siggen_plan *shown;

bool bb_siggen_native(bb_str handler)
{
    static const char *const ours[] = {"", "noop", "basic", "basichash"};
    for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
        if (bb_str_eqz(handler, ours[i]))
            return true;
    return false;
}

PyObject *bb_siggen_plan_recipe(PyObject *self, PyObject *arg)
{
    BB_CLEAN_TEXT struct bb_text mcfn = {0};
    BB_CLEAN_BUF struct bb_buf json = BB_BUF_INIT;

    (void)self;
    if (bb_conv_text(arg, &mcfn) < 0)
        return NULL;
    if (!shown || shown->recipe(shown->self, mcfn.s, &json) < 0) {
        PyErr_SetObject(PyExc_KeyError, arg);
        return NULL;
    }
    return bb_conv_str(bb_buf_str(&json));
}

int bb_siggen_begin(struct bb_store *d, const struct bb_siggen_plan *plan, bb_str resolved,
                    struct bb_siggen **ret)
{
    int r = bb_py_need();
    if (r < 0)
        return r;
    struct bb_siggen *g = bb_calloc(1, sizeof(*g));
    g->plan = shown = plan;
    BB_CLEAN_PY PyObject *begin = bb_interp_find("bb.siggen.begin_plan");
    BB_CLEAN_PY PyObject *dobj = begin ? bb_type_wrap(d) : NULL;
    BB_CLEAN_PY PyObject *json = dobj ? bb_conv_str(resolved) : NULL;
    g->tids = json ? bb_conv_strlist(plan->tids, plan->n) : NULL;
    g->task_hash = g->tids ? bb_interp_find("bb.siggen.task_hash") : NULL;
    g->generator = g->task_hash ? PyObject_CallFunctionObjArgs(begin, dobj, json, NULL) : NULL;
    if (!g->generator) {
        bb_siggen_end(g);
        return bb_exc_stash();
    }
    *ret = g;
    return 0;
}

/* [(path, md5), ...] */
static PyObject *file_list(const struct bb_taskhash_in *in)
{
    PyObject *list = PyList_New((Py_ssize_t)in->nfiles);
    for (size_t i = 0; list && i < in->nfiles; i++) {
        BB_CLEAN_PY PyObject *path = bb_conv_str(in->files[i].path), *sum = bb_conv_str(in->files[i].md5);
        PyObject *pair = path && sum ? PyTuple_Pack(2, path, sum) : NULL;
        if (!pair)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, pair);
    }
    return list;
}

static PyObject *dep_set(struct bb_siggen *g, const uint32_t *deps, size_t n)
{
    PyObject *set = PySet_New(NULL);
    for (size_t i = 0; set && i < n; i++)
        if (PySet_Add(set, PyList_GET_ITEM(g->tids, (Py_ssize_t)deps[i])) < 0)
            Py_CLEAR(set);
    return set;
}

/* Leaves in `in` what the generator used; `used` is a set of tids. */
static int keep_used(struct bb_siggen *g, const uint32_t *deps, PyObject *used, struct bb_taskhash_in *in)
{
    size_t n = 0;
    for (size_t i = 0; i < in->ndeps; i++) {
        int has = PySet_Contains(used, PyList_GET_ITEM(g->tids, (Py_ssize_t)deps[i]));
        if (has < 0)
            return -1;
        if (has)
            in->deps[n++] = in->deps[i];
    }
    in->ndeps = n;
    return 0;
}

int bb_siggen_task(struct bb_siggen *g, uint32_t t, const uint32_t *deps, struct bb_taskhash_in *in,
                   char hash[65])
{
    BB_CLEAN_PY PyObject *files = file_list(in);
    BB_CLEAN_PY PyObject *set = files ? dep_set(g, deps, in->ndeps) : NULL;
    BB_CLEAN_PY PyObject *taint = set ? bb_conv_str(in->taint) : NULL;
    BB_CLEAN_PY PyObject *res =
        taint ? PyObject_CallFunctionObjArgs(g->task_hash, g->generator,
                                             PyList_GET_ITEM(g->tids, (Py_ssize_t)t), set, files, taint, NULL)
              : NULL;
    BB_CLEAN_TEXT struct bb_text text = {0};
    PyObject *digest, *used;

    if (!res || !PyArg_ParseTuple(res, "UO!", &digest, &PySet_Type, &used) ||
        bb_conv_text(digest, &text) < 0 || keep_used(g, deps, used, in) < 0)
        return bb_exc_stash();
    if (text.s.len > 64) {
        PyErr_Format(PyExc_ValueError, "%U is not a task hash", digest);
        return bb_exc_stash();
    }
    memcpy(hash, text.s.p, text.s.len);
    hash[text.s.len] = '\0';
    return 0;
}

int bb_siggen_unihashes(struct bb_siggen *g, const uint32_t *tasks, size_t n, struct bb_arena *a, bb_str *ret)
{
    BB_CLEAN_PY PyObject *set = dep_set(g, tasks, n);
    BB_CLEAN_PY PyObject *all = set ? PyObject_CallMethod(g->generator, "get_unihashes", "O", set) : NULL;
    for (size_t i = 0; all && i < n; i++) {
        BB_CLEAN_PY PyObject *hash = PyObject_GetItem(all, PyList_GET_ITEM(g->tids, (Py_ssize_t)tasks[i]));
        if (!hash || bb_conv_copy(hash, a, &ret[i]) < 0)
            return bb_exc_stash();
    }
    return all ? 0 : bb_exc_stash();
}

int bb_siggen_set_unihash(struct bb_siggen *g, uint32_t t, bb_str unihash)
{
    BB_CLEAN_PY PyObject *text = bb_conv_str(unihash);
    BB_CLEAN_PY PyObject *res = text ? PyObject_CallMethod(g->generator, "set_unihash", "OO",
                                                           PyList_GET_ITEM(g->tids, (Py_ssize_t)t), text)
                                     : NULL;
    return res ? 0 : bb_exc_stash();
}

int bb_siggen_report_equiv(struct bb_siggen *g, uint32_t t, bb_str hash, bb_str wanted, bb_str current,
                           bool *ret_agreed)
{
    BB_CLEAN_PY PyObject *h = bb_conv_str(hash), *w = bb_conv_str(wanted), *c = bb_conv_str(current);
    BB_CLEAN_PY PyObject *caches = h && w && c ? PyObject_GetAttrString(g->generator, "datacaches") : NULL;
    BB_CLEAN_PY PyObject *res =
        caches ? PyObject_CallMethod(g->generator, "report_unihash_equiv", "OOOOO",
                                     PyList_GET_ITEM(g->tids, (Py_ssize_t)t), h, w, c, caches)
               : NULL;
    int agreed = res ? PyObject_IsTrue(res) : -1;
    if (agreed < 0)
        return bb_exc_stash();
    *ret_agreed = agreed;
    return 0;
}

void bb_siggen_end(struct bb_siggen *g)
{
    if (!g)
        return;
    shown = NULL;
    Py_XDECREF(g->generator);
    Py_XDECREF(g->tids);
    Py_XDECREF(g->task_hash);
    free(g);
}
