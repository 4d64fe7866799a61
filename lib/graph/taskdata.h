/* SPDX-License-Identifier: MIT */
/*
 * From targets to recipes: starting with what the user asked for, every name that a recipe depends on gets
 * its list of possible providers, until nothing is unknown (bb.taskdata). There is one task data per
 * configuration; multiconfig dependencies connect them.
 *
 * A name that nothing provides makes the recipes that need it fail, and so upwards; without -k a failed
 * target ends the preparation. Messages are BitBake's ("Nothing PROVIDES 'x'", "Nothing RPROVIDES 'x'",
 * "Multiple providers ...").
 */
#ifndef BB_GRAPH_TASKDATA_H
#define BB_GRAPH_TASKDATA_H

#include "graph/providers.h"

struct bb_entry;

/* A build-time or runtime name. `entries` are its possible providers, best first; the first is the one used. */
struct bb_target {
    bb_str name;
    struct {
        struct bb_entry **p;
        size_t n, cap;
    } entries;
    bool seen;     /* in the list of names that are resolved */
    bool failed;   /* nothing provides it */
    bool external; /* the user asked for it */
};

/* One word of a [depends] or [rdepends] flag. */
struct bb_task_dep {
    struct bb_target *target;
    bb_str task;
};
struct bb_task_deps {
    struct bb_task_dep *depends, *rdepends;
    size_t ndepends, nrdepends;
};

/* One recipe that may take part. */
struct bb_entry {
    const struct bb_recipe *recipe;
    struct bb_target **depends, **rdepends; /* DEPENDS; RDEPENDS and RRECOMMENDS of all packages */
    size_t ndepends, nrdepends;
    struct bb_task_deps *tasks; /* beside recipe->tasks */
    uint32_t index;             /* counts the entries of all configurations in order: for lib/graph/plan */
    bool known;                 /* in its task data's list */
    bool failed;
};

/* One word "mc:FROM:TO:PN:TASK" of an [mcdepends] flag. */
struct bb_mcdep {
    bb_str text, from, to, pn, task;
    bool provided; /* its PN has been asked for in TO */
};

struct bb_target_vec {
    struct bb_target **p;
    size_t n, cap;
};

struct bb_taskdata {
    struct bb_ctx *ctx;
    struct bb_mcgraph *mc; /* whose it is */
    struct bb_arena arena;
    struct bb_map build, run;          /* name -> struct bb_target * */
    struct bb_target_vec builds, runs; /* the same, in the order of appearance */
    size_t builds_done, runs_done;     /* those before have been resolved */
    struct {
        struct bb_entry **p;
        size_t n, cap;
    } entries;
    struct bb_pmap entry_of; /* recipe -> entry */
    struct {
        struct bb_mcdep *p;
        size_t n, cap;
    } mcdeps;
};

/* A task the user asked for. `task` has "do_" in front and may end in '-': only what it depends on. */
struct bb_wanted_task {
    struct bb_entry *entry;
    bb_str target, task;
};
struct bb_runlist {
    struct bb_wanted_task *p;
    size_t n, cap;
};

/* All configurations of a build, added by bb_taskdata_add_mc; the first is the base one. */
struct bb_taskdatas {
    struct bb_ctx *ctx;
    const struct bb_graph_conf *conf;
    struct {
        struct bb_mcgraph **p;
        size_t n, cap;
    } mcs;
    struct bb_arena arena;
    struct bb_runlist runlist;
};

void bb_taskdata_init(struct bb_taskdatas *all, struct bb_ctx *ctx, const struct bb_graph_conf *conf);
void bb_taskdata_release(struct bb_taskdatas *all);
/* Adds a configuration, which is borrowed and whose task data must be empty; bb_taskdata_release() empties it. */
void bb_taskdata_add_mc(struct bb_taskdatas *all, struct bb_mcgraph *mc);
/* The task data of the configuration of that name, NULL when there is none. */
struct bb_taskdata *bb_taskdata_mc(const struct bb_taskdatas *all, bb_str mc);

/*
 * Resolves targets as given on the command line: "pn", "pn:do_task", "mc:NAME:pn[:do_task]", "mc:*:pn",
 * "world", "universe". `task` is what -c says or BB_DEFAULT_TASK, with or without "do_". Fills all->runlist.
 * Returns -BB_EREPORTED when the build cannot go on; targets dropped under -k are not in the list.
 */
int bb_taskdata_prepare(struct bb_taskdatas *all, const bb_str *targets, size_t n, bb_str task);

/* The target of that name, NULL when it was not seen. */
struct bb_target *bb_taskdata_build_target(const struct bb_taskdata *td, bb_str name);
/* Whether the recipe's own dependencies (not those of its tasks' flags) name the target. */
bool bb_taskdata_depends_on(const struct bb_entry *e, const struct bb_target *t, bool runtime);
/* The provider used for a target, NULL when there is none. */
static inline struct bb_entry *bb_target_entry(const struct bb_target *t)
{
    return t && t->entries.n ? t->entries.p[0] : NULL;
}

#endif
