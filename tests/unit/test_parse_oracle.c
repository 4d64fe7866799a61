/* SPDX-License-Identifier: MIT */
/*
 * The recipes of tests/oracle/parse through the reference BitBake (environment variable BBC_REFERENCE, a
 * bitbake checkout) and through ours: every variable, flag, type, dependency and task of every variant has to
 * be the same. Nothing there needs Python to evaluate. Without a reference: exit code 77.
 */
#include <limits.h>

#include "base/path.h"
#include "os/os.h"
#include "parse/conf.h"
#include "parse/depends.h"
#include "parse/recipe.h"
#include "support/unit.h"

static struct bb_ctx ctx;

static const struct {
    const char *recipe, *append;
} recipes[] = {
    {"ops_1.0.bb", NULL},
    {"funcs_2.bb", NULL},
    {"tasks_3.bb", NULL},
    {"deferred_4.bb", "deferred_%.bbappend"},
};

/* --- our side, in the words of tests/oracle/parse_dump.py --- */

static void emit(struct bb_strvec *out, bb_str variant, bb_str key, const char *flag, bb_str text)
{
    BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;

    bb_buf_addf(&line, "%.*s: %.*s[%s] ", BB_STRF(variant.len ? variant : BB_STR("main")), BB_STRF(key),
                flag);
    for (size_t i = 0; i < text.len; i++)
        if (text.p[i] == '\n')
            bb_buf_addz(&line, "\\n");
        else
            bb_buf_addc(&line, text.p[i]);
    bb_vec_push(out, bb_arena_str(&ctx.arena, bb_buf_str(&line)));
}

static bb_str shown(struct bb_val v)
{
    struct bb_arena *a = &ctx.arena;
    BB_CLEAN_BUF struct bb_buf list = BB_BUF_INIT;

    switch (v.kind) {
    case BB_V_NONE:
        return BB_STR("none");
    case BB_V_STR:
        return bb_arena_cat(a, BB_STR("str "), v.s);
    case BB_V_INT:
        return bb_arena_fmt(a, "int %lld", (long long)v.i);
    case BB_V_BOOL:
        return bb_arena_fmt(a, "bool %s", v.i ? "True" : "False");
    case BB_V_LIST:
        bb_buf_addz(&list, "list ");
        for (size_t i = 0; i < v.list->n; i++)
            bb_buf_addf(&list, "%s%.*s", i ? "|" : "", BB_STRF(v.list->p[i]));
        return bb_arena_str(a, bb_buf_str(&list));
    case BB_V_OBJ:
    case BB_V_STORE:
        break;
    }
    return BB_STR("object");
}

static void emit_ops(struct bb_strvec *out, bb_str variant, struct bb_store *d, bb_sym var, bb_sym flag)
{
    enum bb_symop op = bb_str_eqz(flag->name, ":append")    ? BB_SYMOP_APPEND
                       : bb_str_eqz(flag->name, ":prepend") ? BB_SYMOP_PREPEND
                                                            : BB_SYMOP_REMOVE;
    const struct bb_varop *ops;
    size_t n;

    ck_assert_int_eq(bb_store_ops(d, var, op, &ops, &n), 0);
    for (size_t i = 0; i < n; i++)
        emit(out, variant, var->name, flag->name.p,
             bb_arena_fmt(&ctx.arena, "op %s %.*s", ops[i].override ? ops[i].override->name.p : "None",
                          BB_STRF(ops[i].text)));
}

static void emit_var(struct bb_strvec *out, bb_str variant, struct bb_store *d, bb_sym var)
{
    const struct bb_flag *flags;
    struct bb_val raw, v;
    size_t n;

    ck_assert_int_eq(bb_store_flags(d, var, true, &flags, &n), 0);
    for (size_t i = 0; i < n; i++)
        if (flags[i].name->name.p[0] == ':')
            emit_ops(out, variant, d, var, flags[i].name);
        else
            emit(out, variant, var->name, flags[i].name->name.p, shown(flags[i].val));
    ck_assert_int_eq(bb_store_get(d, var, 0, &raw), 0);
    if (raw.kind == BB_V_LIST)
        return;
    ck_assert_int_eq(bb_store_get(d, var, BB_GET_EXPAND, &v), 0);
    emit(out, variant, var->name, "expanded", shown(v));
}

static void emit_depends(struct bb_strvec *out, bb_str variant, struct bb_parser *p, struct bb_store *d,
                         bool base)
{
    struct bb_seenfile *dep;
    size_t n;

    ck_assert_int_eq(bb_depends_list(p, d, base, &dep, &n), 0);
    for (size_t i = 0; i < n; i++)
        emit(out, variant, base ? BB_STR("__base_depends") : BB_STR("__depends"), "path",
             bb_arena_fmt(&ctx.arena, "%.*s %s", BB_STRF(dep[i].path),
                          dep[i].state.kind != BB_FILE_ABSENT ? "there" : "missing"));
}

static void emit_tasks(struct bb_strvec *out, const struct bb_recipe_variant *v)
{
    static const char *const names[] = {
#define X(name, text) "graph " text,
        BB_TASKINFO_FLAGS(X)
#undef X
    };

    for (size_t i = 0; i < v->ntasks; i++) {
        BB_CLEAN_BUF struct bb_buf parents = BB_BUF_INIT;
        for (size_t k = 0; k < v->tasks[i].nparents; k++)
            bb_buf_addf(&parents, "%s%.*s", k ? "|" : "", BB_STRF(v->tasks[i].parents[k]));
        emit(out, v->name, v->tasks[i].name, "parents", bb_buf_str(&parents));
        for (size_t f = 0; f < BB_TI_COUNT; f++)
            if (v->tasks[i].flags[f].p)
                emit(out, v->name, v->tasks[i].name, names[f], v->tasks[i].flags[f]);
    }
}

static void dump(struct bb_strvec *out, struct bb_parser *p, const struct bb_recipe_variant *v)
{
    size_t n;
    bb_sym *keys;

    ck_assert_int_eq(bb_store_keys(v->d, &keys, &n), 0);
    for (size_t i = 0; i < n; i++) {
        bb_str name = keys[i]->name;
        if (!bb_str_eqz(name, "__depends") && !bb_str_eqz(name, "__base_depends") &&
            !bb_str_eqz(name, "__exportlist"))
            emit_var(out, v->name, v->d, keys[i]);
    }
    emit_depends(out, v->name, p, v->d, true);
    emit_depends(out, v->name, p, v->d, false);
    emit_tasks(out, v);
}

/* What cookerdata does around a recipe, as far as the recipe can see it. */
static struct bb_store *configure(struct bb_parser *p, bb_str folder)
{
    struct bb_store *d = bb_store_new(&ctx, NULL);

    bb_store_setz(d, "BBPATH", folder);
    bb_store_setz(d, "__bbclasstype", BB_STR("global"));
    ck_assert_int_eq(bb_conf_handle(p, d, bb_arena_fmt(&ctx.arena, "%.*s/conf/test.conf", BB_STRF(folder))),
                     0);
    bb_store_rename(d, BB_SYM("__depends"), BB_SYM("__base_depends"), NULL);
    bb_store_setz(d, "__bbclasstype", BB_STR("recipe"));
    bb_store_freeze(d);
    return d;
}

static void ours(struct bb_strvec *out, bb_str folder, bb_str recipe, const bb_str *append)
{
    struct bb_parser *p = bb_parser_new(&ctx, NULL);
    struct bb_store *d = configure(p, folder);
    struct bb_recipe_request req = {.path = recipe, .appends = append, .nappends = append ? 1 : 0};
    struct bb_recipe_variants v;

    ck_assert_int_eq(bb_recipe_parse(p, d, &req, &v), 0);
    for (size_t i = 0; i < v.n; i++)
        dump(out, p, &v.v[i]);
    bb_recipe_release(&v);
    bb_store_unref(d);
    bb_parser_free(p);
}

/* --- both sides --- */

static void theirs(struct bb_strvec *out, const char *oracle, bb_str folder, bb_str recipe,
                   const bb_str *append)
{
    char cmd[3 * PATH_MAX], *line = NULL;
    size_t cap = 0;
    ssize_t n;
    FILE *f;

    snprintf(cmd, sizeof(cmd), "python3 '%s/parse_dump.py' '%.*s' '%.*s' %s", oracle, BB_STRF(folder),
             BB_STRF(recipe), append ? append->p : "");
    f = popen(cmd, "r");
    ck_assert_ptr_nonnull(f);
    while ((n = getline(&line, &cap, f)) > 0)
        bb_vec_push(out, bb_arena_str(&ctx.arena, bb_str_n(line, (size_t)n - 1)));
    free(line);
    ck_assert_int_eq(pclose(f), 0);
}

/* Prints the lines that only one side has; their number. */
static size_t compare(struct bb_strvec *a, struct bb_strvec *b)
{
    size_t i = 0, k = 0, diffs = 0;

    bb_strvec_sort(a);
    bb_strvec_sort(b);
    while (i < a->n || k < b->n) {
        int c = i == a->n ? 1 : k == b->n ? -1 : bb_str_cmp(a->p[i], b->p[k]);
        if (c != 0 && ++diffs)
            printf("%s %.*s\n", c < 0 ? "bbc      " : "reference", BB_STRF(c < 0 ? a->p[i] : b->p[k]));
        i += c <= 0;
        k += c >= 0;
    }
    return diffs;
}

START_TEST(same_as_the_reference)
{
    char *real = realpath(BBC_TESTS_DIR "/oracle", NULL);
    bb_str folder = bb_arena_fmt(&ctx.arena, "%s/parse", real);

    for (size_t i = 0; i < sizeof(recipes) / sizeof(*recipes); i++) {
        bb_str recipe = bb_arena_fmt(&ctx.arena, "%.*s/recipes/%s", BB_STRF(folder), recipes[i].recipe);
        bb_str append = bb_arena_fmt(&ctx.arena, "%.*s/recipes/%s", BB_STRF(folder),
                                     recipes[i].append ? recipes[i].append : "");
        struct bb_strvec a = {0}, b = {0};
        ours(&a, folder, recipe, recipes[i].append ? &append : NULL);
        theirs(&b, real, folder, recipe, recipes[i].append ? &append : NULL);
        ck_assert_uint_gt(b.n, 100);
        ck_assert_msg(compare(&a, &b) == 0, "%s differs", recipes[i].recipe);
        bb_vec_release(&a);
        bb_vec_release(&b);
    }
    free(real);
}
END_TEST

int main(void)
{
    if (!getenv("BBC_REFERENCE"))
        return 77;
    Suite *s = suite_create("oracle");
    TCase *c = tcase_create("parse");
    SRunner *r;
    int failed;

    bb_ctx_init(&ctx);
    ctx.os = bb_os_posix();
    tcase_set_timeout(c, 100);
    tcase_add_test(c, same_as_the_reference);
    suite_add_tcase(s, c);
    r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    bb_ctx_release(&ctx);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
