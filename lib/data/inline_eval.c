/* SPDX-License-Identifier: MIT */
/* Functions here return 1 when done, 0 when it is for Python to do, or the code of a failed expansion. */
#include "data/inline_priv.h"

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
    bb_vec_each(&words, w) {
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

static bool one_word(bb_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (bb_expand_space(bb_str_from(s, i)))
            return false;
    return true;
}

/* a in b; -1 when Python would raise or has to look. */
static int is_in(struct bb_val a, struct bb_val b)
{
    if (a.kind != BB_V_STR)
        return -1;
    if (b.kind == V_WORDS)
        return one_word(a.s) && bb_expand_has_word(b.s, a.s);
    return b.kind == BB_V_STR ? a.s.len == 0 || bb_str_has(b.s, a.s) : -1;
}

/* a < 0, 0 or > 0 as a is less than, equal to or greater than b; false when Python would raise. */
static bool order(struct bb_val a, struct bb_val b, int *ret)
{
    bool numbers = (a.kind == BB_V_INT || a.kind == BB_V_BOOL) && (b.kind == BB_V_INT || b.kind == BB_V_BOOL);

    if (!numbers && (a.kind != BB_V_STR || b.kind != BB_V_STR))
        return false;
    *ret = numbers ? (a.i > b.i) - (a.i < b.i) : bb_str_cmp(a.s, b.s);
    return true;
}

static int compare(enum expr_kind kind, struct bb_val a, struct bb_val b, struct bb_val *ret)
{
    int sign, yes;

    if (kind >= N_LT && kind <= N_GE) {
        if (!order(a, b, &sign))
            return 0;
        yes = kind == N_LT ? sign < 0 : kind == N_LE ? sign <= 0 : kind == N_GT ? sign > 0 : sign >= 0;
        *ret = bb_val_b(yes);
        return 1;
    }
    yes = kind == N_EQ || kind == N_NE ? equal(a, b) : is_in(a, b);
    *ret = bb_val_b(yes == (kind == N_EQ || kind == N_IN));
    return yes >= 0;
}

static struct bb_val kept(struct bb_store *d, const struct bb_buf *text)
{
    return bb_val_s(bb_arena_str(&d->arena, bb_buf_str(text)));
}

/* ' '.join(WORDS) */
static int join(struct bb_store *d, bb_str sep, bb_str words, struct bb_val *ret)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    bb_str word;

    for (bool first = true; bb_expand_word(&words, &word); first = false) {
        if (!first)
            bb_buf_adds(&out, sep);
        bb_buf_adds(&out, word);
    }
    *ret = kept(d, &out);
    return 1;
}

static int binary(struct bb_store *d, enum expr_kind kind, struct bb_val a, struct bb_val b,
                  struct bb_val *ret)
{
    if (kind == N_ADD) {
        if (a.kind != BB_V_STR || b.kind != BB_V_STR)
            return 0;
        *ret = bb_val_s(bb_arena_cat(&d->arena, a.s, b.s));
        return 1;
    }
    if (kind == N_JOIN)
        return b.kind == V_WORDS ? join(d, a.s, b.s, ret) : 0;
    return compare(kind, a, b, ret);
}

static int eval_replace(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    struct bb_val s, from, to;
    size_t at, done = 0;
    int rc = eval(d, e->a, &s);

    if (rc == 1)
        rc = eval(d, e->b, &from);
    if (rc == 1)
        rc = eval(d, e->c, &to);
    if (rc != 1)
        return rc;
    if (s.kind != BB_V_STR || from.kind != BB_V_STR || to.kind != BB_V_STR || from.s.len == 0)
        return 0;
    while ((at = bb_str_find(s.s, from.s, done)) != BB_NPOS) {
        bb_buf_adds(&out, bb_str_sub(s.s, done, at));
        bb_buf_adds(&out, to.s);
        done = at + from.s.len;
    }
    bb_buf_adds(&out, bb_str_from(s.s, done));
    *ret = done ? kept(d, &out) : s;
    return 1;
}

/* All items are evaluated, as Python does before it picks one. */
static int eval_pick(struct bb_store *d, const struct expr *e, struct bb_val *ret)
{
    struct bb_val items[8], index;
    int rc = 1;

    for (size_t i = 0; rc == 1 && i < e->nitems; i++)
        rc = eval(d, e->items[i], &items[i]);
    if (rc == 1)
        rc = eval(d, e->a, &index);
    if (rc != 1)
        return rc;
    if ((index.kind != BB_V_INT && index.kind != BB_V_BOOL) || index.i < 0 || (size_t)index.i >= e->nitems)
        return 0;
    *ret = items[index.i];
    return 1;
}

/* BitBake: bb.parse.vars_from_file. "a/NAME_VERSION_REVISION.bb"; what is not there is None. */
static int file_var(bb_str path, int64_t which, struct bb_val *ret)
{
    size_t slash = bb_str_rchr(path, '/');
    bb_str base = slash == BB_NPOS ? path : bb_str_from(path, slash + 1), part;
    int64_t n = 0;

    *ret = BB_NONE;
    if (!bb_str_ends(path, BB_STR(".bb")) && !bb_str_ends(path, BB_STR(".bbappend")))
        return 1;
    base = bb_str_sub(base, 0, bb_str_rchr(base, '.'));
    if (base.len == 0 || *base.p == '.')
        return 0;
    while (bb_str_split(&base, '_', &part)) {
        if (n == which)
            *ret = bb_val_s(part);
        n++;
    }
    return n <= 3;
}

/* Python: os.path.dirname. */
static bb_str dirname_of(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    size_t n = slash == BB_NPOS ? 0 : slash + 1, end = n;

    while (end > 0 && path.p[end - 1] == '/')
        end--;
    return bb_str_sub(path, 0, end ? end : n);
}

static int strip(bb_str s, struct bb_val *ret)
{
    /* White space beyond ASCII at an end is left to Python. */
    if (s.len && ((unsigned char)s.p[0] >= 0x80 || (unsigned char)s.p[s.len - 1] >= 0x80))
        return 0;
    while (s.len && bb_expand_space(s))
        s = bb_str_from(s, 1);
    while (s.len && bb_expand_space(bb_str_from(s, s.len - 1)))
        s.len--;
    *ret = bb_val_s(s);
    return s.len == 0 || ((unsigned char)s.p[0] < 0x80 && (unsigned char)s.p[s.len - 1] < 0x80);
}

static int to_int(struct bb_val v, struct bb_val *ret)
{
    int64_t i = v.i;

    if (v.kind == BB_V_STR) {
        for (size_t k = 0; k < v.s.len; k++)
            if (v.s.p[k] < '0' || v.s.p[k] > '9')
                return 0;
        if (!bb_str_to_int(v.s, &i))
            return 0;
    } else if (v.kind != BB_V_INT && v.kind != BB_V_BOOL) {
        return 0;
    }
    *ret = bb_val_i(i);
    return 1;
}

/* Functions of one operand. */
static int unary(enum expr_kind kind, struct bb_val v, int64_t which, struct bb_val *ret)
{
    if (kind == N_INT)
        return to_int(v, ret);
    if (kind == N_BOOL) {
        int yes = truth(v);
        *ret = bb_val_b(yes > 0);
        return yes >= 0;
    }
    if (kind == N_FILEVAR && truth(v) == 0) {
        *ret = BB_NONE;
        return 1;
    }
    if (v.kind != BB_V_STR)
        return 0;
    switch (kind) {
    case N_FILEVAR:
        return file_var(v.s, which, ret);
    case N_DIRNAME:
        *ret = bb_val_s(dirname_of(v.s));
        return 1;
    case N_STRIP:
        return strip(v.s, ret);
    default:
        *ret = v;
        ret->kind = V_WORDS;
        return 1;
    }
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
    case N_PICK:
        return eval_pick(d, e, ret);
    case N_REPLACE:
        return eval_replace(d, e, ret);
    case N_FILEVAR:
    case N_DIRNAME:
    case N_INT:
    case N_BOOL:
    case N_SPLIT:
    case N_STRIP:
        rc = eval(d, e->a, &a);
        return rc == 1 ? unary(e->kind, a, e->val.i, ret) : rc;
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
