/* SPDX-License-Identifier: MIT */
/*
 * ${@...} without Python: the forms that make up most of what metadata has, compiled once per text to a small
 * tree.
 *
 *   bb.utils.contains('A', 'x y', T, F, d)   contains_any, filter('A', 'x', d)   bb.data.inherits_class('c',
 * d) d.getVar('A'[, True|False])   d.getVarFlag('A', 'f'[, True|False])   'text' 12 True False None E.split()
 * E + E   == != in not in   not and or   A if C else B   ( )
 *
 * Anything else, and any operation on kinds of values for which Python would raise or this file has no
 * answer, is left to Python. String literals with a backslash are not taken. Nothing here has side effects,
 * so Python may start again from the beginning.
 */
#include "data/store_priv.h"

/* Deeper expressions are left to Python. */
#define MOST_NESTING 40

enum kind {
    N_CONST,
    N_GETVAR,
    N_GETFLAG,
    N_CONTAINS,
    N_CONTAINS_ANY,
    N_FILTER,
    N_INHERITS,
    N_SPLIT,
    N_ADD,
    N_EQ,
    N_NE,
    N_IN,
    N_NOTIN,
    N_NOT,
    N_AND,
    N_OR,
    N_COND,
};

struct expr {
    enum kind kind;
    unsigned flags;    /* of bb_store_get */
    struct bb_val val; /* constant; the words looked for */
    bb_sym var, flag;
    const struct expr *a, *b, *c;
};

struct inline_code {
    const struct expr *root;
    struct bb_codedeps deps;
};

/* --- compiling --- */

struct compiler {
    struct bb_arena *arena;
    bb_str rest;
    bool failed;
    unsigned depth;
    BB_VEC(bb_sym) refs;
    BB_VEC(bb_sym) execs;
    BB_VEC(struct bb_contains) contains;
};

static const struct expr *parse_expr(struct compiler *c);

static const struct expr *fail(struct compiler *c)
{
    static const struct expr none = {.kind = N_CONST};

    c->failed = true;
    return &none;
}

static void skip_blanks(struct compiler *c)
{
    while (c->rest.len && (*c->rest.p == ' ' || *c->rest.p == '\t'))
        c->rest = bb_str_from(c->rest, 1);
}

static bool is_word_byte(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_' ||
           (unsigned char)ch >= 0x80;
}

/* Takes `token`; one that ends in a letter must end there as a word does. */
static bool take(struct compiler *c, const char *token)
{
    bb_str t = bb_str_z(token);

    skip_blanks(c);
    if (!bb_str_starts(c->rest, t))
        return false;
    if (is_word_byte(t.p[t.len - 1]) && c->rest.len > t.len && is_word_byte(c->rest.p[t.len]))
        return false;
    c->rest = bb_str_from(c->rest, t.len);
    return true;
}

static void expect(struct compiler *c, const char *token)
{
    if (!take(c, token))
        c->failed = true;
}

static bool at_quote(struct compiler *c)
{
    skip_blanks(c);
    return c->rest.len && (*c->rest.p == '\'' || *c->rest.p == '"');
}

/* A string literal. Two in a row, and so triple quotes, are not taken. */
static bb_str parse_string(struct compiler *c)
{
    if (!at_quote(c)) {
        fail(c);
        return (bb_str){0};
    }
    size_t end = bb_str_chr(c->rest, *c->rest.p, 1);
    if (end == BB_NPOS) {
        fail(c);
        return (bb_str){0};
    }
    bb_str s = bb_str_sub(c->rest, 1, end);
    c->rest = bb_str_from(c->rest, end + 1);
    if (bb_str_chr(s, '\\', 0) != BB_NPOS || bb_str_chr(s, '\n', 0) != BB_NPOS || at_quote(c))
        fail(c);
    return bb_arena_str(c->arena, s);
}

static bb_sym parse_name(struct compiler *c)
{
    bb_str s = parse_string(c);
    if (s.len == 0)
        fail(c);
    return bb_sym_get(s);
}

static struct expr *new_expr(struct compiler *c, enum kind kind, const struct expr *a, const struct expr *b)
{
    struct expr *e = bb_arena_new(c->arena, struct expr);

    e->kind = kind;
    e->a = a;
    e->b = b;
    e->flags = BB_GET_EXPAND;
    return e;
}

/* The optional third word of getVar: whether to expand. */
static void parse_expand(struct compiler *c, struct expr *e)
{
    if (!take(c, ","))
        return;
    if (take(c, "False"))
        e->flags = 0;
    else
        expect(c, "True");
}

static const struct expr *parse_getvar(struct compiler *c)
{
    struct expr *e = new_expr(c, N_GETVAR, NULL, NULL);

    e->var = parse_name(c);
    bb_vec_push(&c->refs, e->var);
    parse_expand(c, e);
    expect(c, ")");
    return e;
}

static const struct expr *parse_getflag(struct compiler *c)
{
    struct expr *e = new_expr(c, N_GETFLAG, NULL, NULL);

    e->var = parse_name(c);
    expect(c, ",");
    e->flag = parse_name(c);
    bb_str ref = bb_arena_fmt(c->arena, "%.*s[%.*s]", BB_STRF(e->var->name), BB_STRF(e->flag->name));
    bb_vec_push(&c->refs, bb_sym_get(ref));
    parse_expand(c, e);
    expect(c, ")");
    return e;
}

static void note_contains(struct compiler *c, const struct expr *e)
{
    struct bb_contains item = {.var = e->var};
    bb_str rest = e->val.s, word;

    item.items = bb_arena_array(c->arena, bb_str, rest.len / 2 + 1);
    if (e->kind == N_CONTAINS)
        item.items[item.nitems++] = rest;
    else
        while (bb_expand_word(&rest, &word))
            item.items[item.nitems++] = word;
    bb_vec_push(&c->contains, item);
}

static const struct expr *parse_contains(struct compiler *c, enum kind kind)
{
    struct expr *e = new_expr(c, kind, NULL, NULL);

    e->var = parse_name(c);
    expect(c, ",");
    e->val = bb_val_s(parse_string(c));
    if (kind != N_FILTER) {
        expect(c, ",");
        e->a = parse_expr(c);
        expect(c, ",");
        e->b = parse_expr(c);
    }
    expect(c, ",");
    expect(c, "d");
    expect(c, ")");
    note_contains(c, e);
    return e;
}

static const struct expr *parse_inherits(struct compiler *c)
{
    struct expr *e = new_expr(c, N_INHERITS, NULL, NULL);
    bb_str class = parse_string(c);

    e->val = bb_val_s(bb_arena_fmt(c->arena, "/%.*s.bbclass", BB_STRF(class)));
    bb_vec_push(&c->execs, BB_SYM("bb.data.inherits_class"));
    expect(c, ",");
    expect(c, "d");
    expect(c, ")");
    return e;
}

static const struct expr *constant(struct compiler *c, struct bb_val v)
{
    struct expr *e = new_expr(c, N_CONST, NULL, NULL);
    e->val = v;
    return e;
}

static const struct expr *parse_int(struct compiler *c)
{
    size_t n = 0;
    int64_t i;

    while (n < c->rest.len && c->rest.p[n] >= '0' && c->rest.p[n] <= '9')
        n++;
    bb_str digits = bb_str_sub(c->rest, 0, n);
    c->rest = bb_str_from(c->rest, n);
    bool other = c->rest.len && (is_word_byte(*c->rest.p) || *c->rest.p == '.');
    if (n == 0 || other || (n > 1 && *digits.p == '0') || !bb_str_to_int(digits, &i))
        return fail(c);
    return constant(c, bb_val_i(i));
}

static const struct expr *parse_atom(struct compiler *c)
{
    if (take(c, "(")) {
        const struct expr *e = parse_expr(c);
        expect(c, ")");
        return e;
    }
    if (take(c, "d.getVar("))
        return parse_getvar(c);
    if (take(c, "bb.utils.contains("))
        return parse_contains(c, N_CONTAINS);
    if (take(c, "bb.utils.contains_any("))
        return parse_contains(c, N_CONTAINS_ANY);
    if (take(c, "bb.utils.filter("))
        return parse_contains(c, N_FILTER);
    if (take(c, "bb.data.inherits_class("))
        return parse_inherits(c);
    if (take(c, "d.getVarFlag("))
        return parse_getflag(c);
    if (at_quote(c))
        return constant(c, bb_val_s(parse_string(c)));
    if (take(c, "True"))
        return constant(c, bb_val_b(true));
    if (take(c, "False"))
        return constant(c, bb_val_b(false));
    if (take(c, "None"))
        return constant(c, BB_NONE);
    return parse_int(c);
}

static const struct expr *parse_postfix(struct compiler *c)
{
    const struct expr *e = parse_atom(c);

    while (!c->failed && take(c, ".split()"))
        e = new_expr(c, N_SPLIT, e, NULL);
    return e;
}

static const struct expr *parse_sum(struct compiler *c)
{
    const struct expr *e = parse_postfix(c);

    while (!c->failed && take(c, "+"))
        e = new_expr(c, N_ADD, e, parse_postfix(c));
    return e;
}

static bool take_comparison(struct compiler *c, enum kind *ret)
{
    if (take(c, "=="))
        *ret = N_EQ;
    else if (take(c, "!="))
        *ret = N_NE;
    else if (take(c, "in"))
        *ret = N_IN;
    else if (take(c, "not")) {
        expect(c, "in");
        *ret = N_NOTIN;
    } else
        return false;
    return true;
}

static const struct expr *parse_comparison(struct compiler *c)
{
    const struct expr *e = parse_sum(c);
    enum kind kind, more;

    if (c->failed || !take_comparison(c, &kind))
        return e;
    e = new_expr(c, kind, e, parse_sum(c));
    return !c->failed && take_comparison(c, &more) ? fail(c) : e;
}

static const struct expr *parse_not(struct compiler *c)
{
    bool negate = false, any = false;

    while (take(c, "not")) {
        negate = !negate;
        any = true;
    }
    const struct expr *e = parse_comparison(c);
    if (!any)
        return e;
    e = new_expr(c, N_NOT, e, NULL);
    return negate ? e : new_expr(c, N_NOT, e, NULL);
}

static const struct expr *parse_and(struct compiler *c)
{
    const struct expr *e = parse_not(c);

    while (!c->failed && take(c, "and"))
        e = new_expr(c, N_AND, e, parse_not(c));
    return e;
}

static const struct expr *parse_or(struct compiler *c)
{
    const struct expr *e = parse_and(c);

    while (!c->failed && take(c, "or"))
        e = new_expr(c, N_OR, e, parse_and(c));
    return e;
}

static const struct expr *parse_expr(struct compiler *c)
{
    if (c->failed || ++c->depth > MOST_NESTING)
        return fail(c);
    const struct expr *e = parse_or(c);
    if (!c->failed && take(c, "if")) {
        struct expr *cond = new_expr(c, N_COND, e, parse_or(c));
        expect(c, "else");
        cond->c = parse_expr(c);
        e = cond;
    }
    c->depth--;
    return e;
}

static void *copied(struct bb_arena *a, const void *p, size_t size)
{
    void *q = size ? bb_arena_alloc(a, size) : NULL;
    if (size)
        memcpy(q, p, size);
    return q;
}

static const struct inline_code *finish(struct compiler *c, const struct expr *root)
{
    struct inline_code *code = bb_arena_new(c->arena, struct inline_code);
    struct bb_codedeps *deps = &code->deps;

    code->root = root;
    deps->nreferences = c->refs.n;
    deps->references = copied(c->arena, c->refs.p, c->refs.n * sizeof(*c->refs.p));
    deps->nexecs = c->execs.n;
    deps->execs = copied(c->arena, c->execs.p, c->execs.n * sizeof(*c->execs.p));
    deps->ncontains = c->contains.n;
    deps->contains = copied(c->arena, c->contains.p, c->contains.n * sizeof(*c->contains.p));
    return code;
}

/* Whether it is worth a try: most code that has no native form shows it at its first letter. */
static bool looks_native(bb_str code)
{
    return code.len && (strchr("'\"(dnTFN", *code.p) || bb_str_starts(code, BB_STR("bb.")));
}

const struct inline_code *bb_inline_compile(struct bb_store *d, bb_str code)
{
    struct family *f = d->family;

    code = bb_str_trim(code);
    if (!looks_native(code))
        return NULL;
    const struct inline_code *done = bb_map_get(&f->codes, code);
    if (done)
        return done;
    struct bb_arena_mark mark = bb_arena_mark(&f->arena);
    struct compiler c = {.arena = &f->arena, .rest = code};
    const struct expr *root = parse_expr(&c);
    skip_blanks(&c);
    if (c.failed || c.rest.len) {
        bb_arena_reset(&f->arena, mark);
    } else {
        done = finish(&c, root);
        bb_map_put(&f->codes, bb_arena_str(&f->arena, code), (void *)done);
    }
    bb_vec_release(&c.refs);
    bb_vec_release(&c.execs);
    bb_vec_release(&c.contains);
    return done;
}

const struct bb_codedeps *bb_inline_deps(const struct inline_code *c)
{
    return &c->deps;
}

/* --- evaluating: 1 done, 0 not ours, negative a failed expansion --- */

/* The value of E.split(): its text, to be seen as words. */
#define V_WORDS ((enum bb_vkind)(BB_V_OBJ + 2))

static int eval(struct bb_store *d, const struct expr *e, struct bb_val *ret);

/* Python's truth; -1 when it is not known. */
static int truth(struct bb_val v)
{
    bb_str rest = v.s, word;

    if (v.kind == V_WORDS)
        return bb_expand_word(&rest, &word);
    return v.kind == BB_V_OBJ ? -1 : bb_val_true(NULL, v);
}

static int get(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    int rc = e->flag ? bb_store_get_flag(d, e->var, e->flag, e->flags, ret)
                     : bb_store_get(d, e->var, e->flags, ret);
    return rc < 0 ? rc : ret->kind < BB_V_STORE;
}

static bool contains(bb_str value, bb_str wanted, bool any)
{
    bb_str word;

    while (bb_expand_word(&wanted, &word))
        if (bb_expand_has_word(value, word) == any)
            return any;
    return !any;
}

static int eval_contains(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    struct bb_val yes, no, v;
    int rc = eval(d, e->a, &yes);

    if (rc == 1)
        rc = eval(d, e->b, &no);
    if (rc == 1)
        rc = get(d, e, &v);
    if (rc != 1)
        return rc;
    if (truth(v) == 1 && v.kind != BB_V_STR)
        return 0;
    *ret = truth(v) == 1 && contains(v.s, e->val.s, e->kind == N_CONTAINS_ANY) ? yes : no;
    return 1;
}

static int eval_filter(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    struct bb_strvec words = {0};
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_str rest = e->val.s, word;
    struct bb_val v;
    int rc = get(d, e, &v);

    if (rc != 1 || (truth(v) == 1 && v.kind != BB_V_STR))
        return rc < 0 ? rc : 0;
    while (truth(v) == 1 && bb_expand_word(&rest, &word))
        if (bb_expand_has_word(v.s, word))
            bb_vec_push(&words, word);
    bb_strvec_sort_uniq(&words);
    bb_vec_each(&words, w)
    {
        if (text.len)
            bb_buf_addc(&text, ' ');
        bb_buf_adds(&text, *w);
    }
    bb_vec_release(&words);
    *ret = bb_val_s(bb_arena_str(&d->arena, bb_buf_str(&text)));
    return 1;
}

static int eval_inherits(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    struct bb_val v;
    int rc = bb_store_get(d, bb_known.inherit_cache, 0, &v);

    if (rc < 0)
        return rc;
    if (v.kind != BB_V_LIST && v.kind != BB_V_NONE)
        return 0;
    *ret = bb_val_b(false);
    for (size_t i = 0; v.kind == BB_V_LIST && i < v.list->n; i++)
        if (bb_str_ends(v.list->p[i], e->val.s))
            *ret = bb_val_b(true);
    return 1;
}

static int equal(struct bb_val a, struct bb_val b)
{
    if (a.kind >= BB_V_LIST || b.kind >= BB_V_LIST)
        return -1;
    if ((a.kind == BB_V_INT || a.kind == BB_V_BOOL) && (b.kind == BB_V_INT || b.kind == BB_V_BOOL))
        return a.i == b.i;
    if (a.kind != b.kind)
        return 0;
    return a.kind == BB_V_NONE || bb_str_eq(a.s, b.s);
}

/* a in b; -1 when Python would raise or has to look. */
static int is_in(struct bb_val a, struct bb_val b)
{
    if (a.kind != BB_V_STR)
        return -1;
    if (b.kind == V_WORDS)
        return bb_expand_has_word(b.s, a.s);
    return b.kind == BB_V_STR ? a.s.len == 0 || bb_str_has(b.s, a.s) : -1;
}

static int binary(struct bb_store *d, enum kind kind, struct bb_val a, struct bb_val b, struct bb_val *ret)
{
    int yes;

    if (kind == N_ADD) {
        if (a.kind != BB_V_STR || b.kind != BB_V_STR)
            return 0;
        *ret = bb_val_s(bb_arena_cat(&d->arena, a.s, b.s));
        return 1;
    }
    yes = kind == N_EQ || kind == N_NE ? equal(a, b) : is_in(a, b);
    if (yes < 0)
        return 0;
    *ret = bb_val_b(yes == (kind == N_EQ || kind == N_IN));
    return 1;
}

/* and, or, not, if: what is evaluated depends on the first operand. */
static int eval_logic(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    const struct expr *test = e->kind == N_COND ? e->b : e->a;
    struct bb_val v;
    int rc = eval(d, test, &v);

    if (rc != 1)
        return rc;
    int yes = truth(v);
    if (yes < 0)
        return 0;
    switch (e->kind) {
    case N_NOT:
        *ret = bb_val_b(!yes);
        return 1;
    case N_COND:
        return eval(d, yes ? e->a : e->c, ret);
    default:
        if (yes == (e->kind == N_OR)) {
            *ret = v;
            return 1;
        }
        return eval(d, e->b, ret);
    }
}

static int eval(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    struct bb_val a, b;
    int rc;

    switch (e->kind) {
    case N_CONST:
        *ret = e->val;
        return 1;
    case N_GETVAR:
    case N_GETFLAG:
        return get(d, e, ret);
    case N_CONTAINS:
    case N_CONTAINS_ANY:
        return eval_contains(d, e, ret);
    case N_FILTER:
        return eval_filter(d, e, ret);
    case N_INHERITS:
        return eval_inherits(d, e, ret);
    case N_SPLIT:
        rc = eval(d, e->a, ret);
        if (rc == 1 && ret->kind != BB_V_STR)
            return 0;
        ret->kind = V_WORDS;
        return rc;
    case N_NOT:
    case N_AND:
    case N_OR:
    case N_COND:
        return eval_logic(d, e, ret);
    default:
        rc = eval(d, e->a, &a);
        if (rc == 1)
            rc = eval(d, e->b, &b);
        return rc == 1 ? binary(d, e->kind, a, b, ret) : rc;
    }
}

int bb_inline_eval(struct bb_store *d, const struct inline_code *c, struct bb_buf *ret)
{
    struct bb_val v;
    int rc = eval(d, c->root, &v);

    if (rc != 1)
        return rc;
    if (v.kind == V_WORDS)
        return 0;
    bb_buf_adds(ret, bb_val_str(d->hook, &d->arena, v));
    return 1;
}
