/* SPDX-License-Identifier: MIT */
/*
 * What differs between the releases of BitBake: one row for each rule, with the first and the last level at which it
 * holds. All code that depends on the level asks for a rule by its name; each rule has a case in tests/cases/levels.
 */
#ifndef BB_BASE_RULES_H
#define BB_BASE_RULES_H

#include "base/ctx.h"

enum bb_rule {
    /* Statements. */
    BB_RULE_INHERIT_DEFER,
    BB_RULE_INCLUDE_ALL,
    BB_RULE_ADDFRAGMENTS,
    /* The language. */
    BB_RULE_COLON_OVERRIDES,   /* VAR:append, VAR:override; else VAR_append, VAR_override and ':' means '_' */
    BB_RULE_RENAMED_VARIABLES, /* setting a variable by a name it no longer has is an error */
    BB_RULE_EMPTY_OPERATIONS,  /* :append and :prepend make an unset variable "" even where they do not apply */
    BB_RULE_LOWER_UNFILED,     /* delVar stops at an override without lower-case letters */
    BB_RULE_CODE_BRACES,       /* ${@...} may hold {...}; not evaluated while it holds an unknown ${X} */
    BB_RULE_HIDDEN_FUNCTIONS,  /* a function's name inside ${@...} does not stand for its text */
    BB_RULE_EXPORT_WORDS,      /* export flags are true or false by their words, not by being there */
    BB_RULE_ODD_OPS,           /* VAR:append += and the like: a warning */
    BB_RULE_TASK_KEYWORDS,     /* tasks named after :append and the like are refused */
    BB_RULE_DELTASK_WORDS,     /* deltask takes several tasks and expands them */
    BB_RULE_CLASS_FOLDERS,     /* classes-global and classes-recipe */
    BB_RULE_STUB_MARK,         /* EXPORT_FUNCTIONS marks its stubs in their text, else by the flag export_func */
    BB_RULE_STUB_FLAGS,        /* and hands cleandirs and fakeroot on, not only dirs */
    BB_RULE_ANON_TILDE,        /* '~' in a path becomes '_' in the names of anonymous functions */
    BB_RULE_DEFERRED_VARIANTS, /* BBCLASSEXTEND classes are inherited at the start of finalisation */
    BB_RULE_KEYS_EVENT,        /* event RecipePostKeyExpansion */
    BB_RULE_LAYER_NAME,        /* FILE_LAYERNAME */
    /* The configuration. */
    BB_RULE_GUARDED_SERIES,    /* layers cannot read each other's LAYERSERIES_COMPAT; words come out sorted */
    BB_RULE_INVERTED_DYNAMIC,  /* BBFILES_DYNAMIC entries "!collection:pattern" */
    BB_RULE_CACHEDIR,          /* BB_CACHEDIR has a default */
    BB_RULE_PASSTHROUGH,       /* BB_ENV_PASSTHROUGH and its like, else BB_ENV_WHITELIST and its like */
    BB_RULE_EMPTY_BASE_MC,     /* BB_CURRENT_MC of the base configuration is "", else "default" */
    /* Signatures. */
    BB_RULE_CONTAINS_EXCLUDES, /* what bb.utils.contains looks into may be excluded */
    BB_RULE_FALSE_IS_EMPTY,    /* False, 0 and [] are hashed as no text */
    BB_RULE_VALUE_EXCLUDES,    /* VAR[vardepvalueexclude] is hashed as no text */
    BB_RULE_REMOVES_TWICE,     /* what :remove texts look into is hashed twice */
    BB_RULE_SHELL_DQUOTES,     /* $(...) is looked into inside double quotes, too */
    BB_RULE_FILE_NAMES,        /* files are hashed in the order of their names, else of their paths */
    BB_RULE_COUNT,
};

/* Whether the rule holds at the level. */
bool bb_rules_has(enum bb_level level, enum bb_rule rule);
/* The first word of the statement that the rule is about, "" when it is about none. */
bb_str bb_rules_word(enum bb_rule rule);
/* BitBake's release that brought the rule. */
const char *bb_rules_since(enum bb_rule rule);

#endif
