/* SPDX-License-Identifier: MIT */
/*
 * One configuration: the base or one of BBMULTICONFIG, with all that belongs to it. The object is filled in steps:
 * name and store when the configuration is read, layers and files by bb_mc_collect(), `sigconf` by
 * bb_mc_need_sigconf().
 *
 * struct bb_config owns the objects. They do not move once all configurations are read, so pointers to them hold as
 * long as the configuration does.
 */
#ifndef BB_COOK_MC_H
#define BB_COOK_MC_H

#include "cook/collect.h"
#include "cook/layers.h"
#include "graph/mcgraph.h"

struct bb_sigconf;

struct bb_mc {
    struct bb_mcgraph graph; /* first: its name, and what is known of its recipes */
    struct bb_store *d;
    struct bb_layers layers;
    struct bb_collection files;
    bool collected;
    struct bb_sigconf *sigconf; /* NULL before bb_mc_need_sigconf() */
};

/* The configuration that a recipe belongs to: all summaries of a cooker point into its configurations. */
static inline struct bb_mc *bb_mc_of(const struct bb_recipe *r)
{
    return (struct bb_mc *)r->mc;
}
/* The name as messages say it: "default" for the base. */
bb_str bb_mc_title(const struct bb_mc *mc);
/* Layers, recipe files and appends; does nothing when they are known. -BB_EREPORTED after a message. */
int bb_mc_collect(struct bb_mc *mc);
/*
 * Makes `sigconf`, with which base hashes of its recipes are computed. Made late: functions of Python modules
 * (addpylib) are known once all of the configuration has been read. -BB_EREPORTED after a message.
 */
int bb_mc_need_sigconf(struct bb_mc *mc);
void bb_mc_release(struct bb_mc *mc);

#endif
