/* SPDX-License-Identifier: MIT */
#include "base/rules.h"

static const struct {
    bb_str name;
    uint32_t levels; /* bit n: holds at the n-th level */
    const char *since;
    bb_str word;
} rules[BB_RULE_COUNT] = {
#define ONLY(level)                  (1u << BB_LEVEL_##level)
#define FROM(level)                  (0u - ONLY(level))
#define UPTO(level)                  (2 * ONLY(level) - 1)
#define X(name, levels, since, word) {BB_STR(#name), levels, since, BB_STR(word)},
    BB_RULES(X)
#undef X
#undef UPTO
#undef FROM
#undef ONLY
};

bool bb_rules_has(enum bb_level level, enum bb_rule rule)
{
    return rules[rule].levels >> level & 1;
}

enum bb_rule bb_rules_find(bb_str name)
{
    enum bb_rule rule = 0;

    while (rule < BB_RULE_COUNT && !bb_str_eq(rules[rule].name, name))
        rule++;
    return rule;
}

/* BitBake: bitbake_renamed_vars. */
const struct bb_rules_rename bb_rules_renames[] = {
    {"BB_ENV_WHITELIST", "BB_ENV_PASSTHROUGH"},
    {"BB_ENV_EXTRAWHITE", "BB_ENV_PASSTHROUGH_ADDITIONS"},
    {"BB_HASHBASE_WHITELIST", "BB_BASEHASH_IGNORE_VARS"},
    {"BB_HASHCONFIG_WHITELIST", "BB_HASHCONFIG_IGNORE_VARS"},
    {"BB_HASHTASK_WHITELIST", "BB_TASKHASH_IGNORE_TASKS"},
    {"BB_SETSCENE_ENFORCE_WHITELIST", "BB_SETSCENE_ENFORCE_IGNORE_TASKS"},
    {"MULTI_PROVIDER_WHITELIST", "BB_MULTI_PROVIDER_ALLOWED"},
    {"BB_STAMP_WHITELIST", "is a deprecated variable and support has been removed"},
    {"BB_STAMP_POLICY", "is a deprecated variable and support has been removed"},
};
const size_t bb_rules_nrenames = sizeof(bb_rules_renames) / sizeof(*bb_rules_renames);

bb_str bb_rules_variable(enum bb_level level, bb_str name)
{
    if (bb_rules_has(level, BB_RULE_RENAMED_VARIABLES))
        return name;
    for (size_t i = 0; i < bb_rules_nrenames; i++)
        if (bb_str_eqz(name, bb_rules_renames[i].now))
            return bb_str_z(bb_rules_renames[i].was);
    return name;
}

bb_str bb_rules_word(enum bb_rule rule)
{
    return rules[rule].word;
}

const char *bb_rules_since(enum bb_rule rule)
{
    return rules[rule].since;
}

const char *bb_rules_version(enum bb_level level)
{
    static const char *const versions[] = {
#define X(name, number, version, series) version,
        BB_LEVELS(X)
#undef X
    };
    return versions[level];
}
