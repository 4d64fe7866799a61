/* SPDX-License-Identifier: MIT */
/*
 * Module _bbc: what the files of bb/ need of the C side. Not for metadata, which sees it only through the functions
 * of bb.
 */
#include "py/impl.h"

#include "base/rules.h"
#include "data/emit.h"
#include "parse/task.h"
#include "reuse/code.h"
#include "sig/basehash.h"

static PyObject *finish(struct bb_store *d, int r)
{
    if (r < 0)
        return bb_exc_raise(d, r);
    Py_RETURN_NONE;
}

/* log(level, text): level is Python's number; severities are BitBake's. */
static PyObject *m_log(PyObject *self, PyObject *args)
{
    int level;
    PyObject *msg;
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (!PyArg_ParseTuple(args, "iU", &level, &msg) || bb_conv_text(msg, &t) < 0)
        return NULL;
    if (bb_logsink_return())
        Py_RETURN_NONE;
    struct bb_diag d = {.text = t.s};
    if (level < 19) { /* 10, 9, 8: debug 1, 2, 3 */
        bb_debug(bb_pyst.ctx, level >= 10 ? 1 : 11 - level, "%.*s", BB_STRF(t.s));
        Py_RETURN_NONE;
    }
    d.shown = level == 22; /* bb.verbnote */
    d.severity = level == 21  ? BB_PLAIN
                 : level < 29 ? BB_NOTE
                 : level < 39 ? BB_WARN
                 : level < 50 ? BB_ERROR
                              : BB_FATAL;
    bb_report(bb_pyst.ctx, &d);
    Py_RETURN_NONE;
}

static PyObject *m_version(PyObject *self, PyObject *unused)
{
    return PyUnicode_FromString(bb_rules_version(bb_pyst.ctx->level));
}

/* has_rule(name): whether a rule of base/rules.h holds. */
static PyObject *m_has_rule(PyObject *self, PyObject *name)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (bb_conv_text(name, &t) < 0)
        return NULL;
    enum bb_rule rule = bb_rules_find(t.s);
    if (rule == BB_RULE_COUNT)
        return PyErr_Format(PyExc_ValueError, "no rule '%U'", name);
    return PyBool_FromLong(bb_rules_has(bb_pyst.ctx->level, rule));
}

/* variable(name): the name that a variable of today has at the level. */
static PyObject *m_variable(PyObject *self, PyObject *name)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (bb_conv_text(name, &t) < 0)
        return NULL;
    return bb_conv_str(bb_rules_variable(bb_pyst.ctx->level, t.s));
}

/* code_get(key): bytes, or None: results of this kind are kept across runs. */
static PyObject *m_code_get(PyObject *self, PyObject *key)
{
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (bb_conv_text(key, &t) < 0)
        return NULL;
    bb_str kept = bb_code_get(bb_code_key(BB_CODE_MODULE, bb_pyst.ctx->level, t.s, BB_STR(""), 0));
    if (!kept.p)
        Py_RETURN_NONE;
    return PyBytes_FromStringAndSize(kept.p, (Py_ssize_t)kept.len);
}

/* code_put(key, bytes) */
static PyObject *m_code_put(PyObject *self, PyObject *args)
{
    PyObject *key;
    Py_buffer content;
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (!PyArg_ParseTuple(args, "Uy*", &key, &content))
        return NULL;
    int r = bb_conv_text(key, &t);
    if (r == 0)
        bb_code_put(bb_code_key(BB_CODE_MODULE, bb_pyst.ctx->level, t.s, BB_STR(""), 0),
                    bb_str_n(content.buf, (size_t)content.len));
    PyBuffer_Release(&content);
    if (r < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *m_verbosity(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(bb_pyst.ctx->verbosity);
}

static PyObject *m_exec_func(PyObject *self, PyObject *args)
{
    PyObject *func, *d, *dirs;
    return PyArg_ParseTuple(args, "UOO", &func, &d, &dirs) ? bb_func_exec(func, d, dirs) : NULL;
}

/* A str or None as a view; p NULL for None. */
static int opt_text(PyObject *o, struct bb_text *t)
{
    return o == Py_None ? 0 : bb_conv_text(o, t);
}

static PyObject *m_addtask(PyObject *self, PyObject *args)
{
    PyObject *task, *before, *after, *dobj;
    BB_CLEAN_TEXT struct bb_text t = {0}, b = {0}, a = {0};
    struct bb_store *d;

    if (!PyArg_ParseTuple(args, "UOOO", &task, &before, &after, &dobj) || !(d = bb_type_store(dobj)) ||
        bb_conv_text(task, &t) < 0 || opt_text(before, &b) < 0 || opt_text(after, &a) < 0)
        return NULL;
    return finish(d, bb_task_add(d, t.s, b.s, a.s));
}

static PyObject *m_deltask(PyObject *self, PyObject *args)
{
    PyObject *task, *dobj;
    BB_CLEAN_TEXT struct bb_text t = {0};
    struct bb_store *d;

    if (!PyArg_ParseTuple(args, "UO", &task, &dobj) || !(d = bb_type_store(dobj)) ||
        bb_conv_text(task, &t) < 0)
        return NULL;
    return finish(d, bb_task_del(d, t.s));
}

/* scan_python(text, name): (references, execs, contains) */
static PyObject *m_scan_python(PyObject *self, PyObject *args)
{
    PyObject *code, *name, *file = NULL;
    BB_CLEAN_TEXT struct bb_text t = {0}, f = {0};
    const struct bb_codedeps *deps;
    unsigned lineno = 0;

    if (!PyArg_ParseTuple(args, "UO|UI", &code, &name, &file, &lineno) || bb_conv_text(code, &t) < 0 ||
        (file && bb_conv_text(file, &f) < 0))
        return NULL;
    bb_sym var = name != Py_None ? bb_conv_sym(name) : NULL;
    if (name != Py_None && !var)
        return NULL;
    int r = bb_pydeps_scan(NULL, NULL, t.s, var, f.s, lineno, &deps);
    if (r < 0)
        return bb_exc_raise(NULL, r);
    return Py_BuildValue("NNN", bb_conv_symset(deps->references, deps->nreferences),
                         bb_conv_symset(deps->execs, deps->nexecs),
                         bb_conv_contains(deps->contains, deps->ncontains));
}

/* scan_shell(text): set of command words; ValueError with the reason when the text is refused */
static PyObject *m_scan_shell(PyObject *self, PyObject *text)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    const struct bb_shdeps_result *res;

    if (bb_conv_text(text, &t) < 0)
        return NULL;
    int r = bb_shdeps_get(bb_func_shdeps(), t.s, &res);
    if (r < 0)
        return PyErr_Format(PyExc_ValueError, "line %u: %s", (unsigned)res->line, res->error);
    return bb_conv_symset(res->cmds, res->ncmds);
}

static PyObject *m_add_module_function(PyObject *self, PyObject *args)
{
    PyObject *ns, *name, *source, *file, *siblings, *extra;
    long lineno;

    if (!PyArg_ParseTuple(args, "UUUUlOU", &ns, &name, &source, &file, &lineno, &siblings, &extra) ||
        bb_pylib_add(ns, name, source, file, lineno, siblings, extra) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* adjust_module_function(full name, added references, excluded references) */
static PyObject *m_adjust_module_function(PyObject *self, PyObject *args)
{
    PyObject *name, *added, *excluded;

    if (!PyArg_ParseTuple(args, "UO!O!", &name, &PyList_Type, &added, &PyList_Type, &excluded) ||
        bb_pylib_adjust(name, added, excluded) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* add_visitor(full name, function, key of its text) */
static PyObject *m_add_visitor(PyObject *self, PyObject *args)
{
    PyObject *name, *visitor, *key;

    if (!PyArg_ParseTuple(args, "UOU", &name, &visitor, &key) ||
        bb_pydeps_add_visitor(name, visitor, key) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* module_functions(): {name: (references, execs, contains, extra)} */
static PyObject *m_module_functions(PyObject *self, PyObject *unused)
{
    const struct bb_sig_modfunc *p;
    size_t n;

    int r = bb_py_module_functions(&p, &n);
    if (r < 0)
        return bb_exc_raise(NULL, r);
    PyObject *dict = PyDict_New();
    for (size_t i = 0; dict && i < n; i++) {
        BB_CLEAN_PY PyObject *key = bb_conv_name(p[i].name);
        BB_CLEAN_PY PyObject *v =
            Py_BuildValue("NNNN", bb_conv_symset(p[i].deps.references, p[i].deps.nreferences),
                          bb_conv_symset(p[i].deps.execs, p[i].deps.nexecs),
                          bb_conv_contains(p[i].deps.contains, p[i].deps.ncontains), bb_conv_str(p[i].extra));
        if (!key || !v || PyDict_SetItem(dict, key, v) < 0)
            Py_CLEAR(dict);
    }
    return dict;
}

/* emit_var(var, d, all): the text, and whether a function was written */
static PyObject *m_emit_var(PyObject *self, PyObject *args)
{
    PyObject *name, *dobj;
    int all;
    struct bb_store *d;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "UOp", &name, &dobj, &all) || !(d = bb_type_store(dobj)))
        return NULL;
    bb_sym var = bb_conv_sym(name);
    if (!var)
        return NULL;
    int r = bb_emit_var(&out, d, var, all);
    return r < 0 ? bb_exc_raise(d, r)
                 : Py_BuildValue("NO", bb_conv_str(bb_buf_str(&out)), r ? Py_True : Py_False);
}

static PyObject *m_emit_func(PyObject *self, PyObject *args)
{
    PyObject *name, *dobj;
    struct bb_store *d;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    const struct bb_emit_func_opts opts = {bb_shdeps_execs, bb_func_shdeps()};

    if (!PyArg_ParseTuple(args, "UO", &name, &dobj) || !(d = bb_type_store(dobj)))
        return NULL;
    bb_sym var = bb_conv_sym(name);
    int r = var ? bb_emit_func(&out, d, var, &opts) : 0;
    return !var ? NULL : r < 0 ? bb_exc_raise(d, r) : bb_conv_str(bb_buf_str(&out));
}

static PyObject *m_emit_env(PyObject *self, PyObject *args)
{
    PyObject *dobj;
    int all, white;
    struct bb_store *d;
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    if (!PyArg_ParseTuple(args, "Opp", &dobj, &all, &white) || !(d = bb_type_store(dobj)))
        return NULL;
    int r = bb_emit_env(&out, d, all, white);
    return r < 0 ? bb_exc_raise(d, r) : bb_conv_str(bb_buf_str(&out));
}

static PyObject *m_copy_plain(PyObject *self, PyObject *o)
{
    PyObject *r = bb_plain_copy(o);
    return r ? r : Py_NewRef(Py_None);
}

/* clang-format off */
#define VARARGS(name, doc) {#name, m_##name, METH_VARARGS, doc}
/* clang-format on */
static struct {
    bb_py_pr_service *fn;
    void *self;
} pr_service;

void bb_py_set_pr_service(bb_py_pr_service *fn, void *self)
{
    pr_service.fn = fn;
    pr_service.self = self;
}

static PyObject *m_pr_host(PyObject *self, PyObject *arg)
{
    bb_str host = {0};
    int r = pr_service.fn ? pr_service.fn(pr_service.self, &host) : 0;
    return r < 0 ? bb_exc_raise(NULL, r) : PyUnicode_FromStringAndSize(host.p, (Py_ssize_t)host.len);
}

static PyMethodDef methods[] = {
    VARARGS(log, "log(level, text)"),
    {"version", m_version, METH_NOARGS, "BitBake's version at the compatibility level: \"2.8.1\"."},
    {"variable", m_variable, METH_O, "The name that a variable of today has at this level."},
    {"adjust_module_function", m_adjust_module_function, METH_VARARGS,
     "What decorators say about the references of a module's function."},
    {"has_rule", m_has_rule, METH_O, "Whether a rule of base/rules.h holds at this level."},
    {"code_get", m_code_get, METH_O, "code_get(key): bytes or None"},
    VARARGS(code_put, "code_put(key, bytes)"),
    {"pr_host", m_pr_host, METH_NOARGS,
     "Where this build's service of package revisions is: 'HOST:PORT', or ''."},
    {"verbosity", m_verbosity, METH_NOARGS, "How often -v and -D were given."},
    VARARGS(exec_func, "exec_func(func, d, dirs)"),
    VARARGS(addtask, "addtask(task, before, after, d)"),
    VARARGS(deltask, "deltask(task, d)"),
    VARARGS(scan_python, "scan_python(text, name, file='', lineno=0): (references, execs, contains)"),
    {"scan_shell", m_scan_shell, METH_O, "scan_shell(text): command words"},
    VARARGS(add_module_function,
            "add_module_function(namespace, name, source, file, lineno, siblings, extra)"),
    VARARGS(add_visitor,
            "add_visitor(name, function, key): the function says what calls of the name depend on."),
    {"module_functions", m_module_functions, METH_NOARGS, "Functions of addpylib's modules."},
    VARARGS(emit_var, "emit_var(var, d, all): (text, whether it is a function)"),
    VARARGS(emit_func, "emit_func(func, d)"),
    VARARGS(emit_env, "emit_env(d, all, funcwhitespace)"),
    {"copy_plain", m_copy_plain, METH_O,
     "A deep copy of dicts, lists, texts and numbers; None of anything else."},
    {"realpath", bb_realpath, METH_O, "os.path.realpath of an absolute path; None when that is not easy."},
    {0},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_bbc", .m_doc = "The C side of bb.", .m_size = -1, .m_methods = methods,
};

PyMODINIT_FUNC PyInit__bbc(void)
{
    PyObject *m = PyModule_Create(&module);

    if (m && (bb_type_data_add(m) < 0 || PyModule_AddFunctions(m, bb_mod_parse_functions) < 0 ||
              PyModule_AddFunctions(m, bb_mod_sig_functions) < 0 ||
              PyModule_AddFunctions(m, bb_mod_equiv_functions) < 0 ||
              PyModule_AddFunctions(m, bb_mod_stamp_functions) < 0 ||
              PyModule_AddFunctions(m, bb_mod_words_functions) < 0))
        Py_CLEAR(m);
    return m;
}
