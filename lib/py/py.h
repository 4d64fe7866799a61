/* SPDX-License-Identifier: MIT */
/*
 * The Python of the metadata: CPython inside this process. This header is all that lib/cook sees of it; it
 * names no Python type. (The files of lib/py itself start with "py/impl.h", which brings Python.h first.)
 *
 * There is one interpreter and one thread per process. bb_py_start() only fills the table of callbacks;
 * CPython starts with the first callback that needs it (or bb_py_need()), so a build that evaluates nothing
 * pays nothing. Processes fork from a started interpreter: bracket every fork() that goes on in C or Python
 * with the three fork functions.
 *
 * Functions return 0 or a negative code: -BB_EPYTHON leaves the exception pending (hook->error_report shows it),
 * -BB_ESKIP means SkipRecipe, -BB_EREPORTED that the user has been told, -BB_ECANCELLED KeyboardInterrupt.
 */
#ifndef BB_PY_PY_H
#define BB_PY_PY_H

#include "parse/parser.h"
#include "sig/deps.h"

/* The callbacks for stores made in this process; the table lives as long as the process. Call it once. */
int bb_py_start(struct bb_ctx *ctx, const struct bb_pyhook **ret);
/* Starts CPython now. -BB_EREPORTED when its library folder cannot be found or `import bb` fails. */
int bb_py_need(void);
bool bb_py_running(void);
/* Ends CPython; stores that still hold objects must be gone. The process may not start it again. */
void bb_py_shutdown(void);

/*
 * Notes which files Python touches from now on; before the interpreter starts. bb_py_watched() ends that and gives
 * every path (`listed`: the names in a folder were read); false when something was done that no file tells of, such
 * as running a program.
 */
int bb_py_watch(void);
bool bb_py_watched(void (*visit)(void *self, bb_str path, bool listed), void *self);

/* Results that follow from texts of Python are kept in the file `path` from run to run (reuse/code.h); call it before the
 * interpreter starts. */
void bb_py_code_cache(const char *path);

/* The parser that bb.parse.mark_dependency, bb.parse.BBHandler.inherit and bb.parse.handle work on. */
void bb_py_set_parser(struct bb_parser *parser);

/* Around fork(): before (flushes, freezes the garbage collector), then exactly one of the others on each side. */
void bb_py_before_fork(void);
void bb_py_after_fork_parent(void);
void bb_py_after_fork_child(void);
/* This process's environment was changed in C: os.environ, which Python copied when it started, is filled anew. */
void bb_py_environ_changed(void);
/*
 * A process that only parses. The objects of this moment stay for ever. The collector looks for cycles where few
 * objects are about: between recipes (bb_py_recipe_done(), after each recipe's stores were released), or when stores
 * that nobody asks for any more take up much memory.
 */
void bb_py_parse_worker(void);
void bb_py_recipe_done(void);
/* In a parse worker: Python objects still hold a store of that size, perhaps as garbage that only the collector finds. */
void bb_py_store_held(size_t bytes);

/*
 * Running functions. bb.build.exec_func(func, d, dirs) comes to `exec`, which does everything BitBake does
 * around a function (cleandirs, dirs, lockfiles, run script, shell) and for a python function calls
 * bb_py_run_function(). `dirs` is NULL when not given. A shell function that fails sets *ret_status to its
 * exit status and returns -BB_EREPORTED or another code; Python then sees bb.process.ExecutionError. Where nothing was
 * set, in parse workers and in handlers of the cooker, functions run as run/task.h has it outside of tasks.
 */
typedef int (*bb_py_exec_func)(void *self, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                               int *ret_status);
void bb_py_set_exec_func(bb_py_exec_func exec, void *self);
/* The body of a python function (def FUNC(d): ... and its call), in the present folder and with present stdout. */
int bb_py_run_function(struct bb_store *d, bb_str func);
/* The text of a run script for a python function: it, a call of it, and the functions it needs (emit_func_python). */
int bb_py_emit_function(struct bb_buf *out, struct bb_store *d, bb_str func);

/*
 * bb.siggen.dump_this_task(outfile, d) and siggen.dump_sigtask() come here: signature data of a task to `path`, which
 * is the file when `custom`, else what ".TASK.sigdata.HASH" (".sigbasedata." unless `runtime`) is appended to.
 */
struct bb_py_dump_request {
    bb_str mcfn, task, path;
    bool custom, runtime;
};
typedef int bb_py_dump_signature(void *self, const struct bb_py_dump_request *req);
void bb_py_set_dump_signature(bb_py_dump_signature *fn, void *self);

/*
 * prserv.serv in the cooker asks here where the service of package revisions is ("HOST:PORT", empty: there is none). A
 * negative code is for Python an error that the user was told of.
 */
typedef int bb_py_pr_service(void *self, bb_str *ret_host);
void bb_py_set_pr_service(bb_py_pr_service *fn, void *self);

/*
 * Events. `cls` is a dotted name ("bb.event.BuildStarted"); `args` are its constructor's positional
 * arguments. bb_py_listens() is true when a handler registered by addhandler may want events of that class:
 * ask before collecting costly arguments. bb_py_fire() returns at once when nobody listens.
 */
bool bb_py_listens(const char *cls);
int bb_py_fire(struct bb_store *d, const char *cls, const struct bb_val *args, size_t nargs);
/* As bb_py_fire; arguments from a JSON array, for dictionaries and nested lists. */
int bb_py_fire_json(struct bb_store *d, const char *cls, bb_str json_args);
/* As bb_py_fire_json; the function `maker` makes the event from the arguments. */
int bb_py_fire_made(struct bb_store *d, const char *cls, const char *maker, bb_str json_args);
/* As bb_py_fire; the argument is a dictionary of stores, stores[i] under names[i]. */
int bb_py_fire_stores(struct bb_store *d, const char *cls, const bb_str *names,
                      struct bb_store *const *stores, size_t n);
/* The pid that log records and events carry (bb.event.worker_pid); 0 outside of tasks. */
void bb_py_set_worker_pid(long pid);

/*
 * Evaluates an expression in the shared namespace with `d` and the members of the JSON object `locals` as
 * names; the result comes back as JSON (sets sorted, tuples as lists). For BB_HASHCHECK_FUNCTION,
 * BB_SETSCENE_DEPVALID and the like.
 */
int bb_py_eval_json(struct bb_store *d, bb_str expr, bb_str locals, struct bb_buf *ret_json);
/* Statements that see the shared namespace and `d` but add nothing to it (bbc's own small scripts, tests). */
int bb_py_exec(struct bb_store *d, bb_str code, bb_str file, uint32_t lineno);
/* Runs `python3 [-c|-m|file] ...` in this interpreter, `bb` importable: argv[0] is ignored. Returns an exit status. */
int bb_py_main(int argc, char **argv);

/*
 * Functions of modules added with addpylib (bb.codeparser.modulecode_deps), in the form sig/deps.h takes.
 * Valid until the next addpylib; names and texts stay for the life of the process.
 */
int bb_py_module_functions(const struct bb_sig_modfunc **ret, size_t *ret_n);

#endif
