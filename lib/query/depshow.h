/* SPDX-License-Identifier: MIT */
/* A part of a plan as text: lines, a tree, a drawing for Graphviz, or JSON. */
#ifndef BB_QUERY_DEPSHOW_H
#define BB_QUERY_DEPSHOW_H

#include "query/depgraph.h"
#include "query/depplace.h"

#define BB_DEPFORMS "text|tree|dot|json"
enum bb_depform { BB_DEPFORM_TEXT, BB_DEPFORM_TREE, BB_DEPFORM_DOT, BB_DEPFORM_JSON };

struct bb_depshow_opts {
    enum bb_depform form;
    bool reverse;        /* the tree goes from what is needed to what needs it */
    bool places;         /* say of each edge which statement wrote it */
    bool steps;          /* edges are what was asked for, so that nodes without any are not listed */
    size_t most;         /* edges that a drawing may have */
    struct bb_cooker *c; /* for places */
    struct bb_layerinfo *l;
};

/* The form of that name, which is one of BB_DEPFORMS. */
enum bb_depform bb_depshow_form(bb_str name);
/* Appends the answer. -BB_EREPORTED for a drawing that nobody could read. */
int bb_depshow_graph(const struct bb_depgraph *g, const struct bb_depshow_opts *o, struct bb_buf *out);

#endif
