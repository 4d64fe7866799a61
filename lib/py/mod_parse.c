/* SPDX-License-Identifier: MIT */
/* The part of module _bbc that reads files: bb.parse works with it. */
#include "py/impl.h"

#include "parse/conf.h"
#include "parse/depends.h"
#include "parse/fn.h"
#include "parse/include.h"
#include "parse/recipe.h"

static PyObject *finish(int r)
{
    return r < 0 ? bb_exc_raise(NULL, r) : Py_NewRef(Py_None);
}

static bool need_parser(void)
{
    if (!bb_pyst.parser)
        PyErr_SetString(PyExc_RuntimeError, "there is no parser in this process");
    return bb_pyst.parser != NULL;
}

/* The arguments (store, path) of what needs a parser; false with an exception. */
static bool store_and_path(PyObject *args, struct bb_store **ret_d, struct bb_text *ret_path)
{
    PyObject *dobj, *path;

    return PyArg_ParseTuple(args, "OU", &dobj, &path) && (*ret_d = bb_type_store(dobj)) &&
           bb_conv_text(path, ret_path) == 0 && need_parser();
}

static PyObject *m_mark_dependency(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    struct bb_store *d;

    if (!store_and_path(args, &d, &t))
        return NULL;
    return finish(bb_depends_mark(bb_pyst.parser, d, t.s));
}

static PyObject *m_check_dependency(PyObject *self, PyObject *args)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    struct bb_store *d;

    if (!store_and_path(args, &d, &t))
        return NULL;
    return PyBool_FromLong(bb_depends_has(bb_pyst.parser, d, t.s));
}

static PyObject *m_inherit(PyObject *self, PyObject *args)
{
    PyObject *dobj, *classes, *file;
    unsigned line;
    BB_CLEAN_TEXT struct bb_text c = {0}, f = {0};
    struct bb_store *d;

    if (!PyArg_ParseTuple(args, "UUIO", &classes, &file, &line, &dobj) || !(d = bb_type_store(dobj)) ||
        bb_conv_text(classes, &c) < 0 || bb_conv_text(file, &f) < 0 || !need_parser())
        return NULL;
    struct bb_loc loc = {.src = bb_source_id(f.s), .line = line};
    struct bb_held *held = bb_held_begin(bb_pyst.ctx);
    return bb_exc_parsed(NULL, held, bb_include_inherit(bb_pyst.parser, d, c.s, loc));
}

/* {variant: store, ...} of a recipe that has been parsed; takes the stores. */
static PyObject *variants_dict(struct bb_recipe_variants *v)
{
    PyObject *dict = PyDict_New();

    for (size_t i = 0; dict && i < v->n; i++) {
        BB_CLEAN_PY PyObject *name = bb_conv_str(v->v[i].name);
        BB_CLEAN_PY PyObject *d = bb_type_wrap(v->v[i].d);
        if (!name || !d || PyDict_SetItem(dict, name, d) < 0)
            Py_CLEAR(dict);
    }
    bb_recipe_release(v);
    return dict;
}

/* A recipe that is not included: a dict of its variants. */
static PyObject *handle_recipe(struct bb_store *d, bb_str path)
{
    struct bb_recipe_variants v = {0};
    struct bb_recipe_request req = {.path = path};

    bb_depends_forget(bb_pyst.parser); /* a script may have written the file just now */
    struct bb_held *held = bb_held_begin(bb_pyst.ctx);
    BB_CLEAN_PY PyObject *done = bb_exc_parsed(NULL, held, bb_recipe_parse(bb_pyst.parser, d, &req, &v));
    return done ? variants_dict(&v) : NULL;
}

/* parse_handle(path, d, include, base): the store, or a dict of the variants of a recipe */
static PyObject *m_parse_handle(PyObject *self, PyObject *args)
{
    PyObject *dobj, *path;
    int include, base;
    BB_CLEAN_TEXT struct bb_text t = {0};
    struct bb_store *d;

    if (!PyArg_ParseTuple(args, "UOpp", &path, &dobj, &include, &base) || !(d = bb_type_store(dobj)) ||
        bb_conv_text(path, &t) < 0 || !need_parser())
        return NULL;
    if (!include && bb_str_ends(t.s, BB_STR(".bb")))
        return handle_recipe(d, t.s);
    struct bb_held *held = bb_held_begin(bb_pyst.ctx);
    int r = base ? bb_conf_handle(bb_pyst.parser, d, t.s) : bb_parser_file(bb_pyst.parser, d, t.s);
    BB_CLEAN_PY PyObject *done = bb_exc_parsed(NULL, held, r == -ENOENT ? 0 : r);
    if (r == -ENOENT) {
        errno = ENOENT;
        return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, path);
    }
    return done ? Py_NewRef(dobj) : NULL;
}

/* parse_text(path, text, d): d None: only read it */
static PyObject *m_parse_text(PyObject *self, PyObject *args)
{
    PyObject *dobj, *path, *text;
    BB_CLEAN_TEXT struct bb_text p = {0}, t = {0};
    struct bb_store *d = NULL;

    if (!PyArg_ParseTuple(args, "UUO", &path, &text, &dobj) ||
        (dobj != Py_None && !(d = bb_type_store(dobj))) || bb_conv_text(path, &p) < 0 ||
        bb_conv_text(text, &t) < 0 || !need_parser())
        return NULL;
    struct bb_held *held = bb_held_begin(bb_pyst.ctx);
    return bb_exc_parsed(NULL, held, bb_parser_text(bb_pyst.parser, d, p.s, t.s));
}

/* include(parent, files, line, d, required) */
static PyObject *m_include(PyObject *self, PyObject *args)
{
    PyObject *dobj, *parent, *files;
    unsigned line;
    int required;
    BB_CLEAN_TEXT struct bb_text p = {0}, f = {0};
    struct bb_store *d;

    if (!PyArg_ParseTuple(args, "UUIOp", &parent, &files, &line, &dobj, &required) ||
        !(d = bb_type_store(dobj)) || bb_conv_text(parent, &p) < 0 || bb_conv_text(files, &f) < 0 ||
        !need_parser())
        return NULL;
    struct bb_loc loc = {.src = bb_source_id(p.s), .line = line};
    struct bb_held *held = bb_held_begin(bb_pyst.ctx);
    return bb_exc_parsed(NULL, held, bb_include_files(bb_pyst.parser, d, p.s, f.s, loc, required));
}

/* depends(d): paths that a store was made from */
static PyObject *m_depends(PyObject *self, PyObject *dobj)
{
    struct bb_store *d = bb_type_store(dobj);
    PyObject *list = d && need_parser() ? PyList_New(0) : NULL;

    for (int base = 1; list && base >= 0; base--) {
        struct bb_seenfile *p = NULL;
        size_t n = 0;
        int r = bb_depends_list(bb_pyst.parser, d, base, &p, &n);
        for (size_t i = 0; r == 0 && list && i < n; i++) {
            BB_CLEAN_PY PyObject *path = bb_conv_str(p[i].path);
            if (!path || PyList_Append(list, path) < 0)
                Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *m_vars_from_file(PyObject *self, PyObject *path)
{
    BB_CLEAN_TEXT struct bb_text t = {0};
    bb_str part[3] = {{0}};

    if (bb_conv_text(path, &t) < 0)
        return NULL;
    if (bb_fn_vars(t.s, part) < 0)
        return PyErr_Format(PyExc_ValueError, "too many underscores");
    PyObject *list = PyList_New(3);
    for (Py_ssize_t i = 0; list && i < 3; i++)
        PyList_SET_ITEM(list, i, part[i].p ? bb_conv_str(part[i]) : Py_NewRef(Py_None));
    return list;
}

/* clang-format off */
#define VARARGS(name, doc) {#name, m_##name, METH_VARARGS, doc}
/* clang-format on */
PyMethodDef bb_mod_parse_functions[] = {
    VARARGS(mark_dependency, "mark_dependency(d, path)"),
    VARARGS(check_dependency, "check_dependency(d, path)"),
    {"depends", m_depends, METH_O, "depends(d): files a store was made from"},
    VARARGS(inherit, "inherit(classes, file, line, d)"),
    VARARGS(include, "include(parent, files, line, d, required)"),
    VARARGS(parse_handle, "parse_handle(path, d, include, base)"),
    VARARGS(parse_text, "parse_text(path, text, d)"),
    {"vars_from_file", m_vars_from_file, METH_O, "[PN, PV, PR] by a recipe's file name"},
    {0},
};
