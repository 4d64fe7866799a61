/* SPDX-License-Identifier: MIT */
/*
 * What the files of lib/py, and of lib/pymod, share: Python.h (always first), the process's one interpreter, and the conversions
 * between its objects and ours. New references are returned unless a comment says borrowed; a function that
 * returns NULL or -1 has set a Python exception, one that returns a negative BB_E code has not.
 */
#ifndef BB_PY_IMPL_H
#define BB_PY_IMPL_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <marshal.h>

#include "base/held.h"
#include "base/map.h"
#include "py/py.h"

#if PY_VERSION_HEX < 0x030a0000 /* what Python 3.10 added */
static inline PyObject *Py_NewRef(PyObject *o)
{
    Py_INCREF(o);
    return o;
}

static inline PyObject *Py_XNewRef(PyObject *o)
{
    Py_XINCREF(o);
    return o;
}

static inline int PyModule_AddObjectRef(PyObject *module, const char *name, PyObject *value)
{
    Py_XINCREF(value);
    int r = value ? PyModule_AddObject(module, name, value) : -1;
    if (r < 0)
        Py_XDECREF(value);
    return r;
}
#endif

/* The interpreter. Everything below `running` is valid only while that is true. */
struct bb_pystate {
    struct bb_ctx *ctx;
    struct bb_pyhook hook;
    bool running;
    PyObject *ns;         /* bb.utils._context: the globals of all code of the metadata */
    PyObject *bbdir;      /* folder of our Python packages, with a trailing '/' */
    PyObject *pending;    /* exception that a callback stashed for whoever handles its code */
    PyObject *empty_args; /* () */
    /* classes of ours written in Python */
    PyObject *DataSmart, *ExpansionError, *SkipRecipe, *HandledException;
    struct bb_parser *parser;
    bb_py_exec_func exec;
    void *exec_self;
};
extern struct bb_pystate bb_pyst;

/* cleanup attribute for owned references */
static inline void bb_py_unref(PyObject **o)
{
    Py_CLEAR(*o);
}
#define BB_CLEAN_PY __attribute__((cleanup(bb_py_unref)))

/* interp.c: flushes sys.stdout and sys.stderr; an attribute of an imported module, by dotted name ("bb.event.fire"). */
void bb_py_flush(void);
PyObject *bb_interp_find(const char *dotted);

/* conv.c */
/* A Python str's UTF-8, lone surrogates as the raw bytes they stand for. `hold` keeps the bytes alive. */
struct bb_text {
    bb_str s;
    PyObject *hold;
};
static inline void bb_text_release(struct bb_text *t)
{
    Py_CLEAR(t->hold);
}
#define BB_CLEAN_TEXT __attribute__((cleanup(bb_text_release)))
int bb_conv_text(PyObject *o, struct bb_text *ret);
/* The same of o.name. */
int bb_conv_attr(PyObject *o, const char *name, struct bb_text *ret);
/* A copy in `a`. */
int bb_conv_copy(PyObject *o, struct bb_arena *a, bb_str *ret);
PyObject *bb_conv_str(bb_str s);
/* The symbol of a str; NULL and TypeError for anything else. */
bb_sym bb_conv_sym(PyObject *name);
/* The interned str of a symbol. */
PyObject *bb_conv_name(bb_sym sym);
PyObject *bb_conv_from_val(struct bb_val v);
/* An object as a value: a view that is good while the object and this struct are. Release it with BB_CLEAN_VAL. */
struct bb_pyval {
    struct bb_val v;
    struct bb_text text;
    struct bb_vlist list;
};
int bb_conv_to_val(PyObject *o, struct bb_pyval *ret);
void bb_conv_release(struct bb_pyval *v);
#define BB_CLEAN_VAL __attribute__((cleanup(bb_conv_release)))
/* set(str) of symbols; dict name -> set of words */
PyObject *bb_conv_symset(const bb_sym *p, size_t n);
PyObject *bb_conv_strset(const bb_str *p, size_t n);
/* A list of strings. */
PyObject *bb_conv_strlist(const bb_str *p, size_t n);
PyObject *bb_conv_contains(const struct bb_contains *p, size_t n);
void bb_conv_stop(void);

/* exc.c */
/* Takes the current exception away and keeps it; returns the code that stands for it (-BB_EPYTHON ...). */
int bb_exc_stash(void);
/* The current exception with its traceback, NULL when there is none; none is current afterwards. And back again (NULL:
 * none), which takes the reference. */
PyObject *bb_exc_take(void);
void bb_exc_put(PyObject *e);
/* Raises what stands behind `code`: the stashed exception, or one made from the store's last error. Returns NULL. */
PyObject *bb_exc_raise(struct bb_store *d, int code);
void bb_exc_text(struct bb_buf *out);
void bb_exc_skip_reason(struct bb_buf *out);
int bb_exc_report(struct bb_loc loc, const char *doing);
void bb_exc_clear(void);
/*
 * What a call of the parser gave, begun with bb_held_begin(), which it takes: None, or NULL with the exception: a file that
 * makes no sense is bb.parse.ParseError, and what there is to say of it is shown when nobody catches that.
 */
PyObject *bb_exc_parsed(struct bb_store *d, struct bb_held *held, int code);

/* type_data.c, type_more.c: class _bbc.DataSmart */
int bb_type_data_add(PyObject *module);
extern PyTypeObject bb_type_data;
extern PyMethodDef bb_type_more_methods[];
void bb_type_more_fill(PyTypeObject *type); /* its protocols: iteration, item access */
/* The Python object of a store, always the same one while it lives. */
PyObject *bb_type_wrap(struct bb_store *d);
/* The store of an object, NULL and TypeError when it is not a DataSmart. Borrowed. */
struct bb_store *bb_type_store(PyObject *o);

/* args.c: binding of (args, kwnames) to parameters. */
enum { BB_ARGS_MAX = 6 };
struct bb_params {
    const char *fname;
    int nreq;
    const char *names[BB_ARGS_MAX]; /* NULL-terminated when shorter */
};
/* Fills out[i] with borrowed references, NULL where not given. Keywords that are no parameter go to `how`
 * (BitBake's loginfo), or raise TypeError when that is NULL. */
int bb_args_bind(const struct bb_params *p, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
                 PyObject **out, struct bb_how *how);
/* Python's truth of an optional argument; -1 on error. */
int bb_args_true(PyObject *o, bool dflt);
/* Where the Python code that is running stands, for histories; leaves `how` alone when it says so already. */
void bb_args_caller(struct bb_how *how);
void bb_args_stop(void);

/* type_parse.c: objects of class bb.data_smart.VariableParse */
PyObject *bb_type_parse_new(PyObject *d, PyObject *varname, const struct bb_varparse *p);
/* As expandWithRefs gives for values that are no text: they stand for themselves. */
PyObject *bb_type_parse_plain(PyObject *d, PyObject *varname, PyObject *value);

/* eval.c */
int bb_eval_start(void);
void bb_eval_stop(void);
int bb_eval_filter(bb_str value, bb_str expression, struct bb_buf *ret);
int bb_eval_expr(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret);

/* func.c */
void bb_func_stop(void);
int bb_func_insert(void *self, struct bb_store *d, bb_str module, bb_str code, bb_str file, uint32_t lineno);
int bb_func_anonymous(void *self, struct bb_store *d, bb_str func);
int bb_func_pylib(void *self, struct bb_store *d, bb_str dir, bb_str ns);
/* The code kept under a key of reuse/code.h, else `source` compiled (Py_file_input ...) and kept from now on. */
PyObject *bb_func_code(uint64_t key, const char *source, const char *name, int start);
/* What shell texts call: one cache for the life of the process. */
struct bb_shdeps *bb_func_shdeps(void);
PyObject *bb_func_exec(PyObject *func, PyObject *d, PyObject *dirs);

/* events.c */
int bb_events_register(void *self, struct bb_store *d, bb_str func);
int bb_events_save(void *self);
void bb_events_restore(void *self);
int bb_events_fire(void *self, struct bb_store *d, enum bb_parse_event ev, bb_str arg);
void bb_events_stop(void);

/* pydeps.c, pylib.c */
int bb_pydeps_scan(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                   const struct bb_codedeps **ret);
/*
 * Calls of the function `name` (str) depend on what `visitor(name, arguments)` says: (words looked for in variables,
 * called functions, an argument that cannot be followed or None). `key`: text that changes when the visitor does.
 * -1 with an exception.
 */
int bb_pydeps_add_visitor(PyObject *name, PyObject *visitor, PyObject *key);
int bb_pydeps_start(void);
void bb_pydeps_stop(void);
/* One function of a module: `siblings` is a container of the names of all functions of that module. */
int bb_pylib_add(PyObject *ns, PyObject *name, PyObject *source, PyObject *file, long lineno,
                 PyObject *siblings, PyObject *extra);
int bb_pylib_adjust(PyObject *name, PyObject *added, PyObject *excluded);

/* plain.c: a deep copy, NULL without an exception when `o` is no plain value; str(o) */
PyObject *bb_plain_copy(PyObject *o);
int bb_plain_str(PyObject *o, struct bb_buf *out);
void bb_plain_stop(void);

/* realpath.c: os.path.realpath() of an absolute str; None: ask Python's own */
PyObject *bb_realpath(PyObject *self, PyObject *o);

/* mod_equiv.c, mod_parse.c, mod_sig.c, mod_stamp.c, mod_words.c: parts of _bbc */
extern PyMethodDef bb_mod_equiv_functions[], bb_mod_parse_functions[], bb_mod_sig_functions[],
    bb_mod_stamp_functions[], bb_mod_words_functions[];
/* logsink.c: reports go through Python's logging from start to stop. */
void bb_logsink_start(struct bb_ctx *ctx);
void bb_logsink_stop(struct bb_ctx *ctx);
/* The log record that our handler was given is such a report: passes it on and returns true. */
bool bb_logsink_return(void);
/* siggen.c: _bbc.plan_recipe(mcfn) */
PyObject *bb_siggen_plan_recipe(PyObject *self, PyObject *mcfn);

/* The native module of this folder. */
PyMODINIT_FUNC PyInit__bbc(void);

#endif
