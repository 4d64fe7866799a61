/* SPDX-License-Identifier: MIT */
/*
 * Run scripts: the text T/run.do_x.ID of a shell function. The script stands alone: exported variables, the function
 * with the functions it calls, and the call, so that a user can run it again by hand. A trap says where it stopped.
 */
#ifndef BB_RUN_SCRIPT_H
#define BB_RUN_SCRIPT_H

#include "data/emit.h"

/* Appends the script. `cwd` empty: no cd. With `trace` the function runs under set -x. Reports. */
int bb_script_shell(struct bb_buf *out, struct bb_store *d, bb_sym func, bb_str cwd, bool trace,
                    const struct bb_emit_func_opts *emit);

#endif
