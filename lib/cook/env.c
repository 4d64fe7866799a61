/* SPDX-License-Identifier: MIT */
#include "cook/env.h"

#include "base/rules.h"

#include <stdlib.h>

/* BitBake: utils.preserved_envvars and preserved_envvars_exported. */
static const char *const kept[] = {"BBPATH", "BB_PRESERVE_ENV"};
static const char *const kept_exported[] = {"BB_TASKHASH", "HOME", "LOGNAME", "PATH",    "PWD",
                                            "SHELL",       "USER", "LC_ALL",  "BBSERVER"};

/* The user's lists. */
static const bb_str list_name = {"BB_ENV_PASSTHROUGH", 18}, more_name = {"BB_ENV_PASSTHROUGH_ADDITIONS", 28};

#define IN_TABLE(table, name) in_table(table, sizeof(table) / sizeof(*(table)), name)
static bool in_table(const char *const *table, size_t n, bb_str name)
{
    for (size_t i = 0; i < n; i++)
        if (bb_str_eqz(name, table[i]))
            return true;
    return false;
}

void bb_env_init(struct bb_ctx *ctx, struct bb_env *env, char **environ_)
{
    size_t n = 0;
    while (environ_[n])
        n++;
    env->vars = bb_arena_array(&ctx->arena, struct bb_env_var, n + 1);
    env->vars[0] = (struct bb_env_var){BB_STR("LC_ALL"), BB_STR("en_US.UTF-8")};
    env->n = 1;
    for (size_t i = 0; i < n; i++) {
        bb_str whole = bb_arena_str(&ctx->arena, bb_str_z(environ_[i]));
        size_t eq = bb_str_chr(whole, '=', 0);
        if (eq != BB_NPOS && eq > 0 && !bb_str_eqz(bb_str_sub(whole, 0, eq), "LC_ALL"))
            env->vars[env->n++] = (struct bb_env_var){bb_str_sub(whole, 0, eq), bb_str_from(whole, eq + 1)};
    }
}

bb_str bb_env_get(const struct bb_env *env, bb_str name)
{
    for (size_t i = 0; i < env->n; i++)
        if (bb_str_eq(env->vars[i].name, name))
            return env->vars[i].value;
    return (bb_str){0};
}

static bool is_exported(enum bb_level level, bb_str name)
{
    return IN_TABLE(kept_exported, name) ||
           (bb_rules_has(level, BB_RULE_TERM_EXPORTED) && bb_str_eqz(name, "TERM"));
}

/* BitBake: utils.approved_variables. */
static bool is_approved(const struct bb_env *env, enum bb_level level, bb_str name)
{
    if (bb_env_get(env, BB_STR("BB_PRESERVE_ENV")).p)
        return true;
    bb_str list_var = bb_rules_variable(level, list_name), more_var = bb_rules_variable(level, more_name);
    bb_str list = bb_env_get(env, list_var), more = bb_env_get(env, more_var);
    if (list.p) {
        if (bb_str_has_word(list, name) || bb_str_eq(name, list_var))
            return true;
    } else if (IN_TABLE(kept, name) || is_exported(level, name)) {
        return true;
    }
    return more.p && (bb_str_has_word(more, name) || bb_str_eq(name, more_var));
}

static int refuse_renamed(struct bb_ctx *ctx, const struct bb_env *env)
{
    int r = 0;
    for (size_t i = 0; i < bb_rules_nrenames; i++)
        if (bb_env_get(env, bb_str_z(bb_rules_renames[i].was)).p)
            r = bb_error(ctx, "Shell environment variable %s has been renamed to %s", bb_rules_renames[i].was,
                         bb_rules_renames[i].now);
    return r;
}

int bb_env_inherit(struct bb_ctx *ctx, const struct bb_env *env, struct bb_store *d)
{
    struct bb_how how = {.op = "from env", .func = "inheritFromOS"};
    int failed = bb_rules_has(ctx->level, BB_RULE_RENAMED_VARIABLES) ? refuse_renamed(ctx, env) : 0;
    if (failed < 0)
        return failed;
    for (size_t i = 0; i < env->n; i++) {
        bb_str name = env->vars[i].name;
        if (!is_approved(env, ctx->level, name))
            continue;
        int r = bb_store_set(d, bb_sym_get(name), bb_val_s(env->vars[i].value), &how);
        if (r == 0 && is_exported(ctx->level, name))
            r = bb_store_set_flag(d, bb_sym_get(name), BB_SYM("export"), bb_val_b(true), &how);
        if (r < 0)
            return r;
    }
    return 0;
}

int bb_env_all(const struct bb_env *env, struct bb_store *d)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < env->n; i++)
        r = bb_store_set(d, bb_sym_get(env->vars[i].name), bb_val_s(env->vars[i].value),
                         &(struct bb_how){.ignore = true});
    return r;
}

bool bb_env_may_pass(const struct bb_env *env, bb_str name)
{
    return is_approved(env, BB_LEVEL_1_46, name) || is_approved(env, BB_LEVEL_2_8, name);
}

void bb_env_clean_process(const struct bb_env *env)
{
    for (size_t i = 0; i < env->n; i++) {
        bb_str name = env->vars[i].name;
        if (!bb_env_may_pass(env, name)) {
            BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
            bb_buf_adds(&z, name);
            unsetenv(z.p);
        }
    }
    setenv("LC_ALL", "en_US.UTF-8", 1);
}
