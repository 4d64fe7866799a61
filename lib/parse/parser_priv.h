/* SPDX-License-Identifier: MIT */
/* The inside of the parser, shared by the files of this folder and by nobody else. */
#ifndef BB_PARSE_PARSER_PRIV_H
#define BB_PARSE_PARSER_PRIV_H

#include "base/map.h"
#include "parse/ast.h"
#include "parse/parser.h"
#include "parse/writer.h"

/* Names used while evaluating, looked up once. */
#define BB_PARSE_SYMS(X)                                                                                     \
    X(FILE, "FILE")                                                                                          \
    X(BBPATH, "BBPATH")                                                                                      \
    X(DEPENDS, "__depends")                                                                                  \
    X(BASE_DEPENDS, "__base_depends")                                                                        \
    X(INHERIT_CACHE, "__inherit_cache")                                                                      \
    X(CLASSTYPE, "__bbclasstype")                                                                            \
    X(ANONFUNCS, "__BBANONFUNCS")                                                                            \
    X(HANDLERS, "__BBHANDLERS")                                                                              \
    X(DEFINHERITS, "__BBDEFINHERITS")                                                                        \
    X(SKIPPED, "__SKIPPED")                                                                                  \
    X(export_, "export")                                                                                     \
    X(func, "func")                                                                                          \
    X(python, "python")                                                                                      \
    X(fakeroot, "fakeroot")                                                                                  \
    X(filename, "filename")                                                                                  \
    X(lineno, "lineno")                                                                                      \
    X(handler, "handler")                                                                                    \
    X(dirs, "dirs")                                                                                          \
    X(cleandirs, "cleandirs")

/* A file that is being evaluated; lives on the C stack. */
struct bb_parse_frame {
    bb_str path;
    struct bb_loc at; /* the parser's, before the file was entered */
    const char *at_means;
    struct bb_parse_frame *up;
};

struct bb_parser {
    struct bb_ctx *ctx;
    const struct bb_parse_hooks *hooks;
    const struct bb_parse_watch *watch; /* NULL: nobody */
    struct bb_arena arena;
    struct bb_map asts;            /* path -> struct astcache_entry: astcache.c */
    struct bb_map stats;           /* path -> struct bb_filestate: depends.c */
    struct bb_map lookups;         /* folders NUL item -> struct lookup: depends.c */
    BB_VEC(struct bb_ast *) texts; /* trees of bb_parser_text */
    struct bb_pmap handlers;       /* bb_sym -> struct bb_loc: where addhandler named it */
    struct bb_parse_frame *top;
    unsigned depth;
    struct bb_loc at;     /* the statement being evaluated, for messages; src 0 when there is none */
    const char *at_means; /* what it does to the file it names: "included from here" */
    struct {
#define X(name, text) bb_sym name;
        BB_PARSE_SYMS(X)
#undef X
    } sym;
};

/* astcache.c: the statements of a file, lexed when it is new or has changed. -ENOENT, unreported, when it is gone. */
int bb_astcache_get(struct bb_parser *p, bb_str path, const struct bb_ast **ret);
void bb_astcache_release(struct bb_parser *p);

enum bb_eval_flags {
    BB_EVAL_FIRST_HAND = 1 << 0, /* configuration that may hold addpylib */
};
/* eval.c: all statements, in order. */
int bb_eval_ast(struct bb_parser *p, struct bb_store *d, const struct bb_ast *ast, unsigned flags);
/* Reports a failed call on the store, unless that has been done; returns what to pass on. */
int bb_eval_fail(struct bb_store *d, int code, struct bb_loc loc);
/* The same for a failed call of a Python hook. */
int bb_eval_fail_python(struct bb_store *d, int code, struct bb_loc loc, const char *doing);
/* A variable's raw list; an empty one when it is unset or something else. */
const struct bb_vlist *bb_eval_list(struct bb_store *d, bb_sym var);
int bb_eval_list_append(struct bb_store *d, bb_sym var, const bb_str *items, size_t n);
/* A variable's raw text, "" when unset. */
bb_str bb_eval_raw(struct bb_store *d, bb_sym var);

enum bb_file_flags {
    BB_FILE_FIRST_HAND = 1 << 0, /* as BB_EVAL_FIRST_HAND */
    BB_FILE_TOP = 1 << 1,        /* the recipe itself, not included by anything: -BB_ESKIP is passed on */
};
/* parser.c: one file by its kind. -ENOENT, unreported, when there is no such file. */
int bb_parser_handle(struct bb_parser *p, struct bb_store *d, bb_str path, unsigned flags);
/* The same for .bb, .inc, .bbclass and .bbappend without an entry in the include history. */
int bb_parser_handle_recipe(struct bb_parser *p, struct bb_store *d, bb_str path, unsigned flags);

/* depends.c: sets BBINCLUDED. */
int bb_depends_write_included(struct bb_parser *p, struct bb_store *d, enum bb_writer w);

/* finalize.c. */
struct bb_recipe_variant;
int bb_finalize(struct bb_parser *p, bb_str fn, struct bb_recipe_variant *v);
int bb_finalize_register_handlers(struct bb_parser *p, struct bb_store *d);

#endif
