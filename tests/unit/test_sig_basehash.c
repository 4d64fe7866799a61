/* SPDX-License-Identifier: MIT */
#include "sig/basehash.h"

#include "ext/digest.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_store *d;
static struct bb_arena arena;
static struct bb_pyhook hook;

/* A stand-in for Python: each line of the "code" is `ref NAME`, `exec NAME` or `contains NAME WORDS`. */
static int scan(void *self, struct bb_store *store, bb_str code, bb_sym var, bb_str file, uint32_t lineno,
                const struct bb_codedeps **ret)
{
    struct bb_codedeps *deps = bb_arena_new(&arena, struct bb_codedeps);
    bb_str line, verb, name;
    deps->references = bb_arena_array(&arena, bb_sym, 8);
    deps->execs = bb_arena_array(&arena, bb_sym, 8);
    deps->contains = bb_arena_array(&arena, struct bb_contains, 8);
    while (bb_str_split(&code, '\n', &line)) {
        if (!bb_str_word(&line, &verb) || !bb_str_word(&line, &name))
            continue;
        if (bb_str_eqz(verb, "ref")) {
            deps->references[deps->nreferences++] = bb_sym_get(name);
        } else if (bb_str_eqz(verb, "exec")) {
            deps->execs[deps->nexecs++] = bb_sym_get(name);
        } else {
            bb_str *item = bb_arena_new(&arena, bb_str);
            *item = bb_arena_str(&arena, bb_str_trim(line));
            deps->contains[deps->ncontains++] = (struct bb_contains){bb_sym_get(name), item, 1};
        }
    }
    *ret = deps;
    return 0;
}

static int eval(void *self, struct bb_store *store, bb_sym var, bb_str code, struct bb_buf *ret)
{
    bb_buf_addz(ret, "evaluated");
    return 0;
}

static void set(const char *var, const char *value)
{
    ck_assert_int_eq(bb_store_setz(d, var, bb_str_z(value)), 0);
}

static void flag(const char *var, const char *name, const char *value)
{
    ck_assert_int_eq(bb_store_set_flagz(d, var, name, bb_str_z(value)), 0);
}

static void op(const char *var, const char *value)
{
    ck_assert_int_eq(bb_store_set(d, bb_sym_z(var), bb_val_z(value), BB_HOW_PARSE((struct bb_loc){0})), 0);
}

static void setup(void)
{
    bb_ctx_init(&ctx);
    bb_arena_init(&arena);
    hook = (struct bb_pyhook){.scan = scan, .eval = eval};
    d = bb_store_new(&ctx, &hook);
    set("BB_BASEHASH_IGNORE_VARS", "TMPDIR FILE");
    set("BB_SIGNATURE_EXCLUDE_FLAGS", "doc func export python lineno_filename vardeps");
    bb_str tasks[] = {BB_STR("do_a"), BB_STR("do_b")};
    bb_store_set(d, BB_SYM("__BBTASKS"), bb_val_list(bb_store_arena(d), tasks, 2), NULL);
}

static void teardown(void)
{
    bb_store_unref(d);
    bb_arena_release(&arena);
    bb_ctx_release(&ctx);
}

static struct bb_sigconf *make_conf(enum bb_sig_exclrule rule, const struct bb_sig_modfunc *funcs, size_t n)
{
    struct bb_sigconf *conf = bb_sigconf_new(d, rule, funcs, n);
    ck_assert_ptr_nonnull(conf);
    return conf;
}

/* "value -> deps" of a key. */
static const char *shown(struct bb_sigconf *conf, const char *name)
{
    static char out[2048];
    struct bb_sigwalk *w;
    const struct bb_sig_key *key;
    struct bb_strvec v = {0};
    struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_sigwalk_new(conf, d, &w), 0);
    ck_assert_int_eq(bb_sigwalk_key(w, bb_sym_z(name), &key), 0);
    bb_buf_adds(&b, key->value.kind == BB_V_NONE ? BB_STR("(none)") : bb_val_str(&hook, &arena, key->value));
    bb_buf_addz(&b, " ->");
    for (size_t i = 0; i < key->ndeps; i++)
        bb_vec_push(&v, key->deps[i]->name);
    bb_strvec_sort(&v);
    for (size_t i = 0; i < v.n; i++)
        bb_buf_addf(&b, " %.*s", BB_STRF(v.p[i]));
    snprintf(out, sizeof(out), "%s", b.p);
    bb_buf_release(&b);
    bb_vec_release(&v);
    bb_sigwalk_free(w);
    return out;
}

static const char *key(const char *name)
{
    struct bb_sigconf *conf = make_conf(BB_SIG_EXCL_SUBSTRING, NULL, 0);
    const char *s = shown(conf, name);
    bb_sigconf_free(conf);
    return s;
}

START_TEST(variables)
{
    set("A", "x ${B} ${TMPDIR} ${UNDEFINED}");
    set("B", "b");
    ck_assert_str_eq(key("A"), "x ${B} ${TMPDIR} ${UNDEFINED} -> B UNDEFINED");
    ck_assert_str_eq(key("NOT_THERE"), " ->");
    op("A:append", " more");
    ck_assert_str_eq(key("A"), "x ${B} ${TMPDIR} ${UNDEFINED} more -> B UNDEFINED");
    flag("A", "vardeps", "C ${B} D");
    flag("A", "vardepsexclude", "UNDEFINED D");
    ck_assert_str_eq(key("A"), "x ${B} ${TMPDIR} ${UNDEFINED} more -> A[vardepsexclude] B C b");
    flag("A", "vardepvalueexclude", "${TMPDIR}|| more");
    ck_assert_str_eq(key("A"), "x ${B}  ${UNDEFINED} -> A[vardepsexclude] A[vardepvalueexclude] B C b");
    flag("A", "vardepvalue", "${B}!");
    ck_assert_str_eq(key("A"), "b! -> A[vardepsexclude] A[vardepvalue] A[vardepvalueexclude] C b");
}
END_TEST

START_TEST(flags)
{
    set("A", "1");
    flag("A", "dirs", "${B} x");
    ck_assert_str_eq(key("A[dirs]"), "${B} x -> B");
    ck_assert_str_eq(key("A[nothing]"), "(none) ->");
    flag("A", "vardepvalueexclude", "1");
    ck_assert_str_eq(key("A[vardepvalueexclude]"), " ->");
}
END_TEST

/* "port" is a part of the text that holds "export": only the older rule takes that for excluded. */
START_TEST(excluded_flags)
{
    set("A", "1");
    flag("A", "port", "x");
    flag("A", "doc", "x");
    flag("A", "dirs", "x");
    struct bb_sigconf *conf = make_conf(BB_SIG_EXCL_SUBSTRING, NULL, 0);
    ck_assert_str_eq(shown(conf, "A"), "1 -> A[dirs]");
    bb_sigconf_free(conf);
    conf = make_conf(BB_SIG_EXCL_WORDS, NULL, 0);
    ck_assert_str_eq(shown(conf, "A"), "1 -> A[dirs] A[port]");
    bb_sigconf_free(conf);
    set("BB_SIGNATURE_EXCLUDE_FLAGS", "");
    ck_assert_str_eq(key("A"), "1 ->");
}
END_TEST

START_TEST(shell_functions)
{
    set("do_a", "helper ${B}\nls\n${@code} $(inner)\n");
    flag("do_a", "func", "1");
    flag("do_a", "prefuncs", "pre ${B}");
    flag("do_a", "postfuncs", "post");
    flag("do_a", "exports", "EX");
    flag("do_a", "dirs", "x");
    set("helper", "true");
    set("inner", "true");
    set("B", "other");
    set("E1", "1");
    flag("E1", "export", "1");
    set("E2", "1");
    flag("E2", "export", "1");
    flag("E2", "unexport", "true");
    ck_assert_str_eq(key("do_a"), "helper ${B}\nls\n${@code} $(inner)\n -> B E1 EX do_a[dirs] do_a[exports] "
                                  "do_a[postfuncs] do_a[prefuncs] helper inner other post pre");
}
END_TEST

/* Values that change with every recipe are fixed while code is read, so that the scanner sees the same text.
 */
START_TEST(fixed_scan_values)
{
    set("do_a", "${PV}-tool\n");
    flag("do_a", "func", "1");
    set("PV", "7");
    set("7-tool", "x");
    set("0-tool", "x");
    ck_assert_str_eq(key("do_a"), "${PV}-tool\n -> 7-tool PV");
    set("BB_HASH_CODEPARSER_VALS", "PV=0 X=1");
    ck_assert_str_eq(key("do_a"), "${PV}-tool\n -> 0-tool PV");
}
END_TEST

START_TEST(python_functions)
{
    set("do_a", "ref B\nexec known\nexec unknown\ncontains C yes no\ncontains TMPDIR x\ncontains X y\n");
    flag("do_a", "func", "1");
    flag("do_a", "python", "1");
    flag("do_a", "vardepsexclude", "X");
    set("known", "1");
    set("C", "yes other");
    set("D", "d");
    const char *got = key("do_a");
    ck_assert_str_eq(got,
                     "ref B\nexec known\nexec unknown\ncontains C yes no\ncontains TMPDIR x\ncontains X y\n"
                     "\nC{yes no} = Unset -> B do_a[vardepsexclude] known");
    set("C", "no yes");
    ck_assert_ptr_nonnull(strstr(key("do_a"), "C{yes no} = Set"));
}
END_TEST

/* Only the first text, in sorted order, adds what it refers to. */
START_TEST(removes)
{
    set("A", "a b c d");
    set("R1", "b");
    set("R2", "c");
    op("A:remove", "${R2}");
    op("A:remove", "${R1}");
    op("A:remove", "nothing");
    ck_assert_str_eq(key("A"), "a b c d\n_remove of ${R1}\n_remove of ${R2} -> R1");
}
END_TEST

START_TEST(module_functions)
{
    bb_sym refs[] = {BB_SYM("B"), BB_SYM("TMPDIR"), BB_SYM("OUT")},
           execs[] = {BB_SYM("mod.two"), BB_SYM("len")};
    struct bb_sig_modfunc funcs[] = {
        {BB_SYM("mod.one"), BB_STR("hash1"), {refs, 3, execs, 2, NULL, 0}},
        {BB_SYM("mod.two"), BB_STR("hash2"), {0}},
    };
    flag("mod.one", "vardepsexclude", "OUT");
    struct bb_sigconf *conf = make_conf(BB_SIG_EXCL_SUBSTRING, funcs, 2);
    ck_assert_str_eq(shown(conf, "mod.one"), "hash1 -> B mod.two");
    set("do_a", "exec mod.two\n");
    flag("do_a", "func", "1");
    flag("do_a", "python", "1");
    ck_assert_str_eq(shown(conf, "do_a"), "exec mod.two\n -> mod.two");
    bb_sigconf_free(conf);
}
END_TEST

static void expect_hash(const struct bb_sig_task *t, const char *text)
{
    char hex[65];
    bb_sha256(bb_str_z(text), hex);
    ck_assert_str_eq(t->basehash, hex);
}

START_TEST(hashes)
{
    struct bb_sig_recipe r;
    set("do_a", "${V} ${W}\n");
    flag("do_a", "func", "1");
    set("do_b", "do_b ${V}\n");
    flag("do_b", "func", "1");
    set("V", "${U}");
    set("U", "u");
    flag("V", "dirs", "${W} q");
    struct bb_sigconf *conf = make_conf(BB_SIG_EXCL_SUBSTRING, NULL, 0);
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, true, &r), 0);
    ck_assert_uint_eq(r.ntasks, 2);
    ck_str(r.tasks[0].name->name, "do_a");
    /* W does not exist: its name counts, not its value. do_b calls itself and so is part of its own text
     * twice. */
    expect_hash(&r.tasks[0], "${V} ${W}\nUuV${U}V[dirs]${W} qW");
    expect_hash(&r.tasks[1], "do_b ${V}\nUuV${U}V[dirs]${W} qWdo_bdo_b ${V}\n");
    ck_assert_uint_eq(r.tasks[0].ntaskdeps, 4);
    ck_str(r.tasks[0].taskdeps[1]->name, "V");
    ck_assert_uint_eq(r.nkeys, 6);
    ck_assert_ptr_null(bb_basehash_find(&r, BB_SYM("nope")));
    ck_str(bb_basehash_find(&r, BB_SYM("U"))->value.s, "u");
    struct bb_sig_recipe again;
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, false, &again), 0);
    ck_assert_ptr_null(again.keys);
    ck_assert_str_eq(again.tasks[1].basehash, r.tasks[1].basehash);
    bb_sigconf_free(conf);
}
END_TEST

/* Long values go their own way into the hash: beside each other, at the end, and of the task itself. */
START_TEST(long_values)
{
    static char a[20001], c[30001], text[120000];
    struct bb_sig_recipe r;
    memset(a, 'a', sizeof(a) - 1);
    memset(c, 'c', sizeof(c) - 1);
    set("do_a", "${A} ${B} ${C} ${D}");
    set("do_b", c);
    op("do_b:append", " ${D} ${C} ${A}");
    set("A", a);
    set("B", "b");
    set("C", c);
    set("D", a);
    struct bb_sigconf *conf = make_conf(BB_SIG_EXCL_SUBSTRING, NULL, 0);
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, false, &r), 0);
    snprintf(text, sizeof(text), "${A} ${B} ${C} ${D}A%sBbC%sD%s", a, c, a);
    expect_hash(&r.tasks[0], text);
    snprintf(text, sizeof(text), "%s ${D} ${C} ${A}A%sC%sD%s", c, a, c, a);
    expect_hash(&r.tasks[1], text);
    bb_sigconf_free(conf);
}
END_TEST

static char report[512];

static void keep(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *diag)
{
    if (diag->severity >= BB_ERROR)
        snprintf(report, sizeof(report), "%.*s", BB_STRF(diag->text));
}

START_TEST(refused_shell_text)
{
    struct bb_diag_sink sink = {keep};
    struct bb_sig_recipe r;
    set("do_a", "true\nif x\n  fi ${V}\n");
    flag("do_a", "func", "1");
    struct bb_sigconf *conf = make_conf(BB_SIG_EXCL_SUBSTRING, NULL, 0);
    ctx.diag = &sink;
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, false, &r), -BB_EREPORTED);
    ck_assert_str_eq(report,
                     "Error during parse shell code of 'do_a': unexpected 'fi', in line 3 of its expanded "
                     "text: fi ${V}");
    /* the configuration can be used again */
    set("do_a", "true\n");
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, false, &r), 0);
    bb_sigconf_free(conf);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        variables,         flags,   excluded_flags,   shell_functions, fixed_scan_values,
        python_functions,  removes, module_functions, hashes,          long_values,
        refused_shell_text};
    return unit_run("basehash", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
