/* SPDX-License-Identifier: MIT */
/*
 * Fragments: pieces of configuration that users switch on by name. A name is LAYER/PATH for a file of that
 * layer, or WORD/VALUE, which assigns the variable that stands behind WORD in the list of built-in ones.
 */
#ifndef BB_PARSE_FRAGMENTS_H
#define BB_PARSE_FRAGMENTS_H

#include "parse/parser.h"

struct bb_fragments_how {
    bb_str prefix;  /* folder of the files, with ${...} */
    bb_sym list;    /* the variable that names the fragments */
    bb_sym flagged; /* names variables whose value becomes a flag after each file */
    bb_sym builtin; /* WORD:VARIABLE pairs; NULL before 2.16, which has none */
};

/* Includes them in the order of the list. `parent` is the file that has the statement, at `loc`. */
int bb_fragments_add(struct bb_parser *p, struct bb_store *d, bb_str parent,
                     const struct bb_fragments_how *how, struct bb_loc loc);

#endif
