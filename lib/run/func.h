/* SPDX-License-Identifier: MIT */
/* Inside of lib/run: what task.c, func.c and shell.c share. The public side is run/task.h. */
#ifndef BB_RUN_FUNC_H
#define BB_RUN_FUNC_H

#include "run/task.h"

/* bb.utils.to_boolean of a flag; false for what is neither. */
bool bb_func_flag(struct bb_store *d, bb_str var, const char *flag);
/* Expanded text of a flag or variable; reports a failed expansion. */
int bb_func_flag_text(struct bb_store *d, bb_str var, const char *flag, bb_str *ret);
int bb_func_text(struct bb_store *d, const char *var, bb_str *ret);
/* The raw text of a function, p NULL when it is not set. */
int bb_func_body(struct bb_store *d, bb_str func, bb_str *ret);
/* Empties cleandirs, makes dirs (`dirs` NULL: the flag's); *ret_cwd is the last one, empty when there is none. */
int bb_func_dirs(struct bb_ctx *ctx, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                 bb_str *ret_cwd);
/* The path of the run script for `func`, its folder made; for the task's own function also the link run.do_x. */
int bb_func_runfile(struct bb_ctx *ctx, struct bb_store *d, bb_str func, const struct bb_task_opts *o,
                    struct bb_buf *ret);
/* The fifo T/fifo.PID when `script` mentions it: made and opened. *ret_fd is -1 otherwise. `ret_path` is malloc'd. */
int bb_func_fifo(struct bb_ctx *ctx, struct bb_store *d, bb_str script, int *ret_fd, char **ret_path);
/*
 * Writes the run script of a shell function and gives the command that runs it (FAKEROOT in front when its flag says
 * so).
 */
int bb_func_script(struct bb_ctx *ctx, struct bb_store *d, bb_str func, bb_str cwd,
                   const struct bb_task_opts *o, const char *runfile, struct bb_buf *ret_text);
/* The FAKEROOT command in front of a function with the flag fakeroot, empty for others. */
int bb_func_wrapper(struct bb_store *d, bb_str func, bb_str *ret);

#endif
