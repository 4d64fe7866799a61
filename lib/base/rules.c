/* SPDX-License-Identifier: MIT */
#include "base/rules.h"

/* The levels at both ends of the table. */
#define FIRST BB_LEVEL_1_46
#define LAST  BB_LEVEL_2_18

static const struct {
    enum bb_level from, to;
    const char *since; /* the release that brought it, which may lie between two levels */
    bb_str word;
} rules[BB_RULE_COUNT] = {
    [BB_RULE_INHERIT_DEFER] = {BB_LEVEL_2_8, LAST, "2.8", BB_STR("inherit_defer")},
    [BB_RULE_INCLUDE_ALL] = {BB_LEVEL_2_18, LAST, "2.12", BB_STR("include_all")},
    [BB_RULE_ADDFRAGMENTS] = {BB_LEVEL_2_18, LAST, "2.12", BB_STR("addfragments")},

    [BB_RULE_COLON_OVERRIDES] = {BB_LEVEL_2_0, LAST, "1.52", BB_STR("")},
    [BB_RULE_RENAMED_VARIABLES] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_EMPTY_OPERATIONS] = {FIRST, BB_LEVEL_1_46, "", BB_STR("")},
    [BB_RULE_LOWER_UNFILED] = {FIRST, BB_LEVEL_2_2, "", BB_STR("")},
    [BB_RULE_CODE_BRACES] = {BB_LEVEL_2_8, LAST, "2.4", BB_STR("")},
    [BB_RULE_HIDDEN_FUNCTIONS] = {FIRST, BB_LEVEL_2_2, "", BB_STR("")},
    [BB_RULE_EXPORT_WORDS] = {BB_LEVEL_2_8, LAST, "2.4", BB_STR("")},
    [BB_RULE_ODD_OPS] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_TASK_KEYWORDS] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_DELTASK_WORDS] = {BB_LEVEL_2_0, LAST, "1.48", BB_STR("")},
    [BB_RULE_CLASS_FOLDERS] = {BB_LEVEL_2_2, LAST, "2.2", BB_STR("")},
    [BB_RULE_STUB_MARK] = {BB_LEVEL_2_8, LAST, "2.8", BB_STR("")},
    [BB_RULE_STUB_FLAGS] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_ANON_TILDE] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_DEFERRED_VARIANTS] = {BB_LEVEL_2_8, LAST, "2.8", BB_STR("")},
    [BB_RULE_KEYS_EVENT] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_LAYER_NAME] = {BB_LEVEL_2_8, LAST, "2.4", BB_STR("")},

    [BB_RULE_GUARDED_SERIES] = {BB_LEVEL_2_8, LAST, "2.4", BB_STR("")},
    [BB_RULE_INVERTED_DYNAMIC] = {BB_LEVEL_2_0, LAST, "1.48", BB_STR("")},
    [BB_RULE_CACHEDIR] = {BB_LEVEL_2_8, LAST, "2.4", BB_STR("")},
    [BB_RULE_PASSTHROUGH] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_EMPTY_BASE_MC] = {BB_LEVEL_2_18, LAST, "2.12", BB_STR("")},

    [BB_RULE_CONTAINS_EXCLUDES] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_FALSE_IS_EMPTY] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_VALUE_EXCLUDES] = {BB_LEVEL_2_0, LAST, "2.0", BB_STR("")},
    [BB_RULE_REMOVES_TWICE] = {BB_LEVEL_2_0, BB_LEVEL_2_0, "2.0", BB_STR("")},
    [BB_RULE_SHELL_DQUOTES] = {BB_LEVEL_2_18, LAST, "2.10", BB_STR("")},
    [BB_RULE_FILE_NAMES] = {BB_LEVEL_2_18, LAST, "2.10", BB_STR("")},
};

bool bb_rules_has(enum bb_level level, enum bb_rule rule)
{
    return level >= rules[rule].from && level <= rules[rule].to;
}

bb_str bb_rules_word(enum bb_rule rule)
{
    return rules[rule].word;
}

const char *bb_rules_since(enum bb_rule rule)
{
    return rules[rule].since;
}
