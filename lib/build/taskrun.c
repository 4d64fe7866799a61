/* SPDX-License-Identifier: MIT */
#include "build/taskrun.h"

#include "build/admit.h"
#include "build/reparse.h"
#include "build/taskdeps.h"
#include "parse/fn.h"
#include "py/py.h"
#include "run/stamp.h"
#include "sig/sigdata.h"

#include <unistd.h>

static int set(struct bb_taskrun *run, const char *name, bb_str value)
{
    return bb_store_setz(run->d, name, value);
}

/* "do_compile_setscene" gives "compile_setscene", as BitBake sets BB_CURRENTTASK. */
static bb_str without_do(struct bb_arena *a, bb_str task)
{
    size_t at = bb_str_find(task, BB_STR("do_"), 0);
    if (at == BB_NPOS)
        return task;
    return bb_arena_cat(a, bb_str_sub(task, 0, at), bb_str_from(task, at + 3));
}

/* do_x[exports] names more variables to export. */
static int set_exports(struct bb_taskrun *run)
{
    bb_str list, word;
    int r = bb_store_flag_str(run->d, bb_sym_get(run->task), BB_SYM("exports"), &list);
    while (r == 0 && list.p && bb_str_word(&list, &word))
        r = bb_store_set_flag(run->d, bb_sym_get(word), BB_SYM("export"), bb_val_z("1"),
                              &(struct bb_how){.ignore = true});
    return r;
}

/* An exception out of a function that Python code called goes on to that code, which may catch it. */
static int run_python(void *self, struct bb_store *d, bb_str func)
{
    const struct bb_taskrun *run = self;
    const struct bb_pyhook *hook = bb_store_hook(d);
    int r = bb_py_run_function(d, func);
    if (run->nested)
        return r;
    BB_CLEAN_BUF struct bb_buf doing = BB_BUF_INIT;
    bb_buf_addf(&doing, "running '%.*s'", BB_STRF(func));
    return r == -BB_EPYTHON ? hook->error_report(hook->self, (struct bb_loc){0}, doing.p) : r;
}

static int emit_python(void *self, struct bb_buf *out, struct bb_store *d, bb_str func)
{
    return bb_py_emit_function(out, d, func);
}

static void environ_changed(void *self)
{
    bb_py_environ_changed();
}

/* The classes of a task's events and, for each, the arguments of its constructor around the store. */
static const struct {
    const char *class, *before, *after;
} task_events[] = {[BB_TASK_STARTED] = {"bb.build.TaskStarted", "d.getVarFlags(%s), ", ""},
                   [BB_TASK_SUCCEEDED] = {"bb.build.TaskSucceeded", "", ""},
                   [BB_TASK_FAILED] = {"bb.build.TaskFailed", "", ", %s"},
                   [BB_TASK_FAILED_SILENT] = {"bb.build.TaskFailedSilent", "", ""}};

/* Whether handlers want to hear of the task's beginning or end: in its process, which then has to have Python. */
static bool is_heard(const struct bb_taskrun *run)
{
    return bb_py_listens(task_events[BB_TASK_STARTED].class) ||
           bb_py_listens(task_events[BB_TASK_SUCCEEDED].class) ||
           bb_py_listens(task_events[run->setscene ? BB_TASK_FAILED_SILENT : BB_TASK_FAILED].class);
}

/* Handlers of the metadata hear of the task's beginning and end, in its own process as with BitBake. */
static int tell_handlers(void *self, struct bb_store *d, enum bb_task_event ev, bb_str log, bool said)
{
    struct bb_taskrun *run = self;
    BB_CLEAN_BUF struct bb_buf code = BB_BUF_INIT, task = BB_BUF_INIT;
    const char *class = task_events[ev].class;
    if (!bb_py_listens(class))
        return 0;
    bb_val_repr_str(&task, run->task);
    bb_buf_addf(&code, "bb.event.fire(%s(%s, ", class, task.p);
    bb_val_repr_str(&code, run->fn);
    bb_buf_addz(&code, ", ");
    bb_val_repr_str(&code, log);
    bb_buf_addz(&code, ", ");
    bb_buf_addf(&code, task_events[ev].before, task.p);
    bb_buf_addz(&code, "d");
    bb_buf_addf(&code, task_events[ev].after, said ? "True" : "False");
    bb_buf_addz(&code, "), d)\n");
    int r = bb_py_exec(d, bb_buf_str(&code), bb_str_z(class), 1);
    return r == -BB_EPYTHON
               ? run->c->hook->error_report(run->c->hook->self, (struct bb_loc){0}, "handling a task's event")
               : r;
}

static int fill_opts(struct bb_taskrun *run)
{
    struct bb_mc *mc;
    int r = bb_config_need_mc(&run->c->config, bb_fn_split(run->fn).mc, &mc);
    if (r < 0)
        return r;
    run->py = (struct bb_task_py){.self = run,
                                  .run = run_python,
                                  .emit = emit_python,
                                  .environ = environ_changed,
                                  .event = tell_handlers};
    run->emit =
        (struct bb_emit_func_opts){.shell_execs = bb_shdeps_execs, .self = bb_sigconf_shdeps(mc->sigconf)};
    run->opts = (struct bb_task_opts){.fn = run->fn,
                                      .task = run->task,
                                      .umask = run->umask,
                                      .fakeenv = run->fakeenv,
                                      .id = run->id,
                                      .verbose = run->verbose,
                                      .quiet = run->setscene,
                                      .emit = &run->emit,
                                      .py = &run->py};
    return 0;
}

int bb_taskrun_evaluate(struct bb_taskrun *run)
{
    struct bb_store *recipe;
    const struct bb_recipe_variant *variant;
    int r = bb_cooker_recipe(run->c, run->fn, &recipe, &variant);
    if (r < 0)
        return r;
    if (variant->skipped.p)
        return bb_error(run->c->ctx, "%.*s cannot be run any more, it was skipped: %.*s", BB_STRF(run->fn),
                        BB_STRF(variant->skipped));
    run->d = bb_store_copy(recipe);
    r = fill_opts(run);
    if (r == 0)
        r = set(run, "BB_TASKHASH", run->hash);
    if (r == 0)
        r = set(run, "BB_UNIHASH", run->unihash);
    if (r == 0)
        r = set(run, "BB_CURRENTTASK", without_do(&run->arena, run->task));
    if (r == 0)
        r = set_exports(run);
    if (r == 0)
        r = bb_admit_tell(run->d);
    return r < 0 ? bb_store_report(run->d, r, (struct bb_loc){0}) : 0;
}

int bb_taskrun_prepare(struct bb_taskrun *ret, struct bb_hashes *hashes, bb_tid t, bool setscene)
{
    struct bb_cooker *c = hashes->cooker;
    const struct bb_plan_task *pt = &hashes->plan->tasks[t];
    const struct bb_recipe *r = pt->entry->recipe;
    const struct bb_recipe_task *task = setscene ? pt->setscene : pt->task;
    *ret = (struct bb_taskrun){.c = c,
                               .fn = r->fn,
                               .task = task->name,
                               .hash = pt->hash,
                               .unihash = pt->unihash,
                               .umask = task->flags[BB_TF_UMASK],
                               .hashes = hashes,
                               .t = t,
                               .locked = hashes->locked[t],
                               .setscene = setscene,
                               .verbose = c->opts.options->verbose > 0,
                               .fakeroot = task->flags[BB_TF_FAKEROOT].p != NULL};
    bb_arena_init(&ret->arena);
    ret->fakeenv = ret->fakeroot ? r->fakerootenv : r->fakerootnoenv;
    ret->fakedirs = r->fakerootdirs;
    if (!ret->umask.p && bb_store_str_report(bb_cooker_data(c), BB_SYM("BB_DEFAULT_UMASK"), &ret->umask) < 0)
        return -BB_EREPORTED;
    if (ret->fakeroot)
        return 0;
    int rc = bb_taskrun_evaluate(ret);
    if (rc == 0)
        bb_reparse_check(hashes, r);
    if (rc < 0 || is_heard(ret))
        return rc;
    rc = bb_task_prepare_shell(c->ctx, ret->d, &ret->opts, &ret->script);
    ret->shell = rc == 1;
    return rc < 0 ? rc : 0;
}

void bb_taskrun_release(struct bb_taskrun *run)
{
    if (run->d)
        bb_store_unref(run->d);
    bb_arena_release(&run->arena);
}

/* BB_TASKDEPDATA is made where it is needed, in the task's own process: it is large. */
static int set_depdata(struct bb_taskrun *run)
{
    BB_CLEAN_BUF struct bb_buf deps = BB_BUF_INIT, code = BB_BUF_INIT;
    bb_str json = run->depdata;
    if (run->hashes) {
        bb_taskdeps_json(run->hashes, run->t, &deps);
        json = bb_buf_str(&deps);
    }
    bb_buf_addz(&code, "d.setVar('BB_TASKDEPDATA', bb.runqueue.task_dep_data(");
    bb_val_repr_str(&code, json);
    bb_buf_addz(&code, "))\n");
    return bb_py_exec(run->d, bb_buf_str(&code), BB_STR("BB_TASKDEPDATA"), 1);
}

/* bb.build.exec_func() comes here. */
static int exec_func(void *self, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                     int *ret_status)
{
    struct bb_taskrun *run = self;
    run->nested++;
    int r = bb_task_exec_func(run->c->ctx, d, func, dirs, &run->opts, ret_status);
    run->nested--;
    return r;
}

/* What is to be dumped, as JSON text, with the hash of its file's name: made here, where the cooker's hashes are at hand. */
static int signature_text(struct bb_taskrun *run, const struct bb_py_dump_request *req, struct bb_buf *ret,
                          bb_str *ret_hash)
{
    if (!bb_str_eq(req->mcfn, run->fn) || (!run->hashes && !bb_str_eq(req->task, run->task)))
        return bb_error(run->c->ctx, "the signature data of %.*s:%.*s is not known in this process",
                        BB_STRF(req->mcfn), BB_STRF(req->task));
    if (run->hashes && !run->hashes->plan->hashed)
        return 0;
    if (run->hashes)
        return bb_hashes_sigdata(run->hashes, bb_plan_recipe(run->hashes->plan, run->t), req->task,
                                 req->runtime, ret, ret_hash);
    bb_buf_adds(ret, run->sigdata);
    *ret_hash = run->sighash;
    return 0;
}

/* bb.siggen.dump_this_task() and siggen.dump_sigtask() come here. */
static int dump_signature(void *self, const struct bb_py_dump_request *req)
{
    struct bb_taskrun *run = self;
    BB_CLEAN_BUF struct bb_buf to = BB_BUF_INIT, json = BB_BUF_INIT;
    bb_str hash;
    int r = signature_text(run, req, &json, &hash);
    if (r < 0 || !json.len)
        return r;
    if (req->custom)
        bb_buf_adds(&to, req->path);
    else if (req->runtime)
        bb_stamp_sigdata_name(req->path, req->task, hash, &to);
    else
        bb_buf_addf(&to, "%.*s.%.*s.sigbasedata.%.*s", BB_STRF(req->path), BB_STRF(req->task), BB_STRF(hash));
    return bb_sigdata_write(run->c->ctx, to.p, bb_buf_str(&json));
}

/* The metadata's generator, which reports results: a process of the cooker's has the one that hashed the plan. */
static int need_generator(struct bb_taskrun *run)
{
    if (run->hashes || !run->equiv)
        return 0;
    return bb_py_exec(bb_cooker_data(run->c), BB_STR("import bb.parse\nbb.parse.init_parser(d)\n"),
                      BB_STR("BB_SIGNATURE_HANDLER"), 1);
}

/* The task's result is equal to another's. From here on its signature data says so; the store has it already. */
static void unihash_changed(void *self, bb_str unihash)
{
    struct bb_taskrun *run = self;
    run->unihash = bb_arena_str(&run->arena, unihash);
    if (run->hashes)
        run->hashes->plan->tasks[run->t].unihash = run->unihash;
    else if (run->sigdata.len && bb_sigdata_rename(&run->arena, &run->sigdata, run->unihash) == 0)
        run->sighash = run->unihash;
}

static void begin_reporting(struct bb_taskrun *run)
{
    run->reporting =
        (struct bb_equiv_task){.log = run->log, .mute = run->locked, .self = run, .changed = unihash_changed};
    bb_equiv_enter_task(run->hashes ? run->hashes->equiv : run->equiv, &run->reporting);
}

int bb_taskrun_exec(struct bb_taskrun *run)
{
    begin_reporting(run);
    int r = set_depdata(run);
    if (r == 0)
        r = need_generator(run);
    if (r == -BB_EPYTHON)
        r = run->c->hook->error_report(run->c->hook->self, (struct bb_loc){0}, "preparing a task");
    if (r < 0)
        return 1;
    bb_py_set_exec_func(exec_func, run);
    bb_py_set_dump_signature(dump_signature, run);
    bb_py_set_worker_pid(getpid());
    return bb_task_exec(run->c->ctx, run->d, &run->opts);
}
