/* SPDX-License-Identifier: MIT */
/*
 * Runs scripts of store operations from standard input and writes one line per answer: the C half of
 * tests/oracle/store_oracle.py, which describes the operations and does the same with the reference BitBake.
 *
 * A line holds words separated by tabs, in which \t, \n and \\ stand for themselves. "script" starts over
 * with an empty store. Python is not there: a small hook knows `d.setVar('A', 'v')`, alone or followed by `or
 * d.getVar('B')`, so that code with side effects and code that may have read anything is tried too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "data/emit.h"
#include "data/store.h"

#define MOST_STORES 64
#define MOST_WORDS  8

struct driver {
    struct bb_ctx ctx;
    struct bb_diag_sink sink;
    struct bb_store *stores[MOST_STORES];
    size_t nstores;
    struct bb_store *d; /* the one in use */
    bb_str w[MOST_WORDS];
    size_t nw;
    uint32_t line;
    struct bb_arena arena;
};

/* --- output --- */

static void put(bb_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\n')
            fputs("\\n", stdout);
        else if (s.p[i] == '\t')
            fputs("\\t", stdout);
        else if (s.p[i] == '\\')
            fputs("\\\\", stdout);
        else
            putchar(s.p[i]);
    }
}

static void put_val(struct driver *t, struct bb_val v)
{
    if (v.kind == BB_V_NONE) {
        fputs("None", stdout);
        return;
    }
    putchar('=');
    put(bb_val_str(NULL, &t->arena, v));
}

static void emit_diag(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *diag)
{
    const char *names[] = {"DEBUG", "NOTE", "PLAIN", "WARNING", "ERROR", "FATAL"};

    (void)self;
    (void)ctx;
    printf("log %s ", names[diag->severity]);
    put(diag->text);
    putchar('\n');
}

static void put_error(struct driver *t, int code)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;

    if (code == -BB_EREPORTED) {
        puts("error handled");
        return;
    }
    bb_store_error_text(t->d, &b);
    if (bb_str_has(bb_buf_str(&b), BB_STR("RecursionError"))) {
        puts("error circle");
        return;
    }
    fputs("error ", stdout);
    put(bb_buf_str(&b));
    putchar('\n');
}

static int cmp_syms(const void *a, const void *b)
{
    return bb_str_cmp((*(const bb_sym *)a)->name, (*(const bb_sym *)b)->name);
}

static void put_syms(const char *what, bb_sym *p, size_t n)
{
    bb_sym *sorted = bb_calloc(n, sizeof(*sorted));

    if (n)
        memcpy(sorted, p, n * sizeof(*p));
    qsort(sorted, n, sizeof(*sorted), cmp_syms);
    fputs(what, stdout);
    for (size_t i = 0; i < n; i++) {
        putchar(' ');
        put(sorted[i]->name);
    }
    free(sorted);
}

static void put_strs(const char *what, bb_str *p, size_t n)
{
    struct bb_strvec v = {0};

    for (size_t i = 0; i < n; i++)
        bb_vec_push(&v, p[i]);
    bb_strvec_sort_uniq(&v);
    fputs(what, stdout);
    bb_vec_each(&v, s) {
        putchar(' ');
        put(*s);
    }
    bb_vec_release(&v);
}

static int cmp_contains(const void *a, const void *b)
{
    return bb_str_cmp(((const struct bb_contains *)a)->var->name, ((const struct bb_contains *)b)->var->name);
}

static void put_parse(struct driver *t, const struct bb_varparse *vp)
{
    struct bb_contains *c = bb_calloc(vp->deps.ncontains, sizeof(*c));

    fputs("raw ", stdout);
    put_val(t, vp->unexpanded);
    fputs(" value ", stdout);
    put_val(t, vp->value);
    put_syms(" refs", vp->deps.references, vp->deps.nreferences);
    put_syms(" execs", vp->deps.execs, vp->deps.nexecs);
    if (vp->deps.ncontains)
        memcpy(c, vp->deps.contains, vp->deps.ncontains * sizeof(*c));
    qsort(c, vp->deps.ncontains, sizeof(*c), cmp_contains);
    for (size_t i = 0; i < vp->deps.ncontains; i++) {
        fputs(" contains ", stdout);
        put(c[i].var->name);
        put_strs("", c[i].items, c[i].nitems);
    }
    put_strs(" removes", vp->removes, vp->nremoves);
    putchar('\n');
    free(c);
}

/* --- the hook --- */

/* The pending exception's text. */
static const char *pending;

static bool odd(bb_str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.p[i] == c;
    return n % 2;
}

static void hook_error_text(void *self, struct bb_buf *ret)
{
    (void)self;
    bb_buf_addz(ret, pending);
}

static void hook_error_clear(void *self)
{
    (void)self;
}

static int hook_eval(void *self, struct bb_store *d, bb_sym var, bb_str code, struct bb_buf *ret)
{
    bb_str q[6];
    size_t n = 0;
    struct bb_val v = BB_NONE;

    (void)self;
    for (bb_str rest = code; n < 6 && bb_str_split(&rest, '\'', &q[n]); n++)
        ;
    if (n < 4 || !bb_str_eqz(q[0], "d.setVar(")) {
        bool open = odd(code, '\'') || odd(code, '"');
        pending = open ? "SyntaxError: unterminated string literal" : "SyntaxError: no Python";
        return -BB_EPYTHON;
    }
    /* The place that Python gives to code of its own: "Var <A>", line 1. */
    bb_str file =
        var ? bb_arena_fmt(bb_store_arena(d), "Var <%.*s>", BB_STRF(var->name)) : BB_STR("<expansion>");
    int rc =
        bb_store_set(d, bb_sym_get(q[1]), bb_val_s(q[3]),
                     &(struct bb_how){.loc = {.src = bb_source_id(file), .line = 1}, .func = "<module>"});
    if (rc == 0 && n == 6)
        rc = bb_store_get(d, bb_sym_get(q[5]), BB_GET_EXPAND, &v);
    if (rc == 0)
        bb_buf_adds(ret, bb_val_str(NULL, bb_store_arena(d), v));
    pending = "ExpansionError: from the store";
    return rc == -BB_EPARSE ? -BB_EPYTHON : rc;
}

static int hook_scan(void *self, struct bb_store *d, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                     const struct bb_codedeps **ret)
{
    struct bb_codedeps *deps = bb_arena_new(bb_store_arena(d), struct bb_codedeps);
    size_t at = bb_str_find(code, BB_STR("d.getVar('"), 0);

    (void)self;
    (void)var;
    (void)file;
    (void)lineno;
    if (!bb_str_starts(code, BB_STR("d.setVar(")))
        return -BB_EPARSE;
    deps->execs = bb_arena_array(bb_store_arena(d), bb_sym, 1);
    deps->execs[deps->nexecs++] = BB_SYM("d.setVar");
    if (at != BB_NPOS) {
        bb_str name = bb_str_from(code, at + 10);
        deps->references = bb_arena_array(bb_store_arena(d), bb_sym, 1);
        deps->references[deps->nreferences++] = bb_sym_get(bb_str_sub(name, 0, bb_str_chr(name, '\'', 0)));
    }
    *ret = deps;
    return 0;
}

static const struct bb_pyhook hook = {
    .eval = hook_eval, .scan = hook_scan, .error_text = hook_error_text, .error_clear = hook_error_clear};

/* --- operations --- */

static bool has(struct driver *t, size_t word, char c)
{
    return word < t->nw && bb_str_chr(t->w[word], c, 0) != BB_NPOS;
}

static struct bb_how how_of(struct driver *t, const char *op, bool parsing)
{
    return (struct bb_how){
        .loc = {.src = bb_source_id(BB_STR("test.conf")), .line = t->line}, .op = op, .parsing = parsing};
}

static struct bb_val value_of(bb_str s)
{
    int64_t i;
    if (bb_str_starts(s, BB_STR("int:")) && bb_str_to_int(bb_str_from(s, 4), &i))
        return bb_val_i(i);
    return bb_str_eqz(s, "None:") ? BB_NONE : bb_val_s(s);
}

static unsigned get_flags(struct driver *t, size_t word)
{
    return (has(t, word, 'e') ? BB_GET_EXPAND : 0) | (has(t, word, 'n') ? BB_GET_NOWEAK : 0) |
           (has(t, word, 'p') ? BB_GET_PARSING : 0);
}

static int write_op(struct driver *t, bool *ret_known)
{
    struct bb_store *d = t->d;
    bb_str op = t->w[0];
    bb_sym a = bb_sym_get(t->w[1]), b = bb_sym_get(t->w[2]);
    struct bb_how how = how_of(t, NULL, false);

    *ret_known = true;
    if (bb_str_eqz(op, "set")) {
        how.parsing = has(t, 3, 'p');
        return bb_store_set(d, a, value_of(t->w[2]), &how);
    }
    if (bb_str_eqz(op, "setflag"))
        return bb_store_set_flag(d, a, b, value_of(t->w[3]), &how);
    if (bb_str_eqz(op, "append"))
        return bb_store_append(d, a, t->w[2], &how);
    if (bb_str_eqz(op, "prepend"))
        return bb_store_prepend(d, a, t->w[2], &how);
    if (bb_str_eqz(op, "appendflag"))
        return bb_store_append_flag(d, a, b, t->w[3], &how);
    if (bb_str_eqz(op, "prependflag"))
        return bb_store_prepend_flag(d, a, b, t->w[3], &how);
    if (bb_str_eqz(op, "del"))
        return bb_store_del(d, a, &how);
    if (bb_str_eqz(op, "delflag"))
        return bb_store_del_flag(d, a, b, &how);
    if (bb_str_eqz(op, "delflags"))
        return bb_store_del_flags(d, a, &how);
    if (bb_str_eqz(op, "rename"))
        return bb_store_rename(d, a, b, &how);
    if (bb_str_eqz(op, "expandkeys"))
        return bb_store_expand_keys(d);
    if (bb_str_eqz(op, "varref"))
        return bb_store_expand_varref(d, a, has(t, 2, 'p'));
    *ret_known = false;
    return 0;
}

static int print_value(struct driver *t, int rc, struct bb_val v)
{
    if (rc < 0)
        return rc;
    put_val(t, v);
    putchar('\n');
    return 0;
}

static int print_keys(struct driver *t, bool local)
{
    bb_sym *keys;
    size_t n;
    int rc = local ? bb_store_local_keys(t->d, &keys, &n) : bb_store_keys(t->d, &keys, &n);

    if (rc < 0)
        return rc;
    put_syms("keys", keys, n);
    putchar('\n');
    return 0;
}

static int print_flags(struct driver *t)
{
    const struct bb_flag *flags;
    size_t n;
    int rc = bb_store_flags(t->d, bb_sym_get(t->w[1]), has(t, 2, 'i'), &flags, &n);

    fputs("flags", stdout);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        putchar(' ');
        put(flags[i].name->name);
        if (flags[i].name->name.p[0] != ':')
            put_val(t, flags[i].val);
    }
    putchar('\n');
    return rc;
}

static int print_ops(struct driver *t)
{
    for (int op = BB_SYMOP_APPEND; op <= BB_SYMOP_REMOVE; op++) {
        const struct bb_varop *ops;
        size_t n;
        bb_store_ops(t->d, bb_sym_get(t->w[1]), (enum bb_symop)op, &ops, &n);
        printf("%s%d:", op > BB_SYMOP_APPEND ? " " : "", op);
        for (size_t i = 0; i < n; i++) {
            putchar('<');
            put(ops[i].text);
            putchar('|');
            if (ops[i].override)
                put(ops[i].override->name);
            putchar('>');
        }
    }
    putchar('\n');
    return 0;
}

static int print_overrides(struct driver *t)
{
    const bb_sym *list;
    size_t n;
    int rc = bb_store_overrides(t->d, &list, &n);

    if (rc < 0)
        return rc;
    fputs("overrides", stdout);
    for (size_t i = 0; i < n; i++) {
        putchar(' ');
        put(list[i]->name);
    }
    putchar('\n');
    return 0;
}

static int print_emitted(struct driver *t, bool env)
{
    BB_CLEAN_BUF struct bb_buf out = BB_BUF_INIT;
    int rc = env ? bb_emit_env(&out, t->d, has(t, 1, 'a'), true)
                 : bb_emit_var(&out, t->d, bb_sym_get(t->w[1]), has(t, 2, 'a'));

    if (rc < 0)
        return rc;
    if (bb_str_has(bb_buf_str(&out), BB_STR("RecursionError"))) {
        puts("emitted circle");
        return 0;
    }
    fputs("emitted ", stdout);
    put(bb_buf_str(&out));
    putchar('\n');
    return 0;
}

static int print_parse(struct driver *t)
{
    const struct bb_varparse *vp;
    int rc = bb_store_parse(t->d, bb_sym_get(t->w[1]), t->nw > 2 ? bb_sym_get(t->w[2]) : NULL, &vp);

    if (rc == 0)
        put_parse(t, vp);
    return rc;
}

static int print_expansion(struct driver *t)
{
    struct bb_varparse vp;
    int rc = bb_store_expand_refs(t->d, t->w[1], t->nw > 2 ? bb_sym_get(t->w[2]) : NULL, &vp);

    if (rc == 0)
        put_parse(t, &vp);
    return rc;
}

static int read_op(struct driver *t)
{
    bb_str op = t->w[0];
    bb_sym a = bb_sym_get(t->w[1]);
    struct bb_val v;

    if (bb_str_eqz(op, "get"))
        return print_value(t, bb_store_get(t->d, a, get_flags(t, 2), &v), v);
    if (bb_str_eqz(op, "getflag"))
        return print_value(t, bb_store_get_flag(t->d, a, bb_sym_get(t->w[2]), get_flags(t, 3), &v), v);
    if (bb_str_eqz(op, "parse"))
        return print_parse(t);
    if (bb_str_eqz(op, "expand"))
        return print_expansion(t);
    if (bb_str_eqz(op, "keys") || bb_str_eqz(op, "localkeys"))
        return print_keys(t, bb_str_eqz(op, "localkeys"));
    if (bb_str_eqz(op, "flags"))
        return print_flags(t);
    if (bb_str_eqz(op, "ops"))
        return print_ops(t);
    if (bb_str_eqz(op, "overrides"))
        return print_overrides(t);
    if (bb_str_eqz(op, "emit"))
        return print_emitted(t, false);
    if (bb_str_eqz(op, "env"))
        return print_emitted(t, true);
    if (bb_str_eqz(op, "hasov")) {
        puts(bb_store_has_overrides(t->d, a) ? "yes" : "no");
        return 0;
    }
    fprintf(stderr, "store_driver: line %u: unknown operation '%.*s'\n", t->line, BB_STRF(op));
    exit(2);
}

static void drop_stores(struct driver *t)
{
    for (size_t i = 0; i < t->nstores; i++)
        bb_store_unref(t->stores[i]);
    t->nstores = 0;
}

/* Operations on the set of stores. */
static bool store_op(struct driver *t)
{
    bb_str op = t->w[0];
    int64_t i = 0;

    if (bb_str_eqz(op, "script")) {
        drop_stores(t);
        t->stores[t->nstores++] = t->d = bb_store_new(&t->ctx, &hook);
        t->line = 0;
        printf("script %.*s\n", BB_STRF(t->w[1]));
    } else if (bb_str_eqz(op, "copy")) {
        if (t->nstores < MOST_STORES)
            t->stores[t->nstores++] = t->d = bb_store_copy(t->d);
    } else if (bb_str_eqz(op, "use")) {
        bb_str_to_int(t->w[1], &i);
        t->d = t->stores[(size_t)i % t->nstores];
    } else if (bb_str_eqz(op, "freeze")) {
        bb_store_freeze(t->d);
    } else if (bb_str_eqz(op, "track")) {
        bb_store_track(t->d, has(t, 1, 'y'));
    } else {
        return false;
    }
    return true;
}

static bb_str unescape(struct driver *t, bb_str s)
{
    char *out = bb_arena_strz(&t->arena, s);
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '\\' && i + 1 < s.len) {
            i++;
            out[n++] = s.p[i] == 'n' ? '\n' : s.p[i] == 't' ? '\t' : s.p[i];
        } else {
            out[n++] = s.p[i];
        }
    }
    return bb_str_n(out, n);
}

static void run_line(struct driver *t, bb_str line)
{
    bool known;

    t->nw = 0;
    while (t->nw < MOST_WORDS && bb_str_split(&line, '\t', &t->w[t->nw])) {
        t->w[t->nw] = unescape(t, t->w[t->nw]);
        t->nw++;
    }
    for (size_t i = t->nw; i < MOST_WORDS; i++)
        t->w[i] = BB_STR("");
    if (t->w[0].len == 0 || t->w[0].p[0] == '#')
        return;
    t->line++;
    if (store_op(t))
        return;
    int rc = write_op(t, &known);
    if (known && rc == -BB_EPARSE && bb_str_has(bb_store_error(t->d)->exception, BB_STR("RecursionError")))
        puts("broken");
    if (!known)
        rc = read_op(t);
    if (rc < 0)
        put_error(t, rc);
}

int main(void)
{
    struct driver t = {.sink = {.emit = emit_diag}};
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    bb_ctx_init(&t.ctx);
    t.ctx.diag = &t.sink;
    while ((n = getline(&line, &cap, stdin)) > 0) {
        if (line[n - 1] == '\n')
            n--;
        run_line(&t, bb_str_n(line, (size_t)n));
        bb_arena_release(&t.arena);
    }
    free(line);
    drop_stores(&t);
    bb_ctx_release(&t.ctx);
    return 0;
}
