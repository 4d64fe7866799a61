/* SPDX-License-Identifier: MIT */
/*
 * ${@...}: expressions whose names are first variables of the store, then what the metadata's shared namespace holds.
 *
 * An expression runs with a locals mapping that asks the store, and with the shared namespace as globals.
 * BitBake adds `d` to a copy of that namespace, which code nested in the expression (a lambda, a
 * comprehension) needs to see it; copying is paid here only by expressions that do have nested code.
 */
#include "py/impl.h"

#include "base/map.h"
#include "base/rules.h"
#include "reuse/code.h"

struct compiled {
    PyObject *code;
    bool nested;
};

static struct bb_map cache; /* text -> struct compiled *, for the life of the process */
static PyObject *excluded;  /* frozenset: names of builtins are never variables */
static PyObject *name_d;    /* "d" */

/* The locals of an expression. */
struct context {
    PyObject_HEAD struct bb_store *d; /* borrowed: `dobj` holds it */
    PyObject *dobj;
    PyObject *assigned; /* dict of what := named, NULL for nothing */
};

static void context_dealloc(PyObject *o)
{
    Py_XDECREF(((struct context *)o)->dobj);
    Py_XDECREF(((struct context *)o)->assigned);
    Py_TYPE(o)->tp_free(o);
}

static PyObject *context_getitem(PyObject *o, PyObject *key)
{
    struct context *self = (struct context *)o;

    PyObject *named = self->assigned ? PyDict_GetItemWithError(self->assigned, key) : NULL;
    if (named || PyErr_Occurred())
        return Py_XNewRef(named);
    if (key == name_d)
        return Py_NewRef(self->dobj);
    int hidden = PyDict_Contains(bb_pyst.ns, key);
    if (hidden == 0)
        hidden = PySet_Contains(excluded, key);
    if (hidden < 0)
        return NULL;
    bb_sym var = hidden ? NULL : bb_conv_sym(key);
    if (!hidden && !var)
        return NULL;
    struct bb_val v = BB_NONE;
    int r = hidden ? 0 : bb_store_get(self->d, var, BB_GET_EXPAND, &v);
    if (r < 0)
        return bb_exc_raise(self->d, r);
    struct bb_val func = BB_NONE;
    if (v.kind != BB_V_NONE && bb_rules_has(bb_pyst.ctx->level, BB_RULE_HIDDEN_FUNCTIONS))
        r = bb_store_get_flag(self->d, var, BB_SYM("func"), 0, &func);
    if (r < 0)
        return bb_exc_raise(self->d, r);
    if (v.kind != BB_V_NONE && !bb_val_true(bb_store_hook(self->d), func))
        return bb_conv_from_val(v);
    PyErr_SetObject(PyExc_KeyError, key);
    return NULL;
}

/* "x := 1" names a value for the rest of the expression. */
static int context_setitem(PyObject *o, PyObject *key, PyObject *value)
{
    struct context *self = (struct context *)o;

    if (!self->assigned && !(self->assigned = PyDict_New()))
        return -1;
    return value ? PyDict_SetItem(self->assigned, key, value) : PyDict_DelItem(self->assigned, key);
}

static PyMappingMethods context_mapping = {
    .mp_subscript = context_getitem,
    .mp_ass_subscript = context_setitem,
};
static PyTypeObject context_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "_bbc.DataContext",
    .tp_basicsize = sizeof(struct context),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = context_dealloc,
    .tp_as_mapping = &context_mapping,
};

int bb_eval_start(void)
{
    BB_CLEAN_PY PyObject *builtins = PyImport_ImportModule("builtins");
    BB_CLEAN_PY PyObject *names = builtins ? PyObject_Dir(builtins) : NULL;
    BB_CLEAN_PY PyObject *set = PySet_New(NULL);

    if (!names || !set || PyType_Ready(&context_type) < 0)
        return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i);
        if (PyUnicode_READ_CHAR(name, 0) != '_' && PySet_Add(set, name) < 0)
            return -1;
    }
    BB_CLEAN_PY PyObject *oe = PyUnicode_FromString("oe");
    if (!oe || PySet_Add(set, oe) < 0)
        return -1;
    excluded = PyFrozenSet_New(set);
    name_d = PyUnicode_InternFromString("d");
    return excluded && name_d ? 0 : -1;
}

void bb_eval_stop(void)
{
    bb_map_each(&cache, e)
        Py_CLEAR(((struct compiled *)e->val)->code);
    bb_map_release(&cache);
    Py_CLEAR(excluded);
    Py_CLEAR(name_d);
}

static bool has_nested(PyObject *code)
{
    BB_CLEAN_PY PyObject *consts = PyObject_GetAttrString(code, "co_consts");

    for (Py_ssize_t i = 0; consts && i < PyTuple_GET_SIZE(consts); i++)
        if (PyCode_Check(PyTuple_GET_ITEM(consts, i)))
            return true;
    return false;
}

/* NULL with an exception when the text is no expression. */
static struct compiled *compile(bb_sym var, bb_str text)
{
    struct compiled *c = bb_map_get(&cache, text);

    if (c)
        return c;
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT, source = BB_BUF_INIT;
    if (var)
        bb_buf_addf(&name, "Var <%s>", var->name.p);
    else
        bb_buf_addz(&name, "<expansion>");
    bb_buf_adds(&source, bb_str_trim(text));
    if (memchr(source.p, '\0', source.len)) {
        PyErr_SetString(PyExc_ValueError, "source code string cannot contain null bytes");
        return NULL;
    }
    PyObject *code =
        bb_func_code(bb_code_key(BB_CODE_EXPRESSION, bb_pyst.ctx->level, text, bb_buf_str(&name), 0),
                     source.p, name.p, Py_eval_input);
    if (!code)
        return NULL;
    struct bb_arena *a = &bb_pyst.ctx->arena;
    c = bb_arena_new(a, struct compiled);
    *c = (struct compiled){code, has_nested(code)};
    bb_map_put(&cache, bb_arena_str(a, text), c);
    return c;
}

static PyObject *evaluate(const struct compiled *c, struct bb_store *d, PyObject *dobj)
{
    BB_CLEAN_PY PyObject *locals = (PyObject *)PyObject_New(struct context, &context_type);
    BB_CLEAN_PY PyObject *globals = c->nested ? PyDict_Copy(bb_pyst.ns) : Py_NewRef(bb_pyst.ns);

    if (!locals)
        return NULL;
    ((struct context *)locals)->d = d;
    ((struct context *)locals)->dobj = Py_NewRef(dobj);
    ((struct context *)locals)->assigned = NULL;
    if (!globals || (c->nested && PyDict_SetItem(globals, name_d, dobj) < 0))
        return NULL;
    return PyEval_EvalCode(c->code, globals, locals);
}

int bb_eval_expr(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret)
{
    struct compiled *c = compile(var, code);
    BB_CLEAN_PY PyObject *dobj = c ? bb_type_wrap(d) : NULL;
    BB_CLEAN_PY PyObject *v = NULL, *s = NULL;
    BB_CLEAN_TEXT struct bb_text text = {0};

    if (!dobj)
        return bb_exc_stash();
    if (Py_EnterRecursiveCall(" while expanding a variable"))
        return bb_exc_stash();
    v = evaluate(c, d, dobj);
    Py_LeaveRecursiveCall();
    s = v ? PyObject_Str(v) : NULL;
    if (!s || bb_conv_text(s, &text) < 0)
        return bb_exc_stash();
    bb_buf_adds(ret, text.s);
    return 0;
}

/* bb.filter.apply_filters(value, [expression]) */
int bb_eval_filter(bb_str value, bb_str expression, struct bb_buf *ret)
{
    BB_CLEAN_PY PyObject *apply = bb_interp_find("bb.filter.apply_filters");
    BB_CLEAN_PY PyObject *val = apply ? bb_conv_str(value) : NULL;
    BB_CLEAN_PY PyObject *expr = val ? bb_conv_str(expression) : NULL;
    BB_CLEAN_PY PyObject *list = expr ? PyList_New(1) : NULL;
    BB_CLEAN_TEXT struct bb_text out = {0};

    if (!list)
        return bb_exc_stash();
    PyList_SET_ITEM(list, 0, Py_NewRef(expr));
    BB_CLEAN_PY PyObject *result = PyObject_CallFunctionObjArgs(apply, val, list, NULL);
    BB_CLEAN_PY PyObject *text = result ? PyObject_Str(result) : NULL;
    if (!text || bb_conv_text(text, &out) < 0)
        return bb_exc_stash();
    bb_buf_adds(ret, out.s);
    return 0;
}

int bb_py_eval_json(struct bb_store *d, bb_str expr, bb_str locals, struct bb_buf *ret_json)
{
    int r = bb_py_need();
    if (r < 0)
        return r;
    BB_CLEAN_PY PyObject *run = bb_interp_find("bb.pymain.eval_json");
    BB_CLEAN_PY PyObject *dobj = run ? bb_type_wrap(d) : NULL;
    BB_CLEAN_PY PyObject *text = dobj ? bb_conv_str(expr) : NULL;
    BB_CLEAN_PY PyObject *args = text ? bb_conv_str(locals) : NULL;
    BB_CLEAN_PY PyObject *json = args ? PyObject_CallFunctionObjArgs(run, text, args, dobj, NULL) : NULL;
    BB_CLEAN_TEXT struct bb_text out = {0};

    if (!json || bb_conv_text(json, &out) < 0)
        return bb_exc_stash();
    bb_buf_adds(ret_json, out.s);
    return 0;
}
