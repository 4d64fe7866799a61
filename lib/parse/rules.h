/* SPDX-License-Identifier: MIT */
/* Statements that not every BitBake release has. */
#ifndef BB_PARSE_RULES_H
#define BB_PARSE_RULES_H

#include "base/ctx.h"

enum bb_rule {
    BB_RULE_INCLUDE_ALL,
    BB_RULE_ADDFRAGMENTS,
    BB_RULE_COUNT,
};

bool bb_rules_has(enum bb_level level, enum bb_rule rule);
/* The statement's first word, and BitBake's release that brought it. */
bb_str bb_rules_word(enum bb_rule rule);
const char *bb_rules_since(enum bb_rule rule);

#endif
