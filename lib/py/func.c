/* SPDX-License-Identifier: MIT */
/*
 * Functions of the metadata. They live in one namespace shared by all files (as in BitBake, where a later
 * definition of a name replaces an earlier one); their text is padded with empty lines so that tracebacks
 * show the file's own line numbers. Compiling is cached by text and place: a class's function is compiled
 * once a process, not once a recipe.
 */
#include "py/impl.h"

#include "reuse/code.h"
#include "run/task.h"

struct place {
    uint32_t src, lineno;
    PyObject *code;
    struct place *next;
};
static struct bb_map cache; /* text -> list of struct place */

void bb_func_stop(void)
{
    bb_map_each(&cache, e)
        for (struct place *p = e->val; p; p = p->next)
            Py_CLEAR(p->code);
    bb_map_release(&cache);
}

static PyObject *kept_code(uint64_t key)
{
    bb_str kept = bb_code_get(key);
    PyObject *code = kept.p ? PyMarshal_ReadObjectFromString(kept.p, (Py_ssize_t)kept.len) : NULL;

    if (code && PyCode_Check(code))
        return code;
    Py_XDECREF(code);
    PyErr_Clear();
    return NULL;
}

/* NULL where compiling warns: such code is not kept, so that the warning comes in each run. */
static PyObject *new_code(uint64_t key, const char *source, const char *name, int start)
{
    BB_CLEAN_PY PyObject *quiet = bb_interp_find("bb.methodpool.compile_quietly");
    BB_CLEAN_PY PyObject *code =
        quiet ? PyObject_CallFunction(quiet, "sss", source, name, start == Py_eval_input ? "eval" : "exec")
              : NULL;
    BB_CLEAN_PY PyObject *bytes =
        code && PyCode_Check(code) ? PyMarshal_WriteObjectToString(code, Py_MARSHAL_VERSION) : NULL;

    PyErr_Clear();
    if (!bytes)
        return NULL;
    bb_code_put(key, bb_str_n(PyBytes_AS_STRING(bytes), (size_t)PyBytes_GET_SIZE(bytes)));
    return Py_NewRef(code);
}

PyObject *bb_func_code(uint64_t key, const char *source, const char *name, int start)
{
    PyObject *code = key ? kept_code(key) : NULL;

    if (!code && key)
        code = new_code(key, source, name, start);
    return code ? code : Py_CompileString(source, name, start);
}

static PyObject *compile(bb_str text, bb_str file, uint32_t lineno)
{
    BB_CLEAN_BUF struct bb_buf padded = BB_BUF_INIT;
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;

    if (memchr(text.p, '\0', text.len)) {
        PyErr_SetString(PyExc_SyntaxError, "source code cannot contain null bytes");
        return NULL;
    }
    for (uint32_t i = 1; i < lineno; i++)
        bb_buf_addc(&padded, '\n');
    bb_buf_adds(&padded, text);
    bb_buf_adds(&name, file);
    return bb_func_code(bb_code_key(BB_CODE_FUNCTION, bb_pyst.ctx->level, text, file, lineno), padded.p,
                        name.p, Py_file_input);
}

/* Compiled code of a text whose first line is line `lineno` of `file`; cached. */
static PyObject *compile_text(bb_str text, bb_str file, uint32_t lineno)
{
    uint32_t src = bb_source_id(file);
    struct place *first = bb_map_get(&cache, text);

    for (struct place *p = first; p; p = p->next)
        if (p->src == src && p->lineno == lineno)
            return Py_NewRef(p->code);
    PyObject *code = compile(text, file, lineno);
    if (!code)
        return NULL;
    struct bb_arena *a = &bb_pyst.ctx->arena;
    struct place *p = bb_arena_new(a, struct place);
    *p = (struct place){src, lineno, Py_NewRef(code), first};
    if (first)
        *bb_map_slot(&cache, text) = p;
    else
        bb_map_put(&cache, bb_arena_str(a, text), p);
    return code;
}

static int run(bb_str text, bb_str file, uint32_t lineno, PyObject *ns)
{
    BB_CLEAN_PY PyObject *code = compile_text(text, file, lineno);
    BB_CLEAN_PY PyObject *r = code ? PyEval_EvalCode(code, ns, ns) : NULL;

    return r ? 0 : bb_exc_stash();
}

int bb_func_insert(void *self, struct bb_store *d, bb_str module, bb_str code, bb_str file, uint32_t lineno)
{
    return run(code, file, lineno, bb_pyst.ns);
}

/* FUNC(d) */
static int call(struct bb_store *d, bb_str func)
{
    BB_CLEAN_PY PyObject *name = bb_conv_str(func);
    PyObject *f = name ? PyDict_GetItemWithError(bb_pyst.ns, name) : NULL; /* borrowed */

    if (!f) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
        return bb_exc_stash();
    }
    BB_CLEAN_PY PyObject *hold = Py_NewRef(f);
    BB_CLEAN_PY PyObject *dobj = bb_type_wrap(d);
    BB_CLEAN_PY PyObject *r = dobj ? PyObject_CallOneArg(hold, dobj) : NULL;
    return r ? 0 : bb_exc_stash();
}

int bb_func_anonymous(void *self, struct bb_store *d, bb_str func)
{
    return call(d, func);
}

/* "def FUNC(d):" before a body, as it stands in the file: the flag lineno is the line of the def. */
int bb_py_run_function(struct bb_store *d, bb_str func)
{
    int r = bb_py_need();
    if (r < 0)
        return r;
    bb_sym sym = bb_sym_get(func);
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_val body = BB_NONE, line = BB_NONE;
    bb_str file = {0};
    int64_t lineno = 1;
    if ((r = bb_store_get(d, sym, 0, &body)) < 0 ||
        (r = bb_store_flag_str(d, sym, BB_SYM("filename"), &file)) < 0 ||
        (r = bb_store_get_flag(d, sym, BB_SYM("lineno"), 0, &line)) < 0)
        return r;
    if (body.kind != BB_V_STR)
        return bb_error(bb_pyst.ctx, "python function '%.*s' has no body", BB_STRF(func));
    if (line.kind == BB_V_INT)
        lineno = line.i;
    else if (line.kind == BB_V_STR)
        bb_str_to_int(line.s, &lineno);
    bb_buf_addf(&text, "def %.*s(d):\n%.*s", BB_STRF(func), BB_STRF(body.s));
    r = run(bb_buf_str(&text), file.len ? file : BB_STR("autogenerated"), lineno > 0 ? (uint32_t)lineno : 1,
            bb_pyst.ns);
    if (r == 0)
        r = call(d, func);
    bb_py_flush(); /* what it printed comes before what is logged next */
    return r;
}

int bb_py_exec(struct bb_store *d, bb_str code, bb_str file, uint32_t lineno)
{
    int r = bb_py_need();
    if (r < 0)
        return r;
    BB_CLEAN_PY PyObject *ns = PyDict_Copy(bb_pyst.ns);
    BB_CLEAN_PY PyObject *dobj = ns ? bb_type_wrap(d) : NULL;
    if (!dobj || PyDict_SetItemString(ns, "d", dobj) < 0)
        return bb_exc_stash();
    r = run(code, file, lineno, ns);
    bb_py_flush();
    return r;
}

int bb_func_pylib(void *self, struct bb_store *d, bb_str dir, bb_str ns)
{
    BB_CLEAN_PY PyObject *add = bb_interp_find("bb.codeparser.add_pylib");
    BB_CLEAN_PY PyObject *dobj = add ? bb_type_wrap(d) : NULL;
    BB_CLEAN_PY PyObject *libdir = dobj ? bb_conv_str(dir) : NULL;
    BB_CLEAN_PY PyObject *name = libdir ? bb_conv_str(ns) : NULL;
    BB_CLEAN_PY PyObject *r = name ? PyObject_CallFunctionObjArgs(add, dobj, libdir, name, NULL) : NULL;

    return r ? 0 : bb_exc_stash();
}

int bb_py_emit_function(struct bb_buf *out, struct bb_store *d, bb_str func)
{
    int r = bb_py_need();
    if (r < 0)
        return r;
    BB_CLEAN_PY PyObject *emit = bb_interp_find("bb.data.func_python_text");
    BB_CLEAN_PY PyObject *dobj = emit ? bb_type_wrap(d) : NULL;
    BB_CLEAN_PY PyObject *name = dobj ? bb_conv_str(func) : NULL;
    BB_CLEAN_PY PyObject *text = name ? PyObject_CallFunctionObjArgs(emit, name, dobj, NULL) : NULL;
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (!text || bb_conv_text(text, &t) < 0)
        return bb_exc_stash();
    bb_buf_adds(out, t.s);
    return 0;
}

void bb_py_set_exec_func(bb_py_exec_func exec, void *self)
{
    bb_pyst.exec = exec;
    bb_pyst.exec_self = self;
}

void bb_py_set_parser(struct bb_parser *parser)
{
    bb_pyst.parser = parser;
}

/* bb.process.ExecutionError; found when first needed, since bb.process is costly to import. Borrowed. */
static PyObject *execution_error(void)
{
    static PyObject *class;

    if (!class)
        class = bb_interp_find("bb.process.ExecutionError");
    return class;
}

/* A shell function that failed is bb.process.ExecutionError(func, status). */
static PyObject *raise_status(PyObject *func, int status)
{
    BB_CLEAN_PY PyObject *n = PyLong_FromLong(status);
    BB_CLEAN_PY PyObject *e =
        n && execution_error() ? PyObject_CallFunctionObjArgs(execution_error(), func, n, NULL) : NULL;

    bb_exc_clear();
    if (e)
        PyErr_SetObject(execution_error(), e);
    return NULL;
}

/*
 * An exception out of the function is shown here and becomes BBHandledException, as BitBake has it: only what
 * callers may want to catch (a failed expansion, a failed command, SkipRecipe) goes through as it is.
 */
static PyObject *exec_failed(struct bb_store *d, bb_str func, int code)
{
    if (code == -BB_EPYTHON && bb_pyst.pending &&
        !PyErr_GivenExceptionMatches(bb_pyst.pending, bb_pyst.ExpansionError) &&
        !(execution_error() && PyErr_GivenExceptionMatches(bb_pyst.pending, execution_error()))) {
        BB_CLEAN_BUF struct bb_buf doing = BB_BUF_INIT;
        bb_buf_addf(&doing, "running function '%.*s'", BB_STRF(func));
        code = bb_exc_report((struct bb_loc){0}, doing.p);
    }
    return bb_exc_raise(code == -BB_EPYTHON ? NULL : d, code);
}

struct bb_shdeps *bb_func_shdeps(void)
{
    static struct bb_shdeps *known;

    if (!known)
        known = bb_shdeps_new(bb_pyst.ctx->level);
    return known;
}

static int run_outside(void *self, struct bb_store *d, bb_str func)
{
    return bb_py_run_function(d, func);
}

static int emit_outside(void *self, struct bb_buf *out, struct bb_store *d, bb_str func)
{
    return bb_py_emit_function(out, d, func);
}

/* While parsing, and in handlers of the cooker. */
static int exec_outside(void *self, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                        int *ret_status)
{
    const struct bb_emit_func_opts emit = {bb_shdeps_execs, bb_func_shdeps()};
    const struct bb_task_py py = {.run = run_outside, .emit = emit_outside};
    const struct bb_task_opts opts = {.outside = true, .emit = &emit, .py = &py};

    return bb_task_exec_func(bb_pyst.ctx, d, func, dirs, &opts, ret_status);
}

PyObject *bb_func_exec(PyObject *func, PyObject *dobj, PyObject *dirs)
{
    struct bb_store *d = bb_type_store(dobj);
    BB_CLEAN_TEXT struct bb_text name = {0};
    BB_CLEAN_VAL struct bb_pyval list = {0};
    int status = 0;

    if (!d || bb_conv_text(func, &name) < 0)
        return NULL;
    BB_CLEAN_PY PyObject *seq = dirs != Py_None ? PySequence_List(dirs) : NULL;
    if (dirs != Py_None && (!seq || bb_conv_to_val(seq, &list) < 0))
        return NULL;
    if (dirs != Py_None && list.v.kind != BB_V_LIST) {
        PyErr_SetString(PyExc_TypeError, "exec_func() wants dirs to be a list of str");
        return NULL;
    }
    bb_py_flush();
    bb_py_exec_func exec = bb_pyst.exec ? bb_pyst.exec : exec_outside;
    int r = exec(bb_pyst.exec_self, d, name.s, list.v.kind == BB_V_LIST ? &list.list : NULL, &status);
    if (r == 0)
        Py_RETURN_NONE;
    return status ? raise_status(func, status) : exec_failed(d, name.s, r);
}
