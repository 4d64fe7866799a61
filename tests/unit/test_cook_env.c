/* SPDX-License-Identifier: MIT */
#include "cook/env.h"
#include "support/unit.h"

static struct bb_ctx ctx;
static struct bb_env env;

static bool is_set(struct bb_store *d, const char *name)
{
    struct bb_val v;
    return bb_store_get(d, bb_sym_z(name), 0, &v) == 0 && v.kind != BB_V_NONE;
}

static void start(char **vars)
{
    bb_ctx_init(&ctx);
    bb_env_init(&ctx, &env, vars);
}

START_TEST(keeps_all_but_the_locale)
{
    char *vars[] = {(char *)"LC_ALL=C", (char *)"X=a=b", (char *)"=odd", (char *)"novalue", NULL};
    start(vars);
    ck_assert_uint_eq(env.n, 2);
    ck_str(bb_env_get(&env, BB_STR("LC_ALL")), "en_US.UTF-8");
    ck_str(bb_env_get(&env, BB_STR("X")), "a=b");
    ck_assert_ptr_null(bb_env_get(&env, BB_STR("novalue")).p);
    bb_ctx_release(&ctx);
}
END_TEST

START_TEST(passes_the_built_in_list)
{
    char *vars[] = {(char *)"HOME=/h", (char *)"BBPATH=/b", (char *)"SECRET=s", NULL};
    struct bb_val v;
    start(vars);
    struct bb_store *d = bb_store_new(&ctx, NULL);
    ck_assert_int_eq(bb_env_inherit(&ctx, &env, d), 0);
    ck_assert(is_set(d, "HOME") && is_set(d, "BBPATH") && !is_set(d, "SECRET"));
    ck_assert_int_eq(bb_store_get_flag(d, BB_SYM("HOME"), BB_SYM("export"), 0, &v), 0);
    ck_assert_int_eq(v.kind, BB_V_BOOL);
    ck_assert_int_eq(bb_store_get_flag(d, BB_SYM("BBPATH"), BB_SYM("export"), 0, &v), 0);
    ck_assert_int_eq(v.kind, BB_V_NONE);
    bb_store_unref(d);
    bb_ctx_release(&ctx);
}
END_TEST

START_TEST(passes_what_the_user_lists)
{
    char *more[] = {(char *)"BB_ENV_PASSTHROUGH_ADDITIONS=A", (char *)"A=1", (char *)"B=1", (char *)"HOME=/h",
                    NULL};
    char *only[] = {(char *)"BB_ENV_PASSTHROUGH=A", (char *)"A=1", (char *)"HOME=/h", NULL};
    char *all[] = {(char *)"BB_PRESERVE_ENV=1", (char *)"B=1", NULL};
    start(more);
    ck_assert(bb_env_may_pass(&env, BB_STR("A")) && bb_env_may_pass(&env, BB_STR("HOME")));
    ck_assert(!bb_env_may_pass(&env, BB_STR("B")));
    bb_ctx_release(&ctx);
    start(all);
    ck_assert(bb_env_may_pass(&env, BB_STR("B")));
    bb_ctx_release(&ctx);
    start(only);
    struct bb_store *d = bb_store_new(&ctx, NULL);
    ck_assert_int_eq(bb_env_inherit(&ctx, &env, d), 0);
    ck_assert(is_set(d, "A") && !is_set(d, "HOME"));
    bb_store_unref(d);
    bb_ctx_release(&ctx);
}
END_TEST

static unsigned told;

static void count(struct bb_diag_sink *self, struct bb_ctx *c, const struct bb_diag *d)
{
    ck_assert(bb_str_has(d->text, BB_STR("BB_ENV_WHITELIST has been renamed to BB_ENV_PASSTHROUGH")));
    told++;
}

START_TEST(refuses_old_names)
{
    char *vars[] = {(char *)"BB_ENV_WHITELIST=A", NULL};
    struct bb_diag_sink sink = {count};
    start(vars);
    ctx.diag = &sink;
    struct bb_store *d = bb_store_new(&ctx, NULL);
    ck_assert_int_eq(bb_env_inherit(&ctx, &env, d), -BB_EREPORTED);
    ck_assert_uint_eq(told, 1);
    bb_store_unref(d);
    bb_ctx_release(&ctx);
}
END_TEST

/* BB_ORIGENV has everything. */
START_TEST(sets_all)
{
    char *vars[] = {(char *)"SECRET=s", NULL};
    start(vars);
    struct bb_store *d = bb_store_new(&ctx, NULL);
    ck_assert_int_eq(bb_env_all(&env, d), 0);
    ck_assert(is_set(d, "SECRET") && is_set(d, "LC_ALL"));
    bb_store_unref(d);
    bb_ctx_release(&ctx);
}
END_TEST

UNIT_MAIN("env", keeps_all_but_the_locale, passes_the_built_in_list, passes_what_the_user_lists,
          refuses_old_names, sets_all)
