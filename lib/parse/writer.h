/* SPDX-License-Identifier: MIT */
/*
 * Who wrote a variable when it was not a statement: history shows the line of BitBake's own source, as
 * BitBake's does, so that the output of -e is the same.
 */
#ifndef BB_PARSE_WRITER_H
#define BB_PARSE_WRITER_H

#include "data/store.h"

/* name, file, function and line in BitBake 2.8 */
#define BB_WRITERS(X)                                                                                        \
    X(CONF_ENTERS, "bb/parse/parse_py/ConfHandler.py", "handle", 151)                                        \
    X(CONF_LEAVES, "bb/parse/parse_py/ConfHandler.py", "handle", 154)                                        \
    X(RECIPE_ENTERS, "bb/parse/parse_py/BBHandler.py", "handle", 143)                                        \
    X(RECIPE_LEAVES, "bb/parse/parse_py/BBHandler.py", "handle", 161)                                        \
    X(CONF_INCLUDED, "bb/cookerdata.py", "parseConfigurationFiles", 492)                                     \
    X(RECIPE_INCLUDED, "bb/parse/ast.py", "finalize", 424)                                                   \
    X(LAYER_NAME, "bb/cookerdata.py", "_parse_recipe", 499)                                                  \
    X(EXTEND_CLASS, "bb/parse/ast.py", "extendfunc", 486)                                                    \
    X(EXTEND_VARIANT, "bb/parse/ast.py", "extendfunc", 487)                                                  \
    X(EXTEND_PN, "bb/parse/ast.py", "extendfunc", 489)                                                       \
    X(EXTEND_WORDS, "bb/parse/ast.py", "multi_finalize", 494)                                                \
    X(TASK_ADDED, "bb/build.py", "addtask", 937)                                                             \
    X(TASK_AFTER, "bb/build.py", "addtask", 949)                                                             \
    X(TASK_BEFORE, "bb/build.py", "addtask", 955)                                                            \
    X(TASK_DELETED, "bb/build.py", "deltask", 964)                                                           \
    X(TASK_WITHOUT_DEPS, "bb/build.py", "deltask", 967)                                                      \
    X(TASK_LOST_DEP, "bb/build.py", "deltask", 972)                                                          \
    X(TASK_COLLECTED, "bb/build.py", "add_tasks", 893)                                                       \
    X(TASK_DEPS, "bb/build.py", "add_tasks", 931)
#define X(name, file, func, line) BB_WRITER_##name,
enum bb_writer { BB_WRITERS(X) };
#undef X

/* How such a write is told to the store; nothing is looked up unless history is kept. */
struct bb_how bb_writer_how(const struct bb_store *d, enum bb_writer w);

#endif
