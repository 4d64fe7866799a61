/* SPDX-License-Identifier: MIT */
/*
 * Running one task: what bb.build's exec_task and exec_func do. The store given is the recipe's, evaluated,
 * with the variables that only tasks have (BB_TASKHASH, BB_WORKERCONTEXT ...) set; this module adds
 * BB_FILENAME, the override task-NAME, BB_RUNTASK and BB_LOGFILE in a copy.
 *
 * There are two ways. A task that is shell alone is prepared with bb_task_prepare_shell() in the cooker and
 * costs one spawn of the shell. Any other is run by bb_task_exec() in a process made for it, which ends
 * afterwards: its umask, environment, working folder and standard descriptors are changed for good.
 *
 * Python is reached through `struct bb_task_py` only.
 */
#ifndef BB_RUN_TASK_H
#define BB_RUN_TASK_H

#include "data/emit.h"
#include "os/proc.h"
#include "run/tasklog.h"

enum bb_task_event { BB_TASK_STARTED, BB_TASK_SUCCEEDED, BB_TASK_FAILED, BB_TASK_FAILED_SILENT };

/* Members may be NULL: there is no Python then, and nobody to tell. */
struct bb_task_py {
    void *self;
    /* The body of a python function, in the present folder and with present stdout. Reports; -BB_EREPORTED. */
    int (*run)(void *self, struct bb_store *d, bb_str func);
    /* The text of its run script, appended. */
    int (*emit)(void *self, struct bb_buf *out, struct bb_store *d, bb_str func);
    /* The environment of the process is another now. */
    void (*environ)(void *self);
    /*
     * bb.build.TaskStarted and so on; `log` is the path of the task's log, `said` whether an error has been reported
     * already. A negative code, reported, when a handler failed, which makes the task fail.
     */
    int (*event)(void *self, struct bb_store *d, enum bb_task_event ev, bb_str log, bool said);
};

struct bb_task_opts {
    bb_str fn;      /* BB_FILENAME: the recipe with its virtual: and mc: prefixes */
    bb_str task;    /* "do_compile", "do_package_setscene" */
    bb_str umask;   /* octal, empty: leave it */
    bb_str fakeenv; /* FAKEROOTENV or FAKEROOTNOENV: "A=1 B=2" */
    long id;        /* goes into the names of log and run script; 0: the pid */
    bool verbose;   /* -v: what shell functions print is shown, too, and they run with set -x */
    bool quiet;     /* quieterrors: failing is no error (setscene) */
    bool
        outside; /* of tasks: stdout is no log, so what is said and printed there are messages for debugging */
    const struct bb_emit_func_opts *emit;
    const struct bb_task_py *py;
};

/* The path the log will have, appended. Reports. */
int bb_task_log_path(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o,
                     struct bb_buf *ret);

/* Exit status of a task that failed without having reported an error: the log tells why. */
enum { BB_TASK_LOG_TELLS = 2 };
/*
 * The whole task, in the present process: 0, or an exit status after it was reported. The stamp is the caller's
 * business.
 */
int bb_task_exec(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o);
/*
 * One function as bb.build.exec_func(func, d, dirs) runs it: cleandirs, dirs (NULL: its flag), lockfiles, run
 * script. A shell function that fails gives -BB_EREPORTED and its status (minus a signal) in *ret_status;
 * nothing has been reported then, since Python code may catch it.
 */
int bb_task_exec_func(struct bb_ctx *ctx, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                      const struct bb_task_opts *o, int *ret_status);

/* A task ready to be spawned. */
struct bb_task_shell {
    struct bb_arena arena;
    struct bb_tasklog log;
    const char **argv, **env;
    const char *run;   /* the script */
    bb_str begin, end; /* lines of the log around its output */
    char *fifo;        /* path, NULL when the script does not use it */
    int fifo_fd;       /* messages of bbnote, bbwarn ...: see bb_task_messages; -1: none */
    bool stopped;      /* by the user: that it failed is no news */
    bool network;      /* flag network: it may use it */
    int umask;         /* -1: leave it */
};
/*
 * 1: `ret` is ready. 0: not a task for this way (Python takes part, a lock or -v is wanted, folders have to
 * be emptied, a nice level is set, or it has nothing to run): use bb_task_exec. Negative: failed, reported.
 */
int bb_task_prepare_shell(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o,
                          struct bb_task_shell *ret);
int bb_task_shell_spawn(const struct bb_task_shell *sh, struct bb_proc *ret);
/* After its end: reports a failure unless `quiet`, removes an empty log and the fifo. Also to give up before. */
void bb_task_shell_finish(struct bb_ctx *ctx, struct bb_task_shell *sh, int status, bool quiet);

/*
 * Takes the complete messages off `in` (what was read from the fifo) and reports them; they go to `log_fd`,
 * too, unless that is negative.
 */
void bb_task_messages(struct bb_ctx *ctx, struct bb_buf *in, int log_fd);
/* BitBake's "ExecutionError('/x/temp/run.do_y.1', 1, None, None)", appended. */
void bb_task_error_text(struct bb_buf *out, const char *run, int status);

#endif
