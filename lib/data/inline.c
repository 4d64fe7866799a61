/* SPDX-License-Identifier: MIT */
#include "data/inline_priv.h"

/* Deeper expressions are left to Python. */
#define MOST_NESTING 40

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

static void *copied(struct bb_arena *a, const void *p, size_t size)
{
    void *q = size ? bb_arena_alloc(a, size) : NULL;
    if (size)
        memcpy(q, p, size);
    return q;
}

static struct expr *new_expr(struct compiler *c, enum expr_kind kind, const struct expr *a,
                             const struct expr *b)
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

static const struct expr *parse_contains(struct compiler *c, enum expr_kind kind)
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

/* The (name, version, revision) that a recipe's file name gives, and which of them is meant. */
static const struct expr *parse_filevar(struct compiler *c)
{
    struct expr *e = new_expr(c, N_FILEVAR, parse_expr(c), NULL);

    bb_vec_push(&c->execs, BB_SYM("bb.parse.vars_from_file"));
    expect(c, ",");
    expect(c, "d");
    expect(c, ")");
    expect(c, "[");
    const struct expr *index = parse_int(c);
    if (index->val.i > 2)
        fail(c);
    e->val = index->val;
    expect(c, "]");
    return e;
}

/* A function of one argument. */
static const struct expr *parse_call(struct compiler *c, enum expr_kind kind, const char *name)
{
    const struct expr *e = new_expr(c, kind, parse_expr(c), NULL);

    bb_vec_push(&c->execs, bb_sym_z(name));
    expect(c, ")");
    return e;
}

/* [A, B ...][E]; a list is good for nothing else. */
static const struct expr *parse_pick(struct compiler *c)
{
    struct expr *e = new_expr(c, N_PICK, NULL, NULL);
    const struct expr *items[8];

    do {
        if (e->nitems == sizeof(items) / sizeof(*items))
            return fail(c);
        items[e->nitems++] = parse_expr(c);
    } while (!c->failed && take(c, ","));
    e->items = copied(c->arena, items, e->nitems * sizeof(*items));
    expect(c, "]");
    expect(c, "[");
    e->a = parse_expr(c);
    expect(c, "]");
    return e;
}

static const struct expr *parse_text(struct compiler *c)
{
    const struct expr *text = constant(c, bb_val_s(parse_string(c)));

    if (!take(c, ".join("))
        return text;
    text = new_expr(c, N_JOIN, text, parse_expr(c));
    expect(c, ")");
    return text;
}

static const struct expr *parse_named(struct compiler *c)
{
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
    if (take(c, "bb.parse.vars_from_file("))
        return parse_filevar(c);
    if (take(c, "d.getVarFlag("))
        return parse_getflag(c);
    if (take(c, "os.path.dirname("))
        return parse_call(c, N_DIRNAME, "os.path.dirname");
    if (take(c, "int("))
        return parse_call(c, N_INT, "int");
    if (take(c, "bool("))
        return parse_call(c, N_BOOL, "bool");
    return NULL;
}

static const struct expr *parse_atom(struct compiler *c)
{
    if (take(c, "(")) {
        const struct expr *e = parse_expr(c);
        expect(c, ")");
        return e;
    }
    if (take(c, "["))
        return parse_pick(c);
    if (at_quote(c))
        return parse_text(c);
    if (take(c, "True"))
        return constant(c, bb_val_b(true));
    if (take(c, "False"))
        return constant(c, bb_val_b(false));
    if (take(c, "None"))
        return constant(c, BB_NONE);
    const struct expr *e = parse_named(c);
    return e ? e : parse_int(c);
}

static const struct expr *parse_postfix(struct compiler *c)
{
    const struct expr *e = parse_atom(c);

    while (!c->failed) {
        if (take(c, ".split()")) {
            e = new_expr(c, N_SPLIT, e, NULL);
        } else if (take(c, ".strip()")) {
            e = new_expr(c, N_STRIP, e, NULL);
        } else if (take(c, ".replace(")) {
            struct expr *r = new_expr(c, N_REPLACE, e, parse_expr(c));
            expect(c, ",");
            r->c = parse_expr(c);
            expect(c, ")");
            e = r;
        } else {
            break;
        }
    }
    return e;
}

static const struct expr *parse_sum(struct compiler *c)
{
    const struct expr *e = parse_postfix(c);

    while (!c->failed && take(c, "+"))
        e = new_expr(c, N_ADD, e, parse_postfix(c));
    return e;
}

static bool take_comparison(struct compiler *c, enum expr_kind *ret)
{
    if (take(c, "=="))
        *ret = N_EQ;
    else if (take(c, "!="))
        *ret = N_NE;
    else if (take(c, "<="))
        *ret = N_LE;
    else if (take(c, ">="))
        *ret = N_GE;
    else if (take(c, "<"))
        *ret = N_LT;
    else if (take(c, ">"))
        *ret = N_GT;
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
    enum expr_kind kind, more;

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
    static const char *const starts[] = {"bb.", "int(", "bool(", "os.path.dirname("};

    if (code.len && strchr("'\"([dnTFN", *code.p))
        return true;
    for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
        if (bb_str_starts(code, bb_str_z(starts[i])))
            return true;
    return false;
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
