/* SPDX-License-Identifier: MIT */
/* Statements -> store. One function for each kind of statement; the loop reports what they could not do. */
#include "base/rules.h"
#include "parse/fragments.h"
#include "parse/include.h"
#include "parse/parser_priv.h"
#include "parse/task.h"

struct eval {
    struct bb_parser *p;
    struct bb_store *d;
    const struct bb_ast *ast;
    unsigned flags;
};

/* --- helpers --- */

int bb_eval_fail(struct bb_store *d, int code, struct bb_loc loc)
{
    if (code >= 0 || code == -BB_EREPORTED || code == -BB_ESKIP)
        return code;
    return bb_store_report(d, code, loc);
}

int bb_eval_fail_python(struct bb_store *d, int code, struct bb_loc loc, const char *doing)
{
    const struct bb_pyhook *hook = bb_store_hook(d);

    if (code != -BB_EPYTHON)
        return bb_eval_fail(d, code, loc);
    return hook->error_report(hook->self, loc, doing);
}

const struct bb_vlist *bb_eval_list(struct bb_store *d, bb_sym var)
{
    static const struct bb_vlist empty;
    struct bb_val v;

    if (bb_store_get(d, var, 0, &v) < 0 || v.kind != BB_V_LIST)
        return &empty;
    return v.list;
}

/* Only the new items are copied: lists like __inherit_cache grow often. */
int bb_eval_list_append(struct bb_store *d, bb_sym var, const bb_str *items, size_t n)
{
    const struct bb_vlist *old = bb_eval_list(d, var);
    struct bb_arena *a = bb_store_arena(d);
    struct bb_vlist *list = bb_arena_new(a, struct bb_vlist);

    list->n = old->n + n;
    list->p = bb_arena_array(a, bb_str, list->n);
    for (size_t i = 0; i < list->n; i++)
        list->p[i] = i < old->n ? old->p[i] : bb_arena_str(a, items[i - old->n]);
    return bb_store_set(d, var, (struct bb_val){.kind = BB_V_LIST, .list = list},
                        &(struct bb_how){.ignore = true, .borrowed = true});
}

bb_str bb_eval_raw(struct bb_store *d, bb_sym var)
{
    struct bb_val v;

    if (bb_store_get(d, var, 0, &v) < 0 || v.kind != BB_V_STR)
        return BB_STR("");
    return v.s;
}

static bool is_true(struct bb_store *d, struct bb_val v)
{
    return bb_val_true(bb_store_hook(d), v);
}

/* --- variables --- */

/* Raw content, which overrides, :append and ??= do not count for. */
static int raw_value(const struct eval *e, const struct bb_stmt *s, struct bb_val *ret)
{
    if (s->flag)
        return bb_store_get_flag(e->d, s->var, s->flag, BB_GET_NOWEAK, ret);
    return bb_store_get(e->d, s->var, BB_GET_NOWEAK | BB_GET_PARSING, ret);
}

/* := expands in a copy, so that nothing learnt while half of the file is read stays in the store's cache. */
static int expand_now(const struct eval *e, const struct bb_stmt *s, struct bb_val *ret)
{
    bb_str text;
    int r;

    if (!bb_str_has(s->text, BB_STR("${"))) {
        *ret = bb_val_s(s->text);
        return 0;
    }
    struct bb_store *copy = bb_store_copy(e->d);
    r = bb_store_expand(copy, s->text, s->now, &text);
    if (r < 0)
        r = bb_eval_fail(copy, r, bb_stmt_place(s));
    else
        *ret = bb_val_s(bb_arena_str(bb_store_arena(e->d), text));
    bb_store_unref(copy);
    return r;
}

/* The statement's text before or after the present value, with `sep` between. */
static int join(const struct eval *e, const struct bb_stmt *s, bool text_first, bb_str sep,
                struct bb_val *ret)
{
    struct bb_arena *a = bb_store_arena(e->d);
    bb_str old = BB_STR("");
    struct bb_val v;
    int r = raw_value(e, s, &v);

    if (r < 0)
        return r;
    if (is_true(e->d, v))
        old = bb_val_str(bb_store_hook(e->d), a, v);
    bb_str first = text_first ? s->text : old, second = text_first ? old : s->text;
    char *text = bb_arena_alloc(a, first.len + sep.len + second.len + 1);
    char *end = mempcpy(mempcpy(text, first.p, first.len), sep.p, sep.len);
    end = mempcpy(end, second.p, second.len);
    *ret = bb_val_s(bb_str_n(text, (size_t)(end - text)));
    return 0;
}

/* History's words for the operators, and the operators as written. */
static const struct {
    const char *op, *text;
} ops[] = {
    [BB_OP_NOW] = {"immediate", ":="},   [BB_OP_LAZY] = {"set", "\?\?="},
    [BB_OP_WEAK] = {"set?", "?="},       [BB_OP_APPEND] = {"append", "+="},
    [BB_OP_PREPEND] = {"prepend", "=+"}, [BB_OP_PREDOT] = {"predot", "=."},
    [BB_OP_POSTDOT] = {"postdot", ".="}, [BB_OP_SET] = {"set", "="},
};

static int new_value(const struct eval *e, const struct bb_stmt *s, struct bb_val *ret)
{
    int r;

    switch ((enum bb_assign_op)s->op) {
    case BB_OP_NOW:
        return expand_now(e, s, ret);
    case BB_OP_WEAK:
        r = raw_value(e, s, ret);
        if (r >= 0 && ret->kind == BB_V_NONE)
            *ret = bb_val_s(s->text);
        return r;
    case BB_OP_APPEND:
        return join(e, s, false, BB_STR(" "), ret);
    case BB_OP_PREPEND:
        return join(e, s, true, BB_STR(" "), ret);
    case BB_OP_PREDOT:
        return join(e, s, true, BB_STR(""), ret);
    case BB_OP_POSTDOT:
        return join(e, s, false, BB_STR(""), ret);
    case BB_OP_LAZY:
    case BB_OP_SET:
        break;
    }
    *ret = bb_val_s(s->text);
    return 0;
}

static int eval_assign(const struct eval *e, const struct bb_stmt *s)
{
    struct bb_how how = {
        .loc = s->loc, .op = ops[s->op].op, .detail = s->text, .parsing = true, .borrowed = true};
    struct bb_val v;
    int r;

    if (s->flags & BB_STF_EXPORT) {
        r = bb_store_set_flag(e->d, s->var, e->p->sym.export_, bb_val_i(1),
                              &(struct bb_how){.loc = s->loc, .op = "exported"});
        if (r < 0)
            return r;
    }
    r = new_value(e, s, &v);
    if (r < 0)
        return r;
    if (s->flags & BB_STF_ODD_OP)
        bb_warn_at(e->p->ctx, bb_stmt_place(s),
                   "%.*s %s is not a recommended operator combination, please replace it.",
                   BB_STRF(s->var->name), ops[s->op].text);
    if (s->flag)
        return bb_store_set_flag(e->d, s->var, s->flag, v, &how);
    return bb_store_set(e->d, s->var, v, &how);
}

static int eval_export(const struct eval *e, const struct bb_stmt *s)
{
    return bb_store_set_flag(e->d, s->var, e->p->sym.export_, bb_val_i(1),
                             &(struct bb_how){.loc = s->loc, .op = "exported"});
}

static int eval_unset(const struct eval *e, const struct bb_stmt *s)
{
    struct bb_how how = {.loc = s->loc};

    return s->flag ? bb_store_del_flag(e->d, s->var, s->flag, &how) : bb_store_del(e->d, s->var, &how);
}

/* --- other files --- */

static int eval_include(const struct eval *e, const struct bb_stmt *s)
{
    return bb_include_files(e->p, e->d, e->ast->path, s->text, bb_stmt_place(s), s->flags & BB_STF_REQUIRE);
}

static int eval_include_all(const struct eval *e, const struct bb_stmt *s)
{
    return bb_include_all(e->p, e->d, e->ast->path, s->text, bb_stmt_place(s));
}

static int eval_addfragments(const struct eval *e, const struct bb_stmt *s)
{
    const struct bb_fragments_how how = {.prefix = s->text,
                                         .list = s->names[0],
                                         .flagged = s->names[1],
                                         .builtin = s->nnames > 2 ? s->names[2] : NULL};

    return bb_fragments_add(e->p, e->d, e->ast->path, &how, bb_stmt_place(s));
}

static int eval_inherit(const struct eval *e, const struct bb_stmt *s)
{
    return bb_include_inherit(e->p, e->d, s->text, bb_stmt_place(s));
}

static int eval_inherit_defer(const struct eval *e, const struct bb_stmt *s)
{
    return bb_include_put_off(e->p, e->d, s->text, e->ast->path, s->loc.line);
}

static int eval_addpylib(const struct eval *e, const struct bb_stmt *s)
{
    const struct bb_pyhook *hook = bb_store_hook(e->d);
    bb_str dir;
    int r;

    if (!(e->flags & BB_EVAL_FIRST_HAND))
        return bb_error_at(e->p->ctx, bb_stmt_place(s),
                           "unparsed line: 'addpylib %.*s %.*s': 'addpylib' "
                           "may stand only in layer.conf and bitbake.conf",
                           BB_STRF(s->text), BB_STRF(s->text2));
    r = bb_store_expand(e->d, s->text, NULL, &dir);
    if (r < 0 || !hook)
        return r;
    r = hook->add_pylib(hook->self, e->d, dir, s->text2);
    return bb_eval_fail_python(e->d, r, bb_stmt_place(s), "importing what addpylib names");
}

/* --- functions --- */

static int64_t as_number(bb_str s)
{
    int64_t n = 0;

    bb_str_to_int(s, &n);
    return n;
}

static int insert_method(const struct eval *e, const struct bb_stmt *s, bb_str module, int64_t line)
{
    const struct bb_pyhook *hook = bb_store_hook(e->d);
    int r;

    if (!hook)
        return 0;
    r = hook->insert_method(hook->self, e->d, module, s->text, e->ast->path, (uint32_t)line);
    return bb_eval_fail_python(e->d, r, bb_stmt_place(s), "compiling this function");
}

/* Flags, and the content, of one variable: written in the order given. Values live as long as the store or longer. */
struct write {
    bb_sym flag; /* NULL: the content */
    struct bb_val val;
};
static int write_all(const struct eval *e, const struct bb_stmt *s, bb_sym var, const struct write *w,
                     size_t n)
{
    struct bb_how how = {.loc = bb_stmt_place(s), .parsing = true, .func = "eval", .borrowed = true};
    int r = 0;

    for (size_t i = 0; i < n && r >= 0; i++)
        r = w[i].flag ? bb_store_set_flag(e->d, var, w[i].flag, w[i].val, &how)
                      : bb_store_set(e->d, var, w[i].val, &how);
    return r;
}

static int eval_function(const struct eval *e, const struct bb_stmt *s)
{
    const struct bb_how how = {.loc = bb_stmt_place(s), .func = "eval"};
    struct write w[6];
    struct bb_val old;
    size_t n = 0;
    int r = 0;

    if (s->flags & BB_STF_ANONYMOUS) {
        r = insert_method(e, s, s->var->name, as_number(s->text2));
        if (r >= 0)
            r = bb_eval_list_append(e->d, e->p->sym.ANONFUNCS, &s->var->name, 1);
    }
    if (r >= 0)
        r = bb_store_get(e->d, s->var, 0, &old);
    if (r >= 0 && is_true(e->d, old)) { /* what an earlier definition was must not show */
        r = bb_store_del_flag(e->d, s->var, e->p->sym.python, &how);
        if (r >= 0)
            r = bb_store_del_flag(e->d, s->var, e->p->sym.fakeroot, &how);
    }
    if (r < 0)
        return r;
    if (s->flags & BB_STF_PYTHON)
        w[n++] = (struct write){e->p->sym.python, bb_val_z("1")};
    if (s->flags & BB_STF_FAKEROOT)
        w[n++] = (struct write){e->p->sym.fakeroot, bb_val_z("1")};
    w[n++] = (struct write){e->p->sym.func, bb_val_i(1)};
    w[n++] = (struct write){NULL, bb_val_s(s->text)};
    w[n++] = (struct write){e->p->sym.filename, bb_val_s(e->ast->path)};
    w[n++] = (struct write){e->p->sym.lineno, bb_val_s(s->text2)};
    return write_all(e, s, s->var, w, n);
}

static int eval_def(const struct eval *e, const struct bb_stmt *s)
{
    const struct write w[] = {
        {e->p->sym.func, bb_val_i(1)},
        {e->p->sym.python, bb_val_i(1)},
        {NULL, bb_val_s(s->text)},
        {e->p->sym.filename, bb_val_s(e->ast->path)},
        {e->p->sym.lineno, bb_val_s(s->text2)},
    };
    int r = insert_method(e, s, e->ast->base, as_number(s->text2) + 1);

    return r < 0 ? r : write_all(e, s, s->var, w, sizeof(w) / sizeof(*w));
}

/* First line of a stub that EXPORT_FUNCTIONS made, by which it knows its own; part of the task's hash. */
static const bb_str stub_mark = BB_STR("    # Export function set\n");

/* Older releases have a flag for it instead. */
static bool marks_stubs(const struct eval *e)
{
    return bb_rules_has(e->p->ctx->level, BB_RULE_STUB_MARK);
}

static int copy_flag(const struct eval *e, const struct bb_stmt *s, bb_sym from, bb_sym to, bb_sym flag)
{
    struct write w = {flag, BB_NONE};
    int r = bb_store_get_flag(e->d, from, flag, 0, &w.val);

    if (r < 0 || !is_true(e->d, w.val))
        return r;
    return write_all(e, s, to, &w, 1);
}

static int write_stub(const struct eval *e, const struct bb_stmt *s, bb_sym func, bb_sym called)
{
    struct bb_arena *a = bb_store_arena(e->d);
    struct write w[] = {
        {e->p->sym.filename, bb_val_z("autogenerated")},
        {e->p->sym.lineno, bb_val_i(1)},
        {NULL, BB_NONE},
        {BB_SYM("export_func"), bb_val_z("1")},
    };
    bb_str mark = marks_stubs(e) ? stub_mark : BB_STR("");
    struct bb_val python;
    int r = bb_store_get_flag(e->d, called, e->p->sym.python, 0, &python);

    if (r < 0)
        return r;
    if (is_true(e->d, python)) {
        w[2].val = bb_val_s(
            bb_arena_fmt(a, "%.*s    bb.build.exec_func('%.*s', d)\n", BB_STRF(mark), BB_STRF(called->name)));
    } else {
        if (bb_str_chr(e->ast->class, '-', 0) != BB_NPOS)
            return bb_error_at(e->p->ctx, bb_stmt_place(s),
                               "The classname %.*s contains a dash character and is calling an sh function "
                               "%.*s using EXPORT_FUNCTIONS. Since a dash is illegal in sh function names, "
                               "this cannot work, please rename the class or don't use EXPORT_FUNCTIONS.",
                               BB_STRF(e->ast->class), BB_STRF(called->name));
        w[2].val = bb_val_s(bb_arena_fmt(a, "%.*s    %.*s\n", BB_STRF(mark), BB_STRF(called->name)));
    }
    return write_all(e, s, func, w, marks_stubs(e) ? 3 : 4);
}

/* Whether the value that `func` has is a stub's. */
static int is_stub(const struct eval *e, bb_sym func, struct bb_val old, bool *ret)
{
    struct bb_val flag;

    if (marks_stubs(e)) {
        *ret = bb_str_has(bb_val_str(bb_store_hook(e->d), bb_store_arena(e->d), old), stub_mark);
        return 0;
    }
    int r = bb_store_get_flag(e->d, func, BB_SYM("export_func"), 0, &flag);
    *ret = r >= 0 && is_true(e->d, flag);
    return r;
}

static int export_function(const struct eval *e, const struct bb_stmt *s, bb_sym func, bb_sym called)
{
    const bb_sym from_called[] = {e->p->sym.func, e->p->sym.python};
    const bb_sym to_called[] = {e->p->sym.dirs, e->p->sym.cleandirs, e->p->sym.fakeroot};
    const struct write none[] = {{e->p->sym.python, BB_NONE}, {e->p->sym.func, BB_NONE}};
    const size_t nto_called = bb_rules_has(e->p->ctx->level, BB_RULE_STUB_FLAGS) ? 3 : 1;
    struct bb_val old;
    bool stub;
    int r = bb_store_get(e->d, func, 0, &old);

    if (r < 0)
        return r;
    if (is_true(e->d, old)) {
        r = is_stub(e, func, old, &stub);
        if (r < 0 || !stub)
            return r;
        r = write_all(e, s, func, none, 2);
    }
    for (size_t i = 0; i < 2 && r >= 0; i++)
        r = copy_flag(e, s, called, func, from_called[i]);
    for (size_t i = 0; i < nto_called && r >= 0; i++)
        r = copy_flag(e, s, func, called, to_called[i]);
    return r < 0 ? r : write_stub(e, s, func, called);
}

static int eval_export_funcs(const struct eval *e, const struct bb_stmt *s)
{
    int r = 0;

    for (size_t i = 0; i < s->nnames && r >= 0; i += 2)
        r = export_function(e, s, s->names[i], s->names[i + 1]);
    return r;
}

/* --- tasks and handlers --- */

static int eval_addtask(const struct eval *e, const struct bb_stmt *s)
{
    int r = 0;

    for (size_t i = 0; i < s->nnames && r >= 0; i++)
        r = bb_task_add(e->d, s->names[i]->name, s->text, s->text2);
    return r;
}

static int eval_deltask(const struct eval *e, const struct bb_stmt *s)
{
    bb_str rest, word;
    int r = bb_store_expand(e->d, s->text, NULL, &rest);

    while (r >= 0 && bb_str_word(&rest, &word))
        r = bb_task_del(e->d, word);
    return r;
}

static void note_place(struct bb_parser *p, bb_sym handler, struct bb_loc loc)
{
    void **slot = bb_pmap_slot(&p->handlers, handler);

    if (!*slot)
        *slot = bb_arena_new(&p->arena, struct bb_loc);
    *(struct bb_loc *)*slot = loc;
}

static int eval_addhandler(const struct eval *e, const struct bb_stmt *s)
{
    const struct write w = {e->p->sym.handler, bb_val_i(1)};
    int r = 0;

    for (size_t i = 0; i < s->nnames && r >= 0; i++) {
        r = bb_eval_list_append(e->d, e->p->sym.HANDLERS, &s->names[i]->name, 1);
        if (r >= 0)
            r = write_all(e, s, s->names[i], &w, 1);
        note_place(e->p, s->names[i], bb_stmt_place(s));
    }
    return r;
}

/* --- the loop --- */

static int (*const eval_stmt[])(const struct eval *, const struct bb_stmt *) = {
    [BB_ST_ASSIGN] = eval_assign,
    [BB_ST_EXPORT] = eval_export,
    [BB_ST_UNSET] = eval_unset,
    [BB_ST_INCLUDE] = eval_include,
    [BB_ST_INCLUDE_ALL] = eval_include_all,
    [BB_ST_ADDFRAGMENTS] = eval_addfragments,
    [BB_ST_ADDPYLIB] = eval_addpylib,
    [BB_ST_INHERIT] = eval_inherit,
    [BB_ST_INHERIT_DEFER] = eval_inherit_defer,
    [BB_ST_FUNCTION] = eval_function,
    [BB_ST_DEF] = eval_def,
    [BB_ST_EXPORT_FUNCS] = eval_export_funcs,
    [BB_ST_ADDTASK] = eval_addtask,
    [BB_ST_DELTASK] = eval_deltask,
    [BB_ST_ADDHANDLER] = eval_addhandler,
};

int bb_eval_ast(struct bb_parser *p, struct bb_store *d, const struct bb_ast *ast, unsigned flags)
{
    const struct eval e = {p, d, ast, flags};
    int r = 0;

    for (size_t i = 0; i < ast->nstmts && r >= 0; i++) {
        struct bb_loc place = bb_stmt_place(&ast->stmts[i]);
        if (p->watch)
            p->watch->enter(p->watch->self, place);
        r = bb_eval_fail(d, eval_stmt[ast->stmts[i].kind](&e, &ast->stmts[i]), place);
        if (p->watch)
            p->watch->leave(p->watch->self);
    }
    return r;
}
