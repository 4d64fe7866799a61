/* SPDX-License-Identifier: MIT */
/*
 * One configuration (the base or one of BBMULTICONFIG) as the graph knows it: its name, the index of its recipes and
 * what was resolved of them. Summaries point to it (graph/recipe.h); lib/cook has it as a part of its own object.
 *
 * All zero but the name, it is a configuration without recipes. Whoever resolves targets fills the index
 * (graph/providers.h) and the task data (graph/taskdata.h), and empties both afterwards; there is one such at a time.
 */
#ifndef BB_GRAPH_MCGRAPH_H
#define BB_GRAPH_MCGRAPH_H

#include "graph/taskdata.h"

struct bb_mcgraph {
    bb_str name; /* "" for the base */
    struct bb_providers providers;
    struct bb_taskdata td;
};

#endif
