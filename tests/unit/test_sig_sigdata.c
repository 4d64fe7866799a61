/* SPDX-License-Identifier: MIT */
#include "sig/sigcompare.h"

#include "ext/tar.h"
#include "os/fs.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_store *d;
static struct bb_arena arena;
static struct bb_sigconf *conf;
static struct bb_sig_recipe recipe;
static char *dir;
static char report[512];

static void keep(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *diag)
{
    snprintf(report, sizeof(report), "%.*s", BB_STRF(diag->text));
}
static struct bb_diag_sink sink = {keep};

static void setup(void)
{
    bb_str tasks[] = {BB_STR("do_a")};
    bb_ctx_init(&ctx);
    ctx.diag = &sink;
    bb_arena_init(&arena);
    dir = unit_tmpdir();
    d = bb_store_new(&ctx, NULL);
    bb_store_setz(d, "BB_BASEHASH_IGNORE_VARS", BB_STR("TMPDIR FILE"));
    bb_store_setz(d, "BB_SIGNATURE_EXCLUDE_FLAGS", BB_STR("func"));
    bb_store_set(d, BB_SYM("__BBTASKS"), bb_val_list(bb_store_arena(d), tasks, 1), NULL);
    bb_store_setz(d, "do_a", BB_STR("run ${V}\n"));
    bb_store_set_flag(d, BB_SYM("do_a"), BB_SYM("func"), bb_val_b(true), NULL);
    bb_store_set_flag(d, BB_SYM("do_a"), BB_SYM("task"), bb_val_b(true), NULL);
    bb_store_setz(d, "V", BB_STR("\xc3\xa4 \"v\""));
    conf = bb_sigconf_new(d, BB_SIG_EXCL_SUBSTRING, NULL, 0);
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, true, &recipe), 0);
}

static void teardown(void)
{
    bb_sigconf_free(conf);
    bb_store_unref(d);
    unit_rmdir(dir);
    bb_arena_release(&arena);
    bb_ctx_release(&ctx);
}

static struct bb_taskhash_dep deps[] = {{BB_STR("a:do_x"), BB_STR("/a.bb:do_x"), BB_STR("h1")},
                                        {BB_STR("b:do_y"), BB_STR("/b.bb:do_y"), BB_STR("h2")}};
static struct bb_filesum files[] = {{BB_STR("/s/./sub/f"), BB_STR("m1")},
                                    {BB_STR("/s/p.patch"), BB_STR("m2")}};

static struct bb_sigdata with_run(const char *taint, char hash[65])
{
    struct bb_sigdata s;
    struct bb_taskhash_in in = {bb_str_z(recipe.tasks[0].basehash), deps, 2, files, 2, bb_str_z(taint)};
    bb_taskhash_compute(BB_LEVEL_2_8, &in, hash);
    bb_sigdata_base(conf, &recipe, &recipe.tasks[0], &arena, &s);
    bb_sigdata_add_run(&s, &arena, &in, bb_str_n(hash, 64), bb_str_n(hash, 64));
    return s;
}

START_TEST(json_text)
{
    struct bb_sigdata s;
    struct bb_buf b = BB_BUF_INIT;
    char want[2048], hash[65];
    bb_sigdata_base(conf, &recipe, &recipe.tasks[0], &arena, &s);
    bb_sigdata_json(&s, &b);
    snprintf(want, sizeof(want),
             "{\"basehash\":\"%s\",\"basehash_ignore_vars\":{\"_set_object\":[\"FILE\",\"TMPDIR\"]},"
             "\"gendeps\":{\"V\":{\"_set_object\":[]},\"do_a[task]\":{\"_set_object\":[]}},\"task\":\"do_a\","
             "\"taskdeps\":{\"_set_object\":[\"V\",\"do_a[task]\"]},\"taskhash_ignore_tasks\":null,"
             "\"varvals\":{\"V\":\"\\u00e4 \\\"v\\\"\",\"do_a\":\"run ${V}\\n\",\"do_a[task]\":true}}",
             recipe.tasks[0].basehash);
    ck_assert_str_eq(b.p, want);
    bb_buf_clear(&b);
    s = with_run("nostamp:1-2", hash);
    bb_sigdata_json(&s, &b);
    ck_assert_ptr_nonnull(
        strstr(b.p, "\"file_checksum_values\":[[\"./sub/f\",\"m1\"],[\"p.patch\",\"m2\"]],"));
    ck_assert_ptr_nonnull(
        strstr(b.p, "\"runtaskdeps\":[\"a:do_x\",\"b:do_y\"],\"runtaskhashes\":{\"a:do_x\":\"h1\","
                    "\"b:do_y\":\"h2\"},\"taint\":\"nostamp:1-2\",\"task\":"));
    bb_buf_release(&b);
}
END_TEST

START_TEST(renamed)
{
    struct bb_sigdata s;
    struct bb_buf b = BB_BUF_INIT, again = BB_BUF_INIT;
    char hash[65];
    s = with_run("nostamp:1-2", hash);
    bb_sigdata_json(&s, &b);
    bb_str json = bb_buf_str(&b);
    ck_assert_int_eq(bb_sigdata_rename(&arena, &json, BB_STR("abcd")), 0);
    s.unihash = BB_STR("abcd");
    bb_sigdata_json(&s, &again);
    ck_str(json, again.p);
    json = BB_STR("{\"task\":\"unihash\"}");
    ck_assert_int_eq(bb_sigdata_rename(&arena, &json, BB_STR("abcd")), -BB_ECORRUPT);
    bb_buf_release(&b);
    bb_buf_release(&again);
}
END_TEST

/* Up to 2.2 taskdeps is a list, and up to 2.4 dependencies go by their recipe's file. */
START_TEST(forms_of_levels)
{
    static const struct {
        enum bb_level level;
        const char *taskdeps, *deps;
    } forms[] = {
        {BB_LEVEL_2_2, "\"taskdeps\":[\"V\",\"do_a[task]\"],",
         "\"runtaskdeps\":[\"/a.bb:do_x\",\"/b.bb:do_y\"],"},
        {BB_LEVEL_2_4, "\"taskdeps\":{\"_set_object\":", "\"runtaskhashes\":{\"/a.bb:do_x\":\"h1\","},
        {BB_LEVEL_2_6, "\"taskdeps\":{\"_set_object\":", "\"runtaskhashes\":{\"a:do_x\":\"h1\","},
    };
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        struct bb_buf b = BB_BUF_INIT;
        struct bb_sigdata back;
        char hash[65], calc[65];
        ctx.level = forms[i].level;
        struct bb_sigdata s = with_run("", hash);
        bb_sigdata_json(&s, &b);
        ck_assert_ptr_nonnull(strstr(b.p, forms[i].taskdeps));
        ck_assert_ptr_nonnull(strstr(b.p, forms[i].deps));
        ck_assert_int_eq(bb_sigdata_write(&ctx, "form", bb_buf_str(&b)), 0);
        ck_assert_int_eq(bb_sigdata_read(&ctx, "form", &arena, &back), 0);
        ck_assert_uint_eq(back.taskdeps.n, 2);
        bb_sigdata_calc_basehash(&back, calc);
        ck_assert_str_eq(calc, recipe.tasks[0].basehash);
        bb_buf_release(&b);
    }
}
END_TEST

START_TEST(there_and_back)
{
    struct bb_buf b1 = BB_BUF_INIT, b2 = BB_BUF_INIT;
    char hash[65], calc[65];
    struct bb_sigdata s = with_run("", hash), back;
    bb_sigdata_json(&s, &b1);
    ck_assert_int_eq(bb_sigdata_write(&ctx, "new/folder/x.sigdata.h", bb_buf_str(&b1)), 0);
    ck_assert_int_eq(bb_sigdata_read(&ctx, "new/folder/x.sigdata.h", &arena, &back), 0);
    bb_sigdata_json(&back, &b2);
    ck_assert_str_eq(b1.p, b2.p);
    bb_sigdata_calc_basehash(&back, calc);
    ck_assert_str_eq(calc, recipe.tasks[0].basehash);
    bb_sigdata_calc_taskhash(&back, calc);
    ck_assert_str_eq(calc, hash);
    bb_buf_release(&b1);
    bb_buf_release(&b2);
}
END_TEST

static void put_packed(const char *path, const char *text)
{
    struct bb_buf b = BB_BUF_INIT;
    ck_assert_int_eq(bb_zstd_pack(bb_str_z(text), 0, &b), 0);
    ck_assert_int_eq(bb_fs_write(path, bb_buf_str(&b), 0), 0);
    bb_buf_release(&b);
}

START_TEST(damaged_files)
{
    struct bb_sigdata s;
    ck_assert_int_lt(bb_sigdata_read(&ctx, "none", &arena, &s), 0);
    ck_assert_ptr_nonnull(strstr(report, "Failed to open sigdata file 'none': "));
    bb_fs_write("plain", BB_STR("{}"), 0);
    ck_assert_int_lt(bb_sigdata_read(&ctx, "plain", &arena, &s), 0);
    put_packed("notjson", "{\"a\":");
    ck_assert_int_eq(bb_sigdata_read(&ctx, "notjson", &arena, &s), -BB_ECORRUPT);
    put_packed("other", "{\"a\":1}");
    ck_assert_int_eq(bb_sigdata_read(&ctx, "other", &arena, &s), -BB_ECORRUPT);
    ck_assert_ptr_nonnull(strstr(report, "it has no 'basehash'"));
    /* odd kinds of values are read as if they were absent */
    put_packed("odd", "{\"basehash\":\"x\",\"varvals\":{\"a\":{},\"b\":[1,\"q\"]},\"gendeps\":{\"c\":3},"
                      "\"runtaskdeps\":{\"x\":1},\"file_checksum_values\":[1,[2]],\"taskdeps\":[]}");
    ck_assert_int_eq(bb_sigdata_read(&ctx, "odd", &arena, &s), 0);
    ck_assert_uint_eq(s.nvars, 3);
    struct bb_strvec v = {0};
    bb_sigcompare_dump(&s, &arena, &v);
    ck_assert_uint_gt(v.n, 3);
    bb_vec_release(&v);
}
END_TEST

static const char *joined(const struct bb_strvec *v)
{
    struct bb_buf b = BB_BUF_INIT;
    for (size_t i = 0; i < v->n; i++)
        bb_buf_addf(&b, "%.*s\n", BB_STRF(v->p[i]));
    const char *s = bb_arena_strz(&arena, bb_buf_str(&b));
    bb_buf_release(&b);
    return s;
}

START_TEST(differences)
{
    struct bb_sigcompare_opts o = {0};
    struct bb_strvec v = {0};
    char h1[65], h2[65], first[65];
    struct bb_sigdata a = with_run("", h1);
    bb_sigcompare_diff(&a, &a, &o, &arena, &v);
    ck_assert_uint_eq(v.n, 0);
    strcpy(first, recipe.tasks[0].basehash);
    a.basehash = bb_str_z(first);
    bb_store_setz(d, "V", BB_STR("\xc3\xa4 w"));
    bb_store_setz(d, "do_a", BB_STR("run ${V}\nmore ${W}\n"));
    struct bb_sig_recipe old = recipe;
    ck_assert_int_eq(bb_basehash_recipe(conf, d, &arena, true, &recipe), 0);
    struct bb_sigdata b = with_run("x", h2);
    b.deps = (struct bb_taskhash_dep[]){deps[0], {BB_STR("c:do_z"), BB_STR("/c"), BB_STR("h3")}};
    b.files = (struct bb_filesum[]){{BB_STR("./sub/f"), BB_STR("m9")}, {BB_STR("q"), BB_STR("m3")}};
    bb_sigcompare_diff(&a, &b, &o, &arena, &v);
    struct bb_buf want = BB_BUF_INIT;
    bb_buf_addf(&want,
                "Task dependencies changed from:\n['V', 'do_a[task]']\nto:\n['V', 'W', 'do_a[task]']\n"
                "basehash changed from %s to %s\n"
                "Dependency on variable W was added\n"
                "Variable V value changed:\n\"\xc3\xa4 [-\"v\"-] {+w+}\"\n"
                "Variable do_a value changed:\n@@ -1 +1,2 @@\n run ${V}\n+more ${W}\n"
                "Checksum for file ./sub/f changed from m1 to m9\n"
                "Dependency on checksum of file q was added\n"
                "Dependency on checksum of file p.patch was removed\n"
                "runtaskdeps changed:\n['a:do_x', -b:do_y, +c:do_z]\n"
                "b:do_y with hash h2\n changed to\nc:do_z with hash h3\n"
                "Dependency on task c:do_z was added with hash h3\n"
                "Dependency on task b:do_y was removed with hash h2\n"
                "Taint (by forced/invalidated task) changed from None to x\n",
                old.tasks[0].basehash, recipe.tasks[0].basehash);
    ck_assert_str_eq(joined(&v), want.p);
    bb_buf_release(&want);
    bb_vec_release(&v);
}
END_TEST

static size_t explain(void *self, bb_str pnid, bb_str from, bb_str to, struct bb_strvec *lines)
{
    ck_str(pnid, "b:do_y");
    bb_vec_push(lines, BB_STR("because"));
    return 1;
}

START_TEST(followed_dependencies)
{
    struct bb_sigcompare_opts o = {.recurse = explain};
    struct bb_strvec v = {0};
    char hash[65];
    struct bb_sigdata a = with_run("", hash), b = a;
    b.deps = (struct bb_taskhash_dep[]){deps[0], {BB_STR("b:do_y"), BB_STR("/b"), BB_STR("h9")}};
    b.taint = BB_STR("x");
    bb_sigcompare_diff(&a, &b, &o, &arena, &v);
    ck_assert_str_eq(joined(&v), "Hash for task dependency b:do_y changed from h2 to h9\nbecause\n"
                                 "Taint (by forced/invalidated task) changed from None to x\n");
    v.n = 0;
    o.collapsed = true;
    bb_sigcompare_diff(&a, &b, &o, &arena, &v);
    ck_assert_str_eq(joined(&v), "because\nTaint (by forced/invalidated task) changed from None to x\n");
    bb_vec_release(&v);
}
END_TEST

START_TEST(dumped)
{
    struct bb_strvec v = {0};
    char hash[65];
    struct bb_sigdata s = with_run("nostamp:1-2", hash);
    bb_sigcompare_dump(&s, &arena, &v);
    struct bb_buf want = BB_BUF_INIT;
    bb_buf_addf(
        &want,
        "basehash_ignore_vars: ['FILE', 'TMPDIR']\ntaskhash_ignore_tasks: []\n"
        "Task dependencies: ['V', 'do_a[task]']\nbasehash: %s\n"
        "List of dependencies for variable V is []\nList of dependencies for variable do_a[task] is []\n"
        "Variable V value is \xc3\xa4 \"v\"\nVariable do_a value is run ${V}\n\n"
        "Variable do_a[task] value is True\n"
        "Tasks this task depends on: ['a:do_x', 'b:do_y']\n"
        "This task depends on the checksums of files: [['./sub/f', 'm1'], ['p.patch', 'm2']]\n"
        "Hash for dependent task a:do_x is h1\nHash for dependent task b:do_y is h2\n"
        "Tainted (by forced/invalidated task): nostamp(uuid4):1-2\n"
        "Computed base hash is %s and from file %s\nComputed task hash is %s\n",
        recipe.tasks[0].basehash, recipe.tasks[0].basehash, recipe.tasks[0].basehash, hash);
    ck_assert_str_eq(joined(&v), want.p);
    bb_buf_release(&want);
    bb_vec_release(&v);
}
END_TEST

START_TEST(dumped_without_run)
{
    struct bb_strvec v = {0};
    struct bb_sigdata s;
    bb_sigdata_base(conf, &recipe, &recipe.tasks[0], &arena, &s);
    s.ignore_tasks = BB_STR("^x$");
    bb_sigcompare_dump(&s, &arena, &v);
    const char *text = joined(&v);
    ck_assert_ptr_nonnull(strstr(text, "taskhash_ignore_tasks: ['^x$']\n"));
    ck_assert_ptr_null(strstr(text, "Tasks this task depends on"));
    ck_assert_ptr_null(strstr(text, "Computed task hash"));
    ck_assert_ptr_nonnull(strstr(text, "Computed base hash is "));
    bb_vec_release(&v);
}
END_TEST

/* Sets are shown in the order of names. */
START_TEST(changed_sets)
{
    struct bb_sigcompare_opts o = {0};
    struct bb_strvec v = {0};
    struct bb_sigdata a, b;
    bb_sigdata_base(conf, &recipe, &recipe.tasks[0], &arena, &a);
    b = a;
    bb_str more[] = {BB_STR("AAA"), BB_STR("FILE"), BB_STR("ZZZ")};
    b.ignore_vars = (struct bb_strvec){more, 3, 3};
    b.ignore_tasks = BB_STR("y");
    bb_sigcompare_diff(&a, &b, &o, &arena, &v);
    ck_assert_str_eq(
        joined(&v),
        "basehash_ignore_vars changed from 'frozenset({'FILE', 'TMPDIR'})' to 'frozenset({'AAA', 'FILE', "
        "'ZZZ'})'\nchanged items: frozenset({'AAA', 'TMPDIR', 'ZZZ'})\n"
        "taskhash_ignore_tasks changed from 'None' to 'y'\n");
    v.n = 0;
    o.colour = true;
    bb_str q[] = {BB_STR("Q")};
    struct bb_sigdata_var vars[] = {a.vars[0], a.vars[1], a.vars[2]};
    b = a;
    b.vars = vars;
    vars[0].deps = q;
    vars[0].ndeps = 1;
    bb_sigcompare_diff(&a, &b, &o, &arena, &v);
    ck_assert_str_eq(joined(&v),
                     "\033[1mList of dependencies for variable V changed from '\033[0mfrozenset()\033[1m' "
                     "to '\033[0mfrozenset({'Q'})\033[1m'\033[0m\n");
    bb_vec_release(&v);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {json_text,          renamed,     forms_of_levels,       there_and_back,
                                  damaged_files,      differences, followed_dependencies, dumped,
                                  dumped_without_run, changed_sets};
    return unit_run("sigdata", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
