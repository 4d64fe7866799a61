/* SPDX-License-Identifier: MIT */
/*
 * Ctrl-C while this process itself reads the configuration or a recipe: Python in it may never come back, so the
 * process says which file it was in and ends at once, with status 130. Parse workers and builds, which have more to do
 * then, handle the signal themselves.
 */
#ifndef BB_COOK_INTERRUPT_H
#define BB_COOK_INTERRUPT_H

#include "parse/parser.h"

/* From now on, for what `p` reads; children of this process end without a word. Nothing when SIGINT is ignored. */
void bb_interrupt_start(struct bb_parser *p);
/* As it was before. */
void bb_interrupt_stop(void);

#endif
