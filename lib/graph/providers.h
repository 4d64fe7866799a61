/* SPDX-License-Identifier: MIT */
/*
 * Who provides what: an index over the recipe summaries of one configuration (the base one or a multiconfig),
 * and the choice between candidates by layer priority, DEFAULT_PREFERENCE, version and the PREFERRED_* and
 * REQUIRED_VERSION variables, with BitBake's messages (bb.providers). The index borrows the summaries.
 *
 * Everything a user can set comes in through `struct bb_graph_conf`, so that tests need no store.
 */
#ifndef BB_GRAPH_PROVIDERS_H
#define BB_GRAPH_PROVIDERS_H

#include "base/ctx.h"
#include "base/map.h"
#include "base/options.h"
#include "graph/recipe.h"

struct bb_providers;

struct bb_graph_conf {
    void *self;
    /* The expanded value of a variable of a configuration, p NULL when unset; borrowed until the graph is released. */
    bb_str (*get)(void *self, const struct bb_mcgraph *mc, bb_str var);
    /* re.match(pattern, text) of Python: 1, 0, or negative when the pattern is malformed. NULL: patterns
     * match nothing but themselves. */
    int (*match)(void *self, bb_str pattern, bb_str text);
    /*
     * Runs a recipe's calculate_extra_depends, which adds to `deps`, its DEPENDS; negative after a message. May be
     * NULL where no recipe has one.
     */
    int (*extra_depends)(void *self, const struct bb_providers *p, const struct bb_recipe *r,
                         struct bb_strvec *deps);
    const struct bb_options *options; /* of the whole build */
    bool allow_incomplete;            /* -g: a missing dependency does not remove what needs it */
    bool targets_only;                /* -e: nothing is asked about what the targets need */
    bool universe;                    /* missing and multiple providers are warnings and notes */
};

struct bb_recipe_vec {
    const struct bb_recipe **p;
    size_t n, cap;
};

struct bb_providers {
    struct bb_ctx *ctx;
    const struct bb_graph_conf *conf;
    const struct bb_mcgraph *mc; /* whose index it is */
    struct bb_arena arena;
    struct bb_recipe_vec recipes, skipped; /* in the order of adding */
    /* name -> struct bb_recipe_vec *. Dynamic: pattern -> ... */
    struct bb_map by_pn, provides, rprovides, packages, dynamic;
    struct bb_map pn_provides; /* pn -> struct bb_strvec *: what any recipe of that name provides */
    struct bb_map preferred;   /* item -> bb_str *: PREFERRED_PROVIDERS */
    struct bb_strvec assumed;  /* ASSUME_PROVIDED and -I */
};

void bb_providers_init(struct bb_providers *p, struct bb_ctx *ctx, const struct bb_graph_conf *conf,
                       const struct bb_mcgraph *mc);
void bb_providers_release(struct bb_providers *p);
/* Adds a summary, skipped ones included; call for all before the first question. */
void bb_providers_add(struct bb_providers *p, const struct bb_recipe *r);

/* The recipes providing `item`, NULL when there are none. */
const struct bb_recipe_vec *bb_providers_of(const struct bb_providers *p, bb_str item);
/* The names a recipe provides: PN first, then PROVIDES without duplicates. Appended to `ret`. */
void bb_providers_names(const struct bb_recipe *r, struct bb_strvec *ret);
/* Candidates for a runtime name: RPROVIDES and PACKAGES, else PACKAGES_DYNAMIC patterns. Appended to `ret`. */
void bb_providers_runtime(const struct bb_providers *p, bb_str item, struct bb_recipe_vec *ret);
/* Whether the name is in ASSUME_PROVIDED (a regex when it starts with ^ or ends in $) or given with -I. */
bool bb_providers_assumed(const struct bb_providers *p, bb_str name);

/*
 * Candidates for a build-time name, best first, one per PN; none when a REQUIRED_VERSION cannot be had.
 * *ret_unique says that PREFERRED_PROVIDER picked the first.
 */
void bb_providers_choose(struct bb_providers *p, bb_str item, struct bb_recipe_vec *ret, bool *ret_unique);
/* The same for a runtime name; *ret_preferred counts the PREFERRED_* entries that matched (more than 1: conflict). */
void bb_providers_choose_runtime(struct bb_providers *p, bb_str item, struct bb_recipe_vec *ret,
                                 unsigned *ret_preferred);

/* The latest and the preferred recipe of one PN (bbc -s). `preferred` is NULL when a required version is missing. */
struct bb_best {
    const struct bb_recipe *latest, *preferred;
    bool required;
};
void bb_providers_best(struct bb_providers *p, bb_str pn, struct bb_best *ret);

/* PNs for the targets `world` and `universe`; with `task` only those that have it. Appended to `ret`. */
void bb_providers_world(const struct bb_providers *p, bb_str task, struct bb_strvec *ret);
void bb_providers_universe(const struct bb_providers *p, bb_str task, struct bb_strvec *ret);

#endif
