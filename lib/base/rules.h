/* SPDX-License-Identifier: MIT */
/*
 * Rules that differ between the releases of BitBake: one row for each rule, with the levels at which it holds. All code
 * that depends on the level asks for a rule by its name; each rule has a case in tests/cases/levels.
 */
#ifndef BB_BASE_RULES_H
#define BB_BASE_RULES_H

#include "base/ctx.h"

/*
 * Name, the levels at which it holds (FROM one on, UPTO one, ONLY at one, or several of these joined by '|'), the
 * release that brought it, and the first word of the statement that it is about. Branches of a release have rules
 * of later ones, so there may be gaps.
 */
#define BB_RULES(X)                                                                                          \
    /* Statements. */                                                                                        \
    X(INHERIT_DEFER, FROM(2_8), "2.8", "inherit_defer")                                                      \
    X(INCLUDE_ALL, FROM(2_12), "2.12", "include_all")                                                        \
    X(ADDFRAGMENTS, FROM(2_12), "2.12", "addfragments")                                                      \
    /* addfragments names a variable of built-in fragments, too */                                           \
    X(BUILTIN_FRAGMENTS, FROM(2_16), "2.16", "")                                                             \
    X(ADDPYLIB, FROM(2_4), "2.4", "addpylib")                                                                \
    /* The language. */                                                                                      \
    /* VAR:append, VAR:override; else VAR_append, VAR_override and ':' means '_' */                          \
    X(COLON_OVERRIDES, FROM(1_52), "1.52", "")                                                               \
    /* setting a variable by a name it no longer has is an error */                                          \
    X(RENAMED_VARIABLES, FROM(2_0), "2.0", "")                                                               \
    /* :append and :prepend make an unset variable "" even where they do not apply */                        \
    X(EMPTY_OPERATIONS, UPTO(1_46), "", "")                                                                  \
    /* delVar stops at an override without lower-case letters */                                             \
    X(LOWER_UNFILED, UPTO(2_2), "", "")                                                                      \
    /* ${@...} may hold {...}; not evaluated while it holds an unknown ${X} */                               \
    X(CODE_BRACES, FROM(2_4), "2.4", "")                                                                     \
    /* a function's name inside ${@...} does not stand for its text */                                       \
    X(HIDDEN_FUNCTIONS, UPTO(2_4), "", "")                                                                   \
    /* export flags are true or false by their words, not by being there */                                  \
    X(EXPORT_WORDS, FROM(2_4), "2.4", "")                                                                    \
    /* VAR:append += and the like: a warning */                                                              \
    X(ODD_OPS, FROM(2_0), "2.0", "")                                                                         \
    /* tasks named after :append and the like are refused */                                                 \
    X(TASK_KEYWORDS, FROM(2_0), "2.0", "")                                                                   \
    /* deltask takes several tasks and expands them */                                                       \
    X(DELTASK_WORDS, FROM(1_48), "1.48", "")                                                                 \
    /* addtask takes several tasks, and a comment; words of before and after get their do_ */                \
    X(ADDTASK_WORDS, FROM(2_10), "2.10", "")                                                                 \
    /* VAR[flag] ??= is a weak default, else a plain assignment */                                           \
    X(WEAK_FLAGS, FROM(2_12), "2.12", "")                                                                    \
    /* a flag's name may hold '@', but not begin with it */                                                  \
    X(FLAG_AT, FROM(2_4), "2.4", "")                                                                         \
    /* and '/' */                                                                                            \
    X(FLAG_SLASHES, FROM(2_12), "2.12", "")                                                                  \
    /* an assignment without a name is one, and an error that says so */                                     \
    X(EMPTY_NAMES, FROM(2_12), "2.12", "")                                                                   \
    /* an assignment without blanks around its operator: a warning */                                        \
    X(SPACED_OPERATORS, FROM(2_16), "2.16", "")                                                              \
    /* d.setVarFilter: what an expanded value goes through */                                                \
    X(VALUE_FILTERS, FROM(2_16), "2.16", "")                                                                 \
    /* classes named by BB_DEFER_BBCLASSES are inherited at the start of finalisation */                     \
    X(DEFERRED_CLASSES, FROM(2_16), "2.16", "")                                                              \
    /* classes-global and classes-recipe */                                                                  \
    X(CLASS_FOLDERS, FROM(2_2), "2.2", "")                                                                   \
    /* EXPORT_FUNCTIONS marks its stubs in their text, else by the flag export_func */                       \
    X(STUB_MARK, FROM(2_8), "2.8", "")                                                                       \
    /* and hands cleandirs and fakeroot on, not only dirs */                                                 \
    X(STUB_FLAGS, FROM(2_0), "2.0", "")                                                                      \
    /* '~' in a path becomes '_' in the names of anonymous functions */                                      \
    X(ANON_TILDE, FROM(1_52), "1.52", "")                                                                    \
    /* BBCLASSEXTEND classes are inherited at the start of finalisation */                                   \
    X(DEFERRED_VARIANTS, FROM(2_8), "2.8", "")                                                               \
    /* event RecipePostKeyExpansion */                                                                       \
    X(KEYS_EVENT, FROM(1_48), "1.48", "")                                                                    \
    /* event RecipePreDeferredInherits */                                                                    \
    X(DEFERRED_EVENT, FROM(2_16), "2.16", "")                                                                \
    /* virtual names of BB_RECIPE_VIRTUAL_PROVIDERS are replaced in DEPENDS and [depends] */                 \
    X(VIRTUAL_PROVIDERS, FROM(2_12), "2.12", "")                                                             \
    /* FILE_LAYERNAME */                                                                                     \
    X(LAYER_NAME, FROM(2_6), "2.6", "")                                                                      \
    /* The configuration. */                                                                                 \
    /* layers cannot read each other's LAYERSERIES_COMPAT; words come out sorted */                          \
    X(GUARDED_SERIES, FROM(2_4), "2.4", "")                                                                  \
    /* BBFILES_DYNAMIC entries "!collection:pattern" */                                                      \
    X(INVERTED_DYNAMIC, FROM(1_48), "1.48", "")                                                              \
    /* BB_CACHEDIR has a default */                                                                          \
    X(CACHEDIR, FROM(2_4), "2.4", "")                                                                        \
    /* the reader of the configuration keeps its files apart from those of recipes, else the cooker does */  \
    X(BASE_DEPENDS, FROM(2_4), "2.4", "")                                                                    \
    /* run scripts have back quotes of variables after a backslash */                                        \
    X(QUOTED_BACKQUOTES, FROM(2_16), "2.16", "")                                                             \
    /* __BB_RECIPE_FILE names the recipe, also in appends and includes */                                    \
    X(RECIPE_FILE, FROM(2_18), "2.18", "")                                                                   \
    /* TERM is handed on */                                                                                  \
    X(TERM_EXPORTED, UPTO(1_46), "", "")                                                                     \
    /* BB_CURRENT_MC of the base configuration is "", else "default" */                                      \
    X(EMPTY_BASE_MC, FROM(2_12), "2.12", "")                                                                 \
    /* Signatures. */                                                                                        \
    /* BB_SIGNATURE_EXCLUDE_FLAGS is a list of words, else a flag is excluded that is a part of its text */  \
    X(EXCLUDE_WORDS, FROM(2_18), "2.18", "")                                                                 \
    /* what bb.utils.contains looks into may be excluded */                                                  \
    X(CONTAINS_EXCLUDES, FROM(2_0), "2.0", "")                                                               \
    /* False, 0 and [] are hashed as no text */                                                              \
    X(FALSE_IS_EMPTY, FROM(2_0), "2.0", "")                                                                  \
    /* VAR[vardepvalueexclude] is hashed as no text */                                                       \
    X(VALUE_EXCLUDES, FROM(2_0), "2.0", "")                                                                  \
    /* what :remove texts look into with bb.utils.contains and the like is hashed */                         \
    X(REMOVE_CONTAINS, ONLY(1_46) | ONLY(2_0) | FROM(2_6), "2.6", "")                                        \
    /* the text of a module's function is hashed, and only functions of the module's own file count */       \
    X(MODULE_TEXTS, FROM(2_8), "2.8", "")                                                                    \
    /* functions of modules may say themselves what calls of them depend on (visitorcode) */                 \
    X(VISITOR_CODE, FROM(2_10), "2.10", "")                                                                  \
    /* decorators of functions of modules add and exclude variables */                                       \
    X(MODULE_VARDEPS, FROM(2_16), "2.16", "")                                                                \
    /* BB_BASEHASH:task-<task> */                                                                            \
    X(BASEHASH_VARIABLES, UPTO(2_2), "", "")                                                                 \
    /* $(...) is looked into inside double quotes, too */                                                    \
    X(SHELL_DQUOTES, FROM(2_10), "2.10", "")                                                                 \
    /* files are hashed in the order of their names, else of their paths */                                  \
    X(FILE_NAMES, FROM(2_10), "2.10", "")                                                                    \
    /* dependencies count in the order of PN and task, else of the recipe file's folder and name */          \
    X(NAMED_DEPENDENCIES, FROM(2_6), "2.6", "")                                                              \
    /* files are hashed in an order of their own, else in that of their checksums */                         \
    X(FILE_ORDER, ONLY(2_0) | FROM(2_6), "2.6", "")                                                          \
    /* of files in folders the path counts, too */                                                           \
    X(FILE_PATHS, FROM(2_0), "2.0", "")                                                                      \
    /* signature files list what a task depends on, else they have it as a set */                            \
    X(TASKDEPS_LIST, UPTO(2_2), "", "")                                                                      \
    /* generators of layers see the recipes of all configurations */                                         \
    X(ALL_DATACACHES, FROM(2_4), "2.4", "")                                                                  \
    /* BB_TASKDEPDATA holds bb.TaskData, before that lists, which have hashfn from NAMED_DEPENDENCIES on */  \
    X(TASK_DATA, FROM(2_8), "2.8", "")                                                                       \
    /* Fetching. */                                                                                          \
    /* gomod:// and gomodgit:// */                                                                           \
    X(GO_MODULES, FROM(2_10), "2.10", "")                                                                    \
    /* a URL has one name */                                                                                 \
    X(SINGLE_NAME, FROM(2_12), "2.12", "")                                                                   \
    /* a URL with a name may also have its checksums in parameters without it */                             \
    X(PLAIN_CHECKSUMS, FROM(2_12), "2.12", "")                                                               \
    /* tag= and SRCREV may stand side by side: the tag has to lead to the revision */                        \
    X(TAG_BESIDE_SRCREV, FROM(2_12), "2.12", "")                                                             \
    /* recipes that fetch by npm:// and npmsw:// are skipped */                                              \
    X(NPM_OFF, FROM(2_18), "2.18", "")                                                                       \
    /* file:// may hold '*' */                                                                               \
    X(FILE_GLOBS, UPTO(1_46), "", "")                                                                        \
    /* a file that is found nowhere is taken to be in DL_DIR, with a warning, else an error */               \
    X(FILES_IN_DL_DIR, UPTO(2_0), "", "")                                                                    \
    /* Services. */                                                                                          \
    /* revisions of packages are texts like 3.1, else numbers */                                             \
    X(PRSERV_TEXTS, FROM(2_10), "2.10", "")
#define X(name, levels, since, word) BB_RULE_##name,
enum bb_rule { BB_RULES(X) BB_RULE_COUNT };
#undef X

/* Whether the rule holds at the level. */
bool bb_rules_has(enum bb_level level, enum bb_rule rule);
/* The rule of a name as it stands in the table; BB_RULE_COUNT when there is none. */
enum bb_rule bb_rules_find(bb_str name);
/* Variables that had another name before BB_RULE_RENAMED_VARIABLES; or why they are no more, which is several words. */
struct bb_rules_rename {
    const char *was, *now;
};
extern const struct bb_rules_rename bb_rules_renames[];
extern const size_t bb_rules_nrenames;
/* The name that a variable has at the level. */
bb_str bb_rules_variable(enum bb_level level, bb_str name);
/* The first word of the statement that the rule is about, "" when it is about none. */
bb_str bb_rules_word(enum bb_rule rule);
/* What bb.__version__ is at the level. */
const char *bb_rules_version(enum bb_level level);
/* BitBake's release that brought the rule. */
const char *bb_rules_since(enum bb_rule rule);

#endif
