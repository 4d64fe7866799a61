/* SPDX-License-Identifier: MIT */
/*
 * The caller's environment: which variables reach the configuration (BB_ENV_PASSTHROUGH, BB_ENV_PASSTHROUGH_ADDITIONS,
 * BB_PRESERVE_ENV and BitBake's built-in list; by other names before 2.0), and what the whole of it was (BB_ORIGENV).
 */
#ifndef BB_COOK_ENV_H
#define BB_COOK_ENV_H

#include "data/store.h"

struct bb_env_var {
    bb_str name, value;
};

struct bb_env {
    struct bb_env_var *vars; /* everything, in the caller's order */
    size_t n;
};

/* Copies `environ` (NAME=VALUE strings, NULL-terminated) into ctx->arena. LC_ALL is en_US.UTF-8 whatever it was:
 * BitBake forces it (utils.filter_environment). */
void bb_env_init(struct bb_ctx *ctx, struct bb_env *env, char **environ);
/* The value, p NULL when unset. */
bb_str bb_env_get(const struct bb_env *env, bb_str name);
/*
 * Sets the approved variables (bb.utils.approved_variables) in `d`, as bb.data.inheritFromOS does; those of the
 * exported list get the export flag. Names that are no longer in use are an error.
 */
int bb_env_inherit(struct bb_ctx *ctx, const struct bb_env *env, struct bb_store *d);
/* Sets every variable of the caller's environment: BB_ORIGENV. */
int bb_env_all(const struct bb_env *env, struct bb_store *d);
/* Whether a variable is approved at some level. */
bool bb_env_may_pass(const struct bb_env *env, bb_str name);
/*
 * Removes all variables but those that some level approves from this process' own environment, so that children see
 * no more. The level itself is not known yet: the configuration says it.
 */
void bb_env_clean_process(const struct bb_env *env);

#endif
