/* SPDX-License-Identifier: MIT */
/*
 * A recipe: .bb + .bbappend files -> a finalised store for the recipe itself and for every variant that BBCLASSEXTEND
 * asks for.
 */
#ifndef BB_PARSE_RECIPE_H
#define BB_PARSE_RECIPE_H

#include "parse/parser.h"
#include "parse/task.h"

struct bb_recipe_variant;
struct bb_recipe_request {
    bb_str path; /* of the .bb, absolute */
    const bb_str *appends;
    size_t nappends;
    bb_str mc;    /* __BBMULTICONFIG */
    bb_str layer; /* FILE_LAYERNAME */
    bb_str only;  /* p NULL: all variants; else that one beside the recipe itself; "": the recipe itself */
    /*
     * Gets each variant as soon as it is complete; its store goes when this returns, which keeps a recipe of a hundred
     * variants small. A negative result ends the parse. NULL: all of them are returned together.
     */
    int (*each)(void *self, const struct bb_recipe_variant *v);
    void *self;
};
struct bb_recipe_variant {
    bb_str name; /* "" for the recipe itself, else a word of BBCLASSEXTEND */
    struct bb_store *d;
    bb_str skipped; /* SkipRecipe's reason; p NULL when it can be built */
    struct bb_taskinfo *tasks;
    size_t ntasks;
};
struct bb_recipe_variants {
    struct bb_recipe_variant *v; /* the recipe itself comes first */
    size_t n;
};

/*
 * Evaluates the recipe in a copy of `base` (bb.parse.handle and what cookerdata sets before it); faster when
 * `base` is frozen. On failure, and with `req->each`, nothing is returned. Release with bb_recipe_release().
 */
int bb_recipe_parse(struct bb_parser *p, struct bb_store *base, const struct bb_recipe_request *req,
                    struct bb_recipe_variants *ret);
void bb_recipe_release(struct bb_recipe_variants *v);

#endif
