/* SPDX-License-Identifier: MIT */
/*
 * A program of the build: it makes the manual pages and the completions of bash, zsh and fish from the tables that
 * parse the command lines (opts.h). Prose for the pages is in docs/man; man.c says how it is written.
 */
#ifndef BBC_DOCGEN_H
#define BBC_DOCGEN_H

#include "opts.h"

/* Appends the page of a command. `text` is its own prose, `common` what stands in every page, `see_also` the last section. */
void bbc_man_page(const struct bbc_cmdline *c, bb_str text, bb_str common, bb_str see_also,
                  struct bb_buf *out);

/* Append the completion of a command for one shell. */
void bbc_complete_bash(const struct bbc_cmdline *c, struct bb_buf *out);
void bbc_complete_zsh(const struct bbc_cmdline *c, struct bb_buf *out);
void bbc_complete_fish(const struct bbc_cmdline *c, struct bb_buf *out);

#endif
