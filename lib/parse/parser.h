/* SPDX-License-Identifier: MIT */
/*
 * The parser: the state that lasts while files are read, made once by cook before any file is read and
 * inherited by forked workers. It owns the trees of all files (ast.h), what is known of files on disk
 * (depends.h) and the stack of files being evaluated.
 *
 * All functions of this folder return 0 or a negative code and have reported what is wrong, once, with the
 * include and inherit stack: -BB_EREPORTED; -BB_ESKIP passes SkipRecipe on.
 */
#ifndef BB_PARSE_PARSER_H
#define BB_PARSE_PARSER_H

#include "data/store.h"

struct bb_parser;

/* Steps of a recipe's finalisation that belong to layers which this folder does not know. */
struct bb_parse_hooks {
    void *self;
    /* Base hashes (siggen.finalise): called for every variant once its tasks are known; may be NULL. */
    int (*finalise)(void *self, struct bb_store *d, bb_str fn, bb_str variant);
};

/* Somebody who wants to know what statement is being evaluated: a profile. */
struct bb_parse_watch {
    void *self;
    void (*enter)(void *self, struct bb_loc place);
    void (*leave)(void *self);
};

/* `hooks` is borrowed and may be NULL; ctx->os is set. Free it after the stores that files were read into. */
struct bb_parser *bb_parser_new(struct bb_ctx *ctx, const struct bb_parse_hooks *hooks);
void bb_parser_free(struct bb_parser *p);
/* `watch` is borrowed; NULL, as at the beginning, for none. */
void bb_parser_set_watch(struct bb_parser *p, const struct bb_parse_watch *watch);
/* The file that is being evaluated, empty when there is none. May be asked in a signal handler. */
bb_str bb_parser_current(const struct bb_parser *p);
struct bb_ctx *bb_parser_ctx(const struct bb_parser *p);

/*
 * Evaluates one file into `d` by its extension (bb.parse.handle with include=1): a .conf, .inc, .bb or
 * .bbclass. A relative path is searched along BBPATH. -ENOENT, unreported, when there is no such file.
 */
int bb_parser_file(struct bb_parser *p, struct bb_store *d, bb_str path);
/*
 * Statements in a text, which is copied, as if they stood in the file `path` (absolute; it need not exist): evaluated into
 * `d`; only read, so that mistakes are reported, when that is NULL.
 */
int bb_parser_text(struct bb_parser *p, struct bb_store *d, bb_str path, bb_str text);

#endif
