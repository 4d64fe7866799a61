/* SPDX-License-Identifier: MIT */
/*
 * What Python code refers to: a walk over the calls in its syntax tree (BitBake: bb.codeparser.PythonParser).
 * Only the written name of a callee counts, so `e.data.getVar("X")` is a reference to X whatever `e` is; an
 * argument that is no literal is not followed. Results are cached by text for the life of the process.
 *
 *   callee                                           effect
 *   *.getVar *.appendVar *.prependVar                first argument is a reference
 *   *.getVarFlag *.appendVarFlag *.prependVarFlag    "VAR[flag]" is a reference
 *   bb.utils.contains, base_contains                 second argument is looked for in the variable, as one text
 *   bb.utils.contains_any, bb.utils.filter           likewise, word by word
 *   *.expand                                         the literal is expanded in an empty store
 *   bb.build.exec_func, bb.build.exec_task           first argument is executed
 *   one that has a visitor                           what that says (BitBake: visitorcode)
 *   any other dotted name                            is executed
 */
#include "py/impl.h"

#include "reuse/code.h"

#include "base/pack.h"
#include "base/vec.h"

enum call { CALL_OTHER, CALL_GETVAR, CALL_GETFLAG, CALL_CONTAINS, CALL_CONTAINS_ANY, CALL_EXPAND, CALL_EXEC };

static const struct {
    const char *name;
    enum call call;
    bool suffix; /* the end of the dotted name is enough */
} calls[] = {
    {".getVar", CALL_GETVAR, true},
    {".appendVar", CALL_GETVAR, true},
    {".prependVar", CALL_GETVAR, true},
    {"oe.utils.conditional", CALL_GETVAR, true},
    {".getVarFlag", CALL_GETFLAG, true},
    {".appendVarFlag", CALL_GETFLAG, true},
    {".prependVarFlag", CALL_GETFLAG, true},
    {"bb.utils.contains", CALL_CONTAINS, false},
    {"base_contains", CALL_CONTAINS, false},
    {"bb.utils.contains_any", CALL_CONTAINS_ANY, false},
    {"bb.utils.filter", CALL_CONTAINS_ANY, false},
    {".expand", CALL_EXPAND, true},
    {"bb.build.exec_func", CALL_EXEC, false},
    {"bb.build.exec_task", CALL_EXEC, false},
};

/* Sets in order of first use while a text is walked. */
struct scan {
    struct bb_pmap references, execs;
    struct bb_pmap contains; /* symbol -> struct bb_map * of words */
    bb_sym var;
};

static struct bb_map cache; /* text -> const struct bb_codedeps * */
static PyObject *visitors;  /* dict: name of a function -> its visitor; NULL for none */
static struct bb_buf visitors_key = BB_BUF_INIT;
static PyObject *ast_AST, *ast_Call, *ast_Attribute, *ast_Name, *ast_Constant;
static PyObject *s_fields, *s_func, *s_args, *s_value, *s_attr, *s_id;

static const struct {
    PyObject **to;
    const char *name;
} classes[] = {{&ast_AST, "_ast.AST"},
               {&ast_Call, "_ast.Call"},
               {&ast_Attribute, "_ast.Attribute"},
               {&ast_Name, "_ast.Name"},
               {&ast_Constant, "_ast.Constant"}},
  strings[] = {{&s_fields, "_fields"}, {&s_func, "func"}, {&s_args, "args"},
               {&s_value, "value"},    {&s_attr, "attr"}, {&s_id, "id"}};

int bb_pydeps_start(void)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (!(*classes[i].to = bb_interp_find(classes[i].name)))
            return -1;
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        if (!(*strings[i].to = PyUnicode_InternFromString(strings[i].name)))
            return -1;
    return 0;
}

void bb_pydeps_stop(void)
{
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        Py_CLEAR(*classes[i].to);
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        Py_CLEAR(*strings[i].to);
    bb_map_release(&cache);
    Py_CLEAR(visitors);
    bb_buf_release(&visitors_key);
}

int bb_pydeps_add_visitor(PyObject *name, PyObject *visitor, PyObject *key)
{
    BB_CLEAN_TEXT struct bb_text text = {0};

    if ((!visitors && !(visitors = PyDict_New())) || bb_conv_text(key, &text) < 0 ||
        PyDict_SetItem(visitors, name, visitor) < 0)
        return -1;
    bb_buf_adds(&visitors_key, text.s);
    return 0;
}

static void scan_release(struct scan *s)
{
    bb_pmap_each(&s->contains, e) {
        bb_map_release(e->val);
        free(e->val);
    }
    bb_pmap_release(&s->contains);
    bb_pmap_release(&s->references);
    bb_pmap_release(&s->execs);
}

/* Node classes are final, so comparing the type is enough. */
static bool is(PyObject *node, PyObject *class)
{
    return (PyObject *)Py_TYPE(node) == class;
}

/* The dotted name of a chain of names and attributes into `out`; 0 when it is anything else, -1 on error. */
static int dotted_name(PyObject *node, struct bb_buf *out)
{
    BB_CLEAN_PY PyObject *part = NULL;
    BB_CLEAN_TEXT struct bb_text t = {0};

    if (is(node, ast_Name)) {
        part = PyObject_GetAttr(node, s_id);
    } else if (is(node, ast_Attribute)) {
        BB_CLEAN_PY PyObject *base = PyObject_GetAttr(node, s_value);
        int r = base ? dotted_name(base, out) : -1;
        if (r <= 0)
            return r;
        bb_buf_addc(out, '.');
        part = PyObject_GetAttr(node, s_attr);
    } else {
        return 0;
    }
    if (!part || bb_conv_text(part, &t) < 0)
        return -1;
    bb_buf_adds(out, t.s);
    return 1;
}

static enum call call_of(bb_str name)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        bb_str want = bb_str_z(calls[i].name);
        if (calls[i].suffix ? bb_str_ends(name, want) : bb_str_eq(name, want))
            return calls[i].call;
    }
    return CALL_OTHER;
}

/* Argument i: 1 and its value when it is a literal, 0 when not, -1 with an exception (there is no such argument). */
static int literal(PyObject *args, Py_ssize_t i, PyObject **ret)
{
    if (i >= PyList_GET_SIZE(args)) {
        PyErr_SetString(PyExc_IndexError, "list index out of range");
        return -1;
    }
    PyObject *node = PyList_GET_ITEM(args, i);
    if (!is(node, ast_Constant))
        return 0;
    *ret = PyObject_GetAttr(node, s_value);
    return *ret ? 1 : -1;
}

static struct bb_map *contains_of(struct scan *s, bb_sym var)
{
    void **slot = bb_pmap_slot(&s->contains, var);

    if (!*slot)
        *slot = bb_calloc(1, sizeof(struct bb_map));
    return *slot;
}

/* A word in the process's arena once. */
static void add_word(struct bb_map *set, bb_str word)
{
    if (!bb_map_has(set, word))
        bb_map_put(set, bb_sym_get(word)->name, NULL);
}

static void merge(struct scan *s, const struct bb_codedeps *deps)
{
    for (size_t i = 0; i < deps->nreferences; i++)
        bb_pmap_put(&s->references, deps->references[i], NULL);
    for (size_t i = 0; i < deps->nexecs; i++)
        bb_pmap_put(&s->execs, deps->execs[i], NULL);
    for (size_t i = 0; i < deps->ncontains; i++)
        for (size_t j = 0; j < deps->contains[i].nitems; j++)
            add_word(contains_of(s, deps->contains[i].var), deps->contains[i].items[j]);
}

static int visit_expand(struct scan *s, PyObject *args)
{
    BB_CLEAN_PY PyObject *v = NULL;
    BB_CLEAN_TEXT struct bb_text t = {0};
    struct bb_varparse vp = {0};
    int r = literal(args, 0, &v);

    if (r <= 0 || !PyUnicode_Check(v))
        return r < 0 ? -1 : 0;
    if (bb_conv_text(v, &t) < 0)
        return -1;
    struct bb_store *empty = bb_store_new(bb_pyst.ctx, &bb_pyst.hook);
    r = bb_store_expand_refs(empty, t.s, s->var, &vp);
    if (r == 0)
        merge(s, &vp.deps);
    else
        bb_exc_raise(empty, r);
    bb_store_unref(empty);
    return r < 0 ? -1 : 0;
}

static int str_of(PyObject *o, struct bb_text *ret)
{
    BB_CLEAN_PY PyObject *s = PyObject_Str(o);
    return s ? bb_conv_text(s, ret) : -1;
}

/* The calls that name a variable in their first argument. */
static int visit_variable(struct scan *s, enum call call, PyObject *args)
{
    BB_CLEAN_PY PyObject *first = NULL, *second = NULL;
    BB_CLEAN_TEXT struct bb_text var = {0}, word = {0};
    int r = literal(args, 0, &first);

    if (r <= 0 || !PyUnicode_Check(first))
        return r < 0 ? -1 : 0;
    r = call == CALL_GETVAR ? 0 : literal(args, 1, &second);
    if (r < 0 || bb_conv_text(first, &var) < 0 || (second && str_of(second, &word) < 0))
        return -1;
    bb_sym sym = bb_sym_get(var.s);
    if (second && call == CALL_CONTAINS) {
        add_word(contains_of(s, sym), word.s);
    } else if (second && call == CALL_CONTAINS_ANY) {
        bb_str rest = word.s, w;
        struct bb_map *set = contains_of(s, sym);
        while (bb_str_word(&rest, &w))
            add_word(set, w);
    } else if (call == CALL_GETFLAG) {
        BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
        if (second) {
            bb_buf_addf(&name, "%s[%.*s]", sym->name.p, BB_STRF(word.s));
            bb_pmap_put(&s->references, bb_sym_get(bb_buf_str(&name)), NULL);
        }
    } else {
        bb_pmap_put(&s->references, sym, NULL);
    }
    return 0;
}

static int visit_exec(struct scan *s, PyObject *args)
{
    BB_CLEAN_PY PyObject *v = NULL;
    BB_CLEAN_TEXT struct bb_text t = {0};
    int r = literal(args, 0, &v);

    if (r <= 0)
        return r;
    if (str_of(v, &t) < 0)
        return -1;
    bb_pmap_put(&s->execs, bb_sym_get(t.s), NULL);
    return 0;
}

/* Takes over the words that are looked for in a variable; they replace those of calls before. */
static int take_words(struct scan *s, PyObject *var, PyObject *words)
{
    bb_sym sym = bb_conv_sym(var);
    BB_CLEAN_PY PyObject *it = sym ? PyObject_GetIter(words) : NULL;

    if (!it)
        return -1;
    struct bb_map *set = contains_of(s, sym);
    bb_map_release(set);
    *set = (struct bb_map){0};
    for (;;) {
        BB_CLEAN_PY PyObject *word = PyIter_Next(it);
        BB_CLEAN_TEXT struct bb_text t = {0};
        if (!word)
            return PyErr_Occurred() ? -1 : 0;
        if (bb_conv_text(word, &t) < 0)
            return -1;
        add_word(set, t.s);
    }
}

static int take_execs(struct scan *s, PyObject *execs)
{
    BB_CLEAN_PY PyObject *it = PyObject_GetIter(execs);

    while (it) {
        BB_CLEAN_PY PyObject *name = PyIter_Next(it);
        bb_sym sym = name ? bb_conv_sym(name) : NULL;
        if (!sym)
            return PyErr_Occurred() ? -1 : 0;
        bb_pmap_put(&s->execs, sym, NULL);
    }
    return -1;
}

/* 1 when the function has a visitor, 0 when not, -1 with an exception. */
static int visit_visitor(struct scan *s, bb_str name, PyObject *args)
{
    if (!visitors)
        return 0;
    BB_CLEAN_PY PyObject *text = bb_conv_str(name);
    PyObject *visitor = text ? PyDict_GetItemWithError(visitors, text) : NULL;
    if (!visitor)
        return PyErr_Occurred() ? -1 : 0;
    BB_CLEAN_PY PyObject *result = PyObject_CallFunctionObjArgs(visitor, text, args, NULL);
    PyObject *contains, *execs, *warn, *var, *words;
    if (!result || !PyArg_ParseTuple(result, "O!OO", &PyDict_Type, &contains, &execs, &warn))
        return -1;
    for (Py_ssize_t at = 0; PyDict_Next(contains, &at, &var, &words);)
        if (take_words(s, var, words) < 0)
            return -1;
    return take_execs(s, execs) < 0 ? -1 : 1;
}

static int visit_call(struct scan *s, PyObject *node)
{
    BB_CLEAN_PY PyObject *func = PyObject_GetAttr(node, s_func);
    BB_CLEAN_PY PyObject *args = func ? PyObject_GetAttr(node, s_args) : NULL;
    BB_CLEAN_BUF struct bb_buf name = BB_BUF_INIT;
    int r = args ? dotted_name(func, &name) : -1;

    if (r <= 0)
        return r;
    r = visit_visitor(s, bb_buf_str(&name), args);
    if (r)
        return r < 0 ? -1 : 0;
    switch (call_of(bb_buf_str(&name))) {
    case CALL_GETVAR:
        return visit_variable(s, CALL_GETVAR, args);
    case CALL_GETFLAG:
        return visit_variable(s, CALL_GETFLAG, args);
    case CALL_CONTAINS:
        return visit_variable(s, CALL_CONTAINS, args);
    case CALL_CONTAINS_ANY:
        return visit_variable(s, CALL_CONTAINS_ANY, args);
    case CALL_EXPAND:
        return visit_expand(s, args);
    case CALL_EXEC:
        return visit_exec(s, args);
    case CALL_OTHER:
        break;
    }
    bb_pmap_put(&s->execs, bb_sym_get(bb_buf_str(&name)), NULL);
    return 0;
}

/* Nodes that are still to be visited, each with a reference. */
struct queue {
    BB_VEC(PyObject *) nodes;
};

static void push_node(struct queue *q, PyObject *node)
{
    if (PyType_IsSubtype(Py_TYPE(node), (PyTypeObject *)ast_AST))
        bb_vec_push(&q->nodes, Py_NewRef(node));
}

static int push_children(struct queue *q, PyObject *node)
{
    BB_CLEAN_PY PyObject *fields = PyObject_GetAttr((PyObject *)Py_TYPE(node), s_fields);

    if (!fields || !PyTuple_Check(fields))
        return -1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(fields); i++) {
        BB_CLEAN_PY PyObject *v = PyObject_GetAttr(node, PyTuple_GET_ITEM(fields, i));
        if (!v) /* an optional field that the compiler left out */
            PyErr_Clear();
        else if (PyList_Check(v))
            for (Py_ssize_t k = 0; k < PyList_GET_SIZE(v); k++)
                push_node(q, PyList_GET_ITEM(v, k));
        else
            push_node(q, v);
    }
    return 0;
}

/* BitBake: ast.walk. What is less deep comes first, which matters where a visitor's words replace those before. */
static int walk(struct scan *s, PyObject *tree)
{
    struct queue q = {0};
    int r = 0;

    push_node(&q, tree);
    for (size_t i = 0; i < q.nodes.n; i++) {
        PyObject *node = q.nodes.p[i];
        if (r == 0 && is(node, ast_Call))
            r = visit_call(s, node);
        if (r == 0)
            r = push_children(&q, node);
        Py_DECREF(node);
    }
    bb_vec_release(&q.nodes);
    return r;
}

/* `if 1:` in front of code whose first line is indented, so that it can stand alone. */
static void dedented(struct bb_buf *out, bb_str code)
{
    size_t i = 0;

    while (i < code.len && strchr("\n\t ", code.p[i]))
        i++;
    if (i && code.p[i - 1] != '\n') {
        if (code.p[0] == '\n') /* one line came in, so one goes: line numbers stay */
            code = bb_str_from(code, 1);
        bb_buf_addz(out, "if 1:\n");
    }
    bb_buf_adds(out, code);
}

static PyObject *parse(bb_str code, bb_str file, uint32_t lineno)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, padded = BB_BUF_INIT, name = BB_BUF_INIT;
    PyCompilerFlags flags = {.cf_flags = PyCF_ONLY_AST, .cf_feature_version = PY_MINOR_VERSION};

    if (memchr(code.p, '\0', code.len)) {
        PyErr_SetString(PyExc_SyntaxError, "source code cannot contain null bytes");
        return NULL;
    }
    for (uint32_t i = 0; i < lineno; i++)
        bb_buf_addc(&padded, '\n');
    bb_buf_adds(&padded, code);
    dedented(&text, bb_buf_str(&padded));
    bb_buf_adds(&name, file.len ? file : BB_STR("<string>"));
    return Py_CompileStringFlags(text.p, name.p, Py_file_input, &flags);
}

static bb_sym *symbols(struct bb_arena *a, const struct bb_pmap *m, size_t *ret_n)
{
    bb_sym *p = bb_arena_array(a, bb_sym, m->live ? m->live : 1);

    *ret_n = 0;
    bb_pmap_each(m, e)
        p[(*ret_n)++] = e->key;
    return p;
}

static const struct bb_codedeps *keep(const struct scan *s, struct bb_arena *a)
{
    struct bb_codedeps *deps = bb_arena_new(a, struct bb_codedeps);

    deps->references = symbols(a, &s->references, &deps->nreferences);
    deps->execs = symbols(a, &s->execs, &deps->nexecs);
    deps->contains = bb_arena_array(a, struct bb_contains, s->contains.live ? s->contains.live : 1);
    bb_pmap_each(&s->contains, e) {
        const struct bb_map *set = e->val;
        struct bb_contains *c = &deps->contains[deps->ncontains++];
        c->var = e->key;
        c->items = bb_arena_array(a, bb_str, set->live ? set->live : 1);
        bb_map_each(set, w)
            c->items[c->nitems++] = w->key;
    }
    return deps;
}

/* Kept form: for each set how many, then names; with the names of `contains` their words. */
static void put_names(struct bb_buf *out, const bb_sym *p, size_t n)
{
    bb_pack_put_uint(out, n);
    for (size_t i = 0; i < n; i++)
        bb_pack_put_text(out, p[i]->name);
}

static void put_deps(uint64_t key, const struct bb_codedeps *deps)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;

    put_names(&out, deps->references, deps->nreferences);
    put_names(&out, deps->execs, deps->nexecs);
    bb_pack_put_uint(&out, deps->ncontains);
    for (size_t i = 0; i < deps->ncontains; i++) {
        const struct bb_contains *c = &deps->contains[i];
        bb_pack_put_text(&out, c->var->name);
        bb_pack_put_uint(&out, c->nitems);
        for (size_t k = 0; k < c->nitems; k++)
            bb_pack_put_text(&out, c->items[k]);
    }
    bb_code_put(key, bb_buf_str(&out));
}

static void take_names(struct bb_pack_in *in, struct bb_arena *a, bb_sym **ret, size_t *ret_n)
{
    *ret_n = bb_pack_take_count(in, 1);
    *ret = bb_arena_array(a, bb_sym, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = bb_sym_get(bb_pack_take_text(in));
}

static void take_contains(struct bb_pack_in *in, struct bb_arena *a, struct bb_contains *ret)
{
    ret->var = bb_sym_get(bb_pack_take_text(in));
    ret->nitems = bb_pack_take_count(in, 1);
    ret->items = bb_arena_array(a, bb_str, ret->nitems + 1);
    for (size_t i = 0; i < ret->nitems; i++)
        ret->items[i] = bb_sym_get(bb_pack_take_text(in))->name;
}

static const struct bb_codedeps *get_deps(uint64_t key, struct bb_arena *a)
{
    bb_str kept = bb_code_get(key);

    if (!kept.p)
        return NULL;
    struct bb_pack_in in = bb_pack_in(kept);
    struct bb_codedeps *deps = bb_arena_new(a, struct bb_codedeps);
    take_names(&in, a, &deps->references, &deps->nreferences);
    take_names(&in, a, &deps->execs, &deps->nexecs);
    deps->ncontains = bb_pack_take_count(&in, 2);
    deps->contains = bb_arena_array(a, struct bb_contains, deps->ncontains + 1);
    for (size_t i = 0; i < deps->ncontains; i++)
        take_contains(&in, a, &deps->contains[i]);
    return bb_pack_done(&in) ? deps : NULL;
}

static const struct bb_codedeps *scan_new(bb_str code, bb_sym var, bb_str file, uint32_t lineno)
{
    struct scan s = {.var = var};
    BB_CLEAN_PY PyObject *tree = parse(code, file, lineno);
    const struct bb_codedeps *deps = tree && walk(&s, tree) == 0 ? keep(&s, &bb_pyst.ctx->arena) : NULL;

    scan_release(&s);
    return deps;
}

int bb_pydeps_scan(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                   const struct bb_codedeps **ret)
{
    static const struct bb_codedeps none;
    const struct bb_codedeps *deps = bb_map_get(&cache, code);

    if (!deps && bb_str_trim(code).len == 0)
        deps = &none;
    if (deps) {
        *ret = deps;
        return 0;
    }
    uint64_t key = bb_code_key(BB_CODE_DEPS, bb_pyst.ctx->level, code, bb_buf_str(&visitors_key), 0);
    deps = key ? get_deps(key, &bb_pyst.ctx->arena) : NULL;
    if (!deps) {
        deps = scan_new(code, var, file, lineno);
        if (!deps)
            return bb_exc_stash();
        if (key)
            put_deps(key, deps);
    }
    bb_map_put(&cache, bb_arena_str(&bb_pyst.ctx->arena, code), (void *)deps);
    *ret = deps;
    return 0;
}
