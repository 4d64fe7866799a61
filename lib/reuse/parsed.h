/* SPDX-License-Identifier: MIT */
/*
 * What parsing one recipe file gave: the summaries of its variants and what they depend on. Parse workers send it to
 * the cooker and the recipe cache keeps it, in one binary form.
 */
#ifndef BB_REUSE_PARSED_H
#define BB_REUSE_PARSED_H

#include "graph/recipe.h"
#include "parse/depends.h"

struct bb_parsed {
    bb_str file;               /* the .bb */
    bb_str mc;                 /* name of the configuration, "" for the base */
    bool keep;                 /* may be cached: no BB_DONT_CACHE, no floating revision */
    bool listed;               /* looked at the names of all variables, so any new one may matter to it */
    struct bb_depend *depends; /* the recipe itself is among them */
    size_t ndepends;
    bb_str *appends; /* the .bbappend files applied, in order */
    size_t nappends;
    struct bb_recipe **variants;
    size_t nvariants;
};

/* Little builders of the binary form: fixed-width numbers and texts with their length in front. */
void bb_parsed_put_u32(struct bb_buf *out, uint32_t n);
void bb_parsed_put_u64(struct bb_buf *out, uint64_t n);
void bb_parsed_put_str(struct bb_buf *out, bb_str s);
/* Take one off the front of *in; false when it is too short. Texts are views. */
bool bb_parsed_get_u32(bb_str *in, uint32_t *ret);
bool bb_parsed_get_u64(bb_str *in, uint64_t *ret);
bool bb_parsed_get_str(bb_str *in, bb_str *ret);

/* A dependency by itself. */
void bb_parsed_put_depend(struct bb_buf *out, const struct bb_depend *d);
bool bb_parsed_get_depend(bb_str *in, struct bb_depend *ret);

/*
 * Everything but `depends`, which the cache keeps in a table of its own. Reading allocates from `a`; texts are views
 * into *in. -BB_ECORRUPT for anything that bb_parsed_write did not make.
 */
void bb_parsed_write(struct bb_buf *out, const struct bb_parsed *p);
int bb_parsed_read(struct bb_arena *a, bb_str *in, struct bb_parsed *ret);
/* Makes the summaries that were read point to their configuration, the one that `p->mc` names. */
void bb_parsed_set_mc(struct bb_parsed *p, struct bb_mcgraph *mc);

#endif
