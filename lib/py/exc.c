/* SPDX-License-Identifier: MIT */
/*
 * Exceptions and error codes. Between a callback that failed and whoever handles its code the exception waits in
 * bb_pyst.pending; there is never more than one, since the code is either raised again, reported or dropped.
 */
#include "py/impl.h"

#include "base/vec.h"

static int code_of(PyObject *e)
{
    if (PyErr_GivenExceptionMatches(e, PyExc_KeyboardInterrupt))
        return -BB_ECANCELLED;
    if (bb_pyst.SkipRecipe && PyErr_GivenExceptionMatches(e, bb_pyst.SkipRecipe))
        return -BB_ESKIP;
    if (bb_pyst.HandledException && PyErr_GivenExceptionMatches(e, bb_pyst.HandledException))
        return -BB_EREPORTED;
    return -BB_EPYTHON;
}

PyObject *bb_exc_take(void)
{
#if PY_VERSION_HEX >= 0x030c0000
    return PyErr_GetRaisedException();
#else
    PyObject *type, *value, *tb;

    PyErr_Fetch(&type, &value, &tb);
    if (!type)
        return NULL;
    PyErr_NormalizeException(&type, &value, &tb);
    if (tb)
        PyException_SetTraceback(value, tb);
    Py_DECREF(type);
    Py_XDECREF(tb);
    return value;
#endif
}

void bb_exc_put(PyObject *e)
{
#if PY_VERSION_HEX >= 0x030c0000
    PyErr_SetRaisedException(e);
#else
    if (e)
        PyErr_Restore(Py_NewRef((PyObject *)Py_TYPE(e)), e, PyException_GetTraceback(e));
#endif
}

int bb_exc_stash(void)
{
    PyObject *e = bb_exc_take();

    if (!e)
        BB_BUG("no exception to keep");
    Py_XSETREF(bb_pyst.pending, e);
    return code_of(e);
}

void bb_exc_clear(void)
{
    Py_CLEAR(bb_pyst.pending);
}

/* Raises `e`, with the traceback it has. Takes the reference. */
static PyObject *raise_object(PyObject *e)
{
    bb_exc_put(e);
    return NULL;
}

/* The exception a store failed with by itself ("Exception: variable A references itself!"). */
static PyObject *made_by_store(const struct bb_expand_error *err, int code)
{
    bb_str text = err->exception;
    size_t colon = bb_str_find(text, BB_STR(": "), 0);

    if (!text.len)
        text = bb_str_z(bb_strerror(code));
    else if (colon != BB_NPOS && bb_str_chr(text, ' ', 0) > colon)
        text = bb_str_from(text, colon + 2);
    BB_CLEAN_PY PyObject *msg = bb_conv_str(text);
    return msg ? PyObject_CallOneArg(PyExc_Exception, msg) : NULL;
}

/* Whether an ExpansionError that came through Python is what the store's chain begins with. */
static bool continues(PyObject *e, const struct bb_expand_error *err)
{
    BB_CLEAN_PY PyObject *list = PyObject_GetAttrString(e, "varlist");
    BB_CLEAN_TEXT struct bb_text first = {0};
    bool same = list && PyList_Check(list) && PyList_GET_SIZE(list) && err->nchain &&
                bb_conv_text(PyList_GET_ITEM(list, 0), &first) == 0 && bb_str_eq(first.s, err->chain[0]);

    PyErr_Clear();
    return same;
}

static int set_chain(PyObject *e, const struct bb_expand_error *err, bool append)
{
    BB_CLEAN_PY PyObject *list = append ? PyObject_GetAttrString(e, "varlist") : PyList_New(0);

    for (size_t i = 0; list && i < err->nchain; i++) {
        BB_CLEAN_PY PyObject *name = bb_conv_str(err->chain[i]);
        if (!name || PyList_Append(list, name) < 0)
            return -1;
    }
    return list ? PyObject_SetAttrString(e, "varlist", list) : -1;
}

/* ExpansionError(variable, expression, cause), caused by `cause`. */
static PyObject *expansion_error(const struct bb_expand_error *err, PyObject *cause)
{
    BB_CLEAN_PY PyObject *var = err->variable.len ? bb_conv_str(err->variable) : Py_NewRef(Py_None);
    BB_CLEAN_PY PyObject *expr = bb_conv_str(err->expression);
    if (!var || !expr)
        return NULL;
    PyObject *e = PyObject_CallFunctionObjArgs(bb_pyst.ExpansionError, var, expr, cause, NULL);
    if (e && err->nchain && set_chain(e, err, false) < 0)
        Py_CLEAR(e);
    if (e)
        PyException_SetCause(e, Py_NewRef(cause));
    return e;
}

PyObject *bb_exc_raise(struct bb_store *d, int code)
{
    PyObject *e = bb_pyst.pending; /* ours now */

    bb_pyst.pending = NULL;
    if (code == -BB_ESKIP || code == -BB_EREPORTED || code == -BB_ECANCELLED) {
        if (e && code_of(e) == code)
            return raise_object(e);
        Py_XDECREF(e);
        PyErr_SetNone(code == -BB_ESKIP       ? bb_pyst.SkipRecipe
                      : code == -BB_EREPORTED ? bb_pyst.HandledException
                                              : PyExc_KeyboardInterrupt);
        return NULL;
    }
    const struct bb_expand_error *err = d ? bb_store_error(d) : NULL;
    if (!err) {
        if (e)
            return raise_object(e);
        PyErr_SetString(PyExc_RuntimeError, bb_strerror(code));
        return NULL;
    }
    if (!e && !(e = made_by_store(err, code)))
        return NULL;
    if (PyErr_GivenExceptionMatches(e, bb_pyst.ExpansionError)) {
        if (set_chain(e, err, !continues(e, err)) < 0)
            PyErr_Clear();
        return raise_object(e);
    }
    BB_CLEAN_PY PyObject *cause = e;
    PyObject *expansion = expansion_error(err, cause);
    return expansion ? raise_object(expansion) : NULL;
}

/* str(o) appended; what cannot be printed says so. */
static void add_str(struct bb_buf *out, PyObject *o)
{
    BB_CLEAN_PY PyObject *s = PyObject_Str(o);
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (s && bb_conv_text(s, &t) == 0) {
        bb_buf_adds(out, t.s);
    } else {
        PyErr_Clear();
        bb_buf_addz(out, "(unprintable)");
    }
}

static void add_exception(struct bb_buf *out, PyObject *e, bool syntax_msg)
{
    BB_CLEAN_PY PyObject *name = PyObject_GetAttrString((PyObject *)Py_TYPE(e), "__name__");
    BB_CLEAN_PY PyObject *msg = syntax_msg ? PyObject_GetAttrString(e, "msg") : Py_NewRef(e);

    PyErr_Clear();
    if (name)
        add_str(out, name);
    size_t mark = out->len;
    bb_buf_addz(out, ": ");
    if (msg)
        add_str(out, msg);
    if (out->len == mark + 2) /* "KeyError" alone, as Python's own traceback has it */
        bb_buf_truncate(out, mark);
}

void bb_exc_skip_reason(struct bb_buf *out)
{
    if (bb_pyst.pending)
        add_str(out, bb_pyst.pending);
    bb_exc_clear();
}

typedef BB_VEC(struct bb_diag_note) notes;

/* True for code of the metadata: not ours, not the standard library's, not a compiled expression's. */
static bool is_metadata(bb_str file)
{
    BB_CLEAN_TEXT struct bb_text dir = {0};

    if (!file.len || file.p[0] != '/')
        return false;
    if (bb_pyst.bbdir && bb_conv_text(bb_pyst.bbdir, &dir) == 0 && bb_str_starts(file, dir.s))
        return false;
    return !bb_str_starts(file, BB_STR(BBC_PYTHON_PREFIX "/lib/python3"));
}

static long attr_long(PyObject *o, const char *name)
{
    BB_CLEAN_PY PyObject *v = PyObject_GetAttrString(o, name);
    long n = v && PyLong_Check(v) ? PyLong_AsLong(v) : 0;

    PyErr_Clear();
    return n;
}

/* One entry of a traceback. Its line is asked for as Python code would: the struct has it only once it was asked for. */
static void add_frame(notes *v, PyObject *tb, bool all, struct bb_arena *a)
{
    BB_CLEAN_PY PyObject *frame = PyObject_GetAttrString(tb, "tb_frame");
    BB_CLEAN_PY PyObject *code = frame ? PyObject_GetAttrString(frame, "f_code") : NULL;
    BB_CLEAN_TEXT struct bb_text file = {0}, name = {0};

    if (code && bb_conv_attr(code, "co_filename", &file) == 0 && bb_conv_attr(code, "co_name", &name) == 0 &&
        (all || is_metadata(file.s))) {
        struct bb_loc loc = {.src = bb_source_id(file.s), .line = (uint32_t)attr_long(tb, "tb_lineno")};
        bb_vec_push(v, (struct bb_diag_note){loc, bb_arena_str(a, name.s)});
    }
    PyErr_Clear();
}

/* Frames of the metadata (or all of them), outermost first. */
static void add_frames(notes *v, PyObject *e, bool all, struct bb_arena *a)
{
    PyObject *tb = PyException_GetTraceback(e);

    while (tb && tb != Py_None) {
        add_frame(v, tb, all, a);
        Py_SETREF(tb, PyObject_GetAttrString(tb, "tb_next"));
    }
    Py_XDECREF(tb);
}

/* With the line of the metadata it came from, which the expression that is being expanded does not show. */
void bb_exc_text(struct bb_buf *out)
{
    notes frames = {0};

    if (!bb_pyst.pending)
        return;
    add_exception(out, bb_pyst.pending, false);
    add_frames(&frames, bb_pyst.pending, false, &bb_pyst.ctx->arena);
    if (frames.n) {
        struct bb_diag_note *in = &frames.p[frames.n - 1];
        bb_buf_addf(out, " (%.*s:%u, in '%.*s')", BB_STRF(bb_source_path(in->loc.src)), in->loc.line,
                    BB_STRF(in->text));
    }
    bb_vec_release(&frames);
}

/* Where the compiler says that a SyntaxError is. */
static bool syntax_place(PyObject *e, struct bb_loc *ret)
{
    BB_CLEAN_PY PyObject *file = PyObject_GetAttrString(e, "filename");
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (!file || !PyUnicode_Check(file) || bb_conv_text(file, &t) < 0 || !is_metadata(t.s)) {
        PyErr_Clear();
        return false;
    }
    *ret = (struct bb_loc){.src = bb_source_id(t.s), .line = (uint32_t)attr_long(e, "lineno")};
    bb_str line = bb_source_line(ret->src, ret->line);
    long column = attr_long(e, "offset");
    if (line.p && column > 0 && (size_t)column <= line.len + 1) {
        ret->off = (uint32_t)(line.p - bb_source_text(ret->src).p) + (uint32_t)column - 1;
        ret->len = 1;
    }
    return true;
}

/* What the user should read of an exception: its own text and, for a failed expansion, the way it came about. */
static void explain(PyObject *e, struct bb_arena *a, bb_str *ret_text, notes *v)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, chain = BB_BUF_INIT;

    if (!PyErr_GivenExceptionMatches(e, bb_pyst.ExpansionError)) {
        add_exception(&text, e, PyErr_GivenExceptionMatches(e, PyExc_SyntaxError));
        *ret_text = bb_arena_str(a, bb_buf_str(&text));
        return;
    }
    BB_CLEAN_PY PyObject *msg = PyObject_GetAttrString(e, "msg");
    BB_CLEAN_PY PyObject *list = PyObject_GetAttrString(e, "varlist");
    BB_CLEAN_PY PyObject *arrow = PyUnicode_FromString(" -> ");
    BB_CLEAN_PY PyObject *joined = list && arrow ? PyUnicode_Join(arrow, list) : NULL;
    PyErr_Clear();
    add_str(&text, msg ? msg : e);
    *ret_text = bb_arena_str(a, bb_buf_str(&text));
    if (joined) {
        bb_buf_addz(&chain, "The variable dependency chain for the failure is: ");
        add_str(&chain, joined);
        bb_vec_push(v, (struct bb_diag_note){{0}, bb_arena_str(a, bb_buf_str(&chain))});
    }
}

/* What was said of the exception with add_note(). */
static void add_python_notes(notes *v, PyObject *e, struct bb_arena *a)
{
    BB_CLEAN_PY PyObject *list = PyObject_GetAttrString(e, "__notes__");

    for (Py_ssize_t i = 0; list && PyList_Check(list) && i < PyList_GET_SIZE(list); i++) {
        BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
        add_str(&text, PyList_GET_ITEM(list, i));
        bb_vec_push(v, (struct bb_diag_note){{0}, bb_arena_str(a, bb_buf_str(&text))});
    }
    PyErr_Clear();
}

/* "in 'f'"; an anonymous function has a name for the store only. */
static struct bb_diag_note frame_note(struct bb_arena *a, const char *how, const struct bb_diag_note *f)
{
    if (bb_str_starts(f->text, BB_STR("__anon_")))
        return (struct bb_diag_note){f->loc, bb_arena_fmt(a, "%s an anonymous function", how)};
    return (struct bb_diag_note){f->loc, bb_arena_fmt(a, "%s '%.*s'", how, BB_STRF(f->text))};
}

/* The frames become the place of the message (the innermost) and its notes (those outside of it). */
static void place(PyObject *e, struct bb_loc loc, const char *doing, struct bb_arena *a, struct bb_diag *d,
                  notes *v)
{
    notes frames = {0};

    add_frames(&frames, e, false, a);
    BB_CLEAN_PY PyObject *cause = PyException_GetCause(e);
    if (cause)
        add_frames(&frames, cause, false, a);
    if (!frames.n && !loc.src) /* nobody else's code was involved: it is ours that failed */
        add_frames(&frames, e, true, a);
    if (PyErr_GivenExceptionMatches(e, PyExc_SyntaxError) && syntax_place(e, &d->loc)) {
        ;
    } else if (frames.n) {
        struct bb_diag_note in = bb_vec_pop(&frames);
        d->loc = in.loc;
        bb_vec_push(v, frame_note(a, "in", &in));
    } else {
        d->loc = loc;
    }
    while (frames.n) {
        struct bb_diag_note f = bb_vec_pop(&frames);
        bb_vec_push(v, frame_note(a, "called from", &f));
    }
    add_python_notes(v, e, a);
    if (doing && *doing)
        bb_vec_push(v, (struct bb_diag_note){loc, bb_arena_fmt(a, "while %s", doing)});
    bb_vec_release(&frames);
}

static const char held_attr[] = "_held"; /* of a ParseError: a capsule with struct bb_held */

static void free_capsule(PyObject *capsule)
{
    bb_held_free(PyCapsule_GetPointer(capsule, held_attr));
}

/* bb.parse.ParseError(text, file, line), which keeps `held`. */
static PyObject *parse_error(struct bb_held *held)
{
    const struct bb_diag *first = bb_held_first(held);
    uint32_t line = first->loc.line ? first->loc.line : bb_source_line_at(first->loc.src, first->loc.off);
    BB_CLEAN_PY PyObject *class = bb_interp_find("bb.parse.ParseError");
    BB_CLEAN_PY PyObject *capsule = PyCapsule_New(held, held_attr, free_capsule);
    BB_CLEAN_PY PyObject *text = bb_conv_str(first->text);
    BB_CLEAN_PY PyObject *file = bb_conv_str(bb_source_path(first->loc.src));
    BB_CLEAN_PY PyObject *e =
        class && text && file ? PyObject_CallFunction(class, "OOI", text, file, (unsigned)line) : NULL;

    if (e && PyObject_SetAttrString(e, held_attr, capsule) == 0)
        PyErr_SetObject(class, e);
    return NULL;
}

PyObject *bb_exc_parsed(struct bb_store *d, struct bb_held *held, int code)
{
    bb_held_end(bb_pyst.ctx, held);
    const struct bb_diag *first = bb_held_first(held);
    if (code == -BB_EREPORTED && first && first->severity == BB_ERROR && !bb_pyst.pending)
        return parse_error(held);
    bb_held_report(bb_pyst.ctx, held);
    bb_held_free(held);
    if (code < 0)
        return bb_exc_raise(d, code);
    Py_RETURN_NONE;
}

/* A ParseError that nobody has caught: says what was kept of it. */
static bool report_held(PyObject *e)
{
    BB_CLEAN_PY PyObject *capsule = PyObject_GetAttrString(e, held_attr);

    PyErr_Clear();
    if (!capsule || !PyCapsule_IsValid(capsule, held_attr))
        return false;
    bb_held_report(bb_pyst.ctx, PyCapsule_GetPointer(capsule, held_attr));
    return true;
}

int bb_exc_report(struct bb_loc loc, const char *doing)
{
    BB_CLEAN_PY PyObject *e = bb_pyst.pending;
    notes v = {0};
    struct bb_diag d = {.severity = BB_ERROR};

    bb_pyst.pending = NULL;
    if (!e)
        return -BB_EREPORTED;
    int code = code_of(e);
    if (code != -BB_EPYTHON)
        return code;
    if (report_held(e))
        return -BB_EREPORTED;
    struct bb_arena *a = &bb_pyst.ctx->arena;
    explain(e, a, &d.text, &v);
    place(e, loc, doing, a, &d, &v);
    d.notes = v.p;
    d.nnotes = v.n;
    bb_report(bb_pyst.ctx, &d);
    bb_vec_release(&v);
    return -BB_EREPORTED;
}
