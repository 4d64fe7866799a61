/* SPDX-License-Identifier: MIT */
/*
 * From target names to recipes, over the summaries of an opened cooker: feeds lib/graph with what the configuration
 * says (PREFERRED_*, ASSUME_PROVIDED ...).
 */
#ifndef BB_BUILD_TARGETS_H
#define BB_BUILD_TARGETS_H

#include "cook/cooker.h"
#include "graph/taskdata.h"

struct bb_targets {
    struct bb_cooker *cooker;
    struct bb_graph_conf conf;
    struct bb_taskdatas td;
    struct bb_map regexes; /* pattern -> compiled */
};

/*
 * Indexes all summaries in the cooker's configurations, so there is one such at a time; bb_cooker_parse() must have run
 * where anything is to be found. With `allow_incomplete` a missing dependency does not remove what needs it. Does not
 * move until it is released.
 */
void bb_targets_init(struct bb_targets *t, struct bb_cooker *c, bool allow_incomplete);
void bb_targets_release(struct bb_targets *t);
/*
 * Resolves the words of a command line; `task` is what -c says, "" for BB_DEFAULT_TASK (else "build"). Fills
 * t->td.runlist. -BB_EREPORTED when nothing can be built.
 */
int bb_targets_resolve(struct bb_targets *t, const struct bb_strvec *names, bb_str task);
/*
 * The recipe that a single target stands for, as -e and bbc-getvar ask: "pn" or "mc:NAME:pn". `ret_fn` is its virtual
 * name, borrowed from the summaries.
 */
int bb_targets_recipe(struct bb_targets *t, bb_str name, bb_str *ret_fn);
/* The task that is meant when none is named: BB_DEFAULT_TASK, else "build". */
bb_str bb_targets_default_task(struct bb_cooker *c);
/*
 * The recipe that `name` means: "[mc:NAME:][virtual:CLASS:]" and a path, or a regular expression found in one name of BBFILES.
 * `ret_fn` is its virtual name, in the cooker's arena.
 */
int bb_targets_match_file(struct bb_cooker *c, bb_str name, bb_str *ret_fn);

#endif
