/* SPDX-License-Identifier: MIT */
/*
 * Logs of tasks, in the recipe's T: log.do_x.ID with a link log.do_x to the latest, and log.task_order, to
 * which every start adds a line. A log that stays empty is removed at the end, with its link.
 */
#ifndef BB_RUN_TASKLOG_H
#define BB_RUN_TASKLOG_H

#include "base/ctx.h"

struct bb_tasklog {
    int fd; /* -1: not open */
    char *path, *link;
};
#define BB_TASKLOG_INIT                                                                                      \
    {                                                                                                        \
        -1, NULL, NULL                                                                                       \
    }

/* What the braces of BB_LOGFMT ("log.{task}.{pid}") and BB_RUNFMT ("run.{func}.{pid}") stand for. */
struct bb_tasklog_names {
    bb_str task, func;
    long id;
};
/* Appends `fmt` filled in; {taskfunc} is the task when it is the function itself, else "task.func". */
void bb_tasklog_format(bb_str fmt, const struct bb_tasklog_names *n, struct bb_buf *out);

/* Makes `dir`, the log `dir`/`base`, its link and the line in log.task_order. Negative errno, unreported. */
int bb_tasklog_open(struct bb_tasklog *ret, bb_str dir, bb_str base, const struct bb_tasklog_names *n);
/* Closes and removes what stayed empty. */
void bb_tasklog_close(struct bb_tasklog *l);

/* The last `lines` lines (0: a hundred) of a log for the user, each as "| LINE\n", appended. */
int bb_tasklog_tail(const char *path, size_t lines, struct bb_buf *out);

#endif
