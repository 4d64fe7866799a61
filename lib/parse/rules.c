/* SPDX-License-Identifier: MIT */
#include "parse/rules.h"

static const struct {
    bb_str word;
    enum bb_level from; /* the first level here that has it */
    const char *since;
} rules[BB_RULE_COUNT] = {
    [BB_RULE_INCLUDE_ALL] = {BB_STR("include_all"), BB_LEVEL_2_18, "2.12"},
    [BB_RULE_ADDFRAGMENTS] = {BB_STR("addfragments"), BB_LEVEL_2_18, "2.12"},
};

bool bb_rules_has(enum bb_level level, enum bb_rule rule)
{
    return level >= rules[rule].from;
}

bb_str bb_rules_word(enum bb_rule rule)
{
    return rules[rule].word;
}

const char *bb_rules_since(enum bb_rule rule)
{
    return rules[rule].since;
}
