/* SPDX-License-Identifier: MIT */
/* Configuration: files that cook reads first-hand, and the classes of INHERIT. */
#ifndef BB_PARSE_CONF_H
#define BB_PARSE_CONF_H

#include "parse/parser.h"

/*
 * Evaluates bblayers.conf, a layer.conf, bitbake.conf or a -r/-R file; only these may hold `addpylib`. A
 * relative path is searched along BBPATH. A missing file is an error.
 */
int bb_conf_handle(struct bb_parser *p, struct bb_store *d, bb_str path);
/* Inherits "base" and then the words of INHERIT, and registers the event handlers seen so far. */
int bb_conf_inherit(struct bb_parser *p, struct bb_store *d);

#endif
