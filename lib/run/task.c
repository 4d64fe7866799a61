/* SPDX-License-Identifier: MIT */
/* A whole task, in a process of its own. */
#include "run/task.h"
#include "base/cleanup.h"
#include "os/nonet.h"
#include "os/os.h"
#include "run/func.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* The copy of the store. */

/* The copy of the recipe's store in which a task runs. The caller gives it back. */
static int copy_for_task(struct bb_store *d, const struct bb_task_opts *o, struct bb_store **ret)
{
    BB_CLEAN_BUF struct bb_buf over = BB_BUF_INIT;
    struct bb_val v;
    int err = bb_store_get(d, BB_SYM("OVERRIDES"), 0, &v);
    struct bb_store *copy = bb_store_copy(d);
    bb_buf_addz(&over, "task-");
    for (size_t i = 3; i < o->task.len; i++)
        bb_buf_addc(&over, o->task.p[i] == '_' ? '-' : o->task.p[i]);
    if (!err)
        bb_buf_addf(&over, ":%.*s", BB_STRF(bb_val_str(bb_store_hook(d), bb_store_arena(copy), v)));
    if (!err)
        err = bb_store_setz(copy, "BB_FILENAME", o->fn);
    if (!err)
        err = bb_store_setz(copy, "OVERRIDES", bb_arena_str(bb_store_arena(copy), bb_buf_str(&over)));
    if (!err)
        err = bb_store_expand_keys(copy);
    if (err) {
        err = err == -BB_EREPORTED ? err : bb_store_report(copy, err, (struct bb_loc){0});
        bb_store_unref(copy);
        return err;
    }
    *ret = copy;
    return 0;
}

/* Folder and name of the log. */
static int log_name(struct bb_ctx *ctx, struct bb_store *local, const struct bb_task_opts *o, bb_str *ret_dir,
                    struct bb_buf *ret_base)
{
    bb_str fmt;
    int err = bb_func_text(local, "T", ret_dir);
    if (!err)
        err = bb_func_text(local, "BB_LOGFMT", &fmt);
    if (err)
        return err;
    if (ret_dir->len == 0)
        return bb_error(ctx, "T variable not set, unable to build");
    struct bb_tasklog_names names = {o->task, o->task, o->id ? o->id : getpid()};
    bb_tasklog_format(fmt.len ? fmt : BB_STR("log.{task}.{pid}"), &names, ret_base);
    return 0;
}

int bb_task_log_path(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o, struct bb_buf *ret)
{
    struct bb_store *local;
    BB_CLEAN_BUF struct bb_buf base = BB_BUF_INIT;
    bb_str dir;
    int err = copy_for_task(d, o, &local);
    if (err)
        return err;
    err = log_name(ctx, local, o, &dir, &base);
    if (!err)
        bb_buf_addf(ret, "%.*s/%s", BB_STRF(dir), base.p);
    bb_store_unref(local);
    return err;
}

static int open_log(struct bb_ctx *ctx, struct bb_store *local, const struct bb_task_opts *o,
                    struct bb_tasklog *log)
{
    BB_CLEAN_BUF struct bb_buf base = BB_BUF_INIT;
    bb_str dir;
    int err = log_name(ctx, local, o, &dir, &base);
    if (err)
        return err;
    struct bb_tasklog_names names = {o->task, o->task, o->id ? o->id : getpid()};
    err = bb_tasklog_open(log, dir, bb_buf_str(&base), &names);
    if (err)
        return bb_error(ctx, "the log '%.*s/%s' cannot be written: %s", BB_STRF(dir), base.p,
                        bb_strerror(err));
    bb_str path = bb_arena_str(bb_store_arena(local), bb_str_z(log->path));
    err = bb_store_setz(local, "BB_LOGFILE", path);
    return err ? err : bb_store_setz(local, "BB_RUNTASK", o->task);
}

/* Environment. */

/* "A=1 B=2" into the store, exported, and onto the lists. */
static int add_fakeenv(struct bb_store *d, bb_str text, struct bb_strvec *names, struct bb_strvec *values)
{
    bb_str word;
    while (text.p && bb_str_word(&text, &word)) {
        size_t eq = bb_str_chr(word, '=', 0);
        if (eq == BB_NPOS)
            continue;
        bb_sym name = bb_sym_get(bb_str_sub(word, 0, eq));
        bb_str value = bb_arena_str(bb_store_arena(d), bb_str_from(word, eq + 1));
        int err = bb_store_set(d, name, bb_val_s(value), NULL);
        if (!err)
            err = bb_store_set_flag(d, name, BB_SYM("export"), bb_val_z("1"), NULL);
        if (err)
            return err;
        bb_vec_push(names, name->name);
        bb_vec_push(values, value);
    }
    return 0;
}

/* Names in the flag exports are exported for this task. */
static int add_exports(struct bb_store *d, bb_str task, struct bb_strvec *names, struct bb_strvec *values)
{
    bb_str list, word, value;
    int err = bb_func_flag_text(d, task, "exports", &list);
    while (!err && list.p && bb_str_word(&list, &word)) {
        bb_sym name = bb_sym_get(word);
        err = bb_store_set_flag(d, name, BB_SYM("export"), bb_val_z("1"), NULL);
        if (!err)
            err = bb_store_str_report(d, name, &value);
        if (!err && value.p) {
            bb_vec_push(names, name->name);
            bb_vec_push(values, value);
        }
    }
    return err;
}

/* The environment of a task: exported variables, `fakeenv`, and what flag `exports` names; pairs appended. */
static int task_environment(struct bb_store *d, const struct bb_task_opts *o, struct bb_arena *a,
                            struct bb_strvec *names, struct bb_strvec *values)
{
    struct bb_exported *e;
    size_t n;
    int err = bb_emit_exported(d, &e, &n);
    for (size_t i = 0; !err && i < n; i++) {
        bb_vec_push(names, e[i].var->name);
        bb_vec_push(values, bb_arena_str(a, e[i].value));
    }
    if (!err)
        err = add_fakeenv(d, o->fakeenv, names, values);
    if (!err)
        err = add_exports(d, o->task, names, values);
    return err == 0 || err == -BB_EREPORTED ? err : bb_store_report(d, err, (struct bb_loc){0});
}

static int set_environment(struct bb_store *d, const struct bb_task_opts *o)
{
    struct bb_arena a;
    struct bb_strvec names = {0}, values = {0};
    bb_arena_init(&a);
    int err = task_environment(d, o, &a, &names, &values);
    if (!err)
        clearenv();
    for (size_t i = 0; !err && i < names.n; i++)
        setenv(bb_arena_strz(&a, names.p[i]), bb_arena_strz(&a, values.p[i]), 1);
    if (!err && o->py && o->py->environ)
        o->py->environ(o->py->self);
    bb_vec_release(&names);
    bb_vec_release(&values);
    bb_arena_release(&a);
    return err;
}

/* Umask, network, priorities. */

/* -1 for an empty or malformed text. */
static int read_umask(bb_str text)
{
    int mask = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] < '0' || text.p[i] > '7')
            return -1;
        mask = mask * 8 + (text.p[i] - '0');
    }
    return text.len && mask <= 0777 ? mask : -1;
}

static void set_niceness(struct bb_ctx *ctx, struct bb_store *local)
{
    bb_str nice_text, io;
    int64_t level, cls, prio;
    if (bb_func_text(local, "BB_TASK_NICE_LEVEL", &nice_text) == 0 && bb_str_to_int(nice_text, &level))
        setpriority(PRIO_PROCESS, 0, (int)level);
    if (bb_func_text(local, "BB_TASK_IONICE_LEVEL", &io) < 0 || io.len == 0)
        return;
    size_t dot = bb_str_chr(io, '.', 0);
    enum { WHO_PROCESS = 1, CLASS_SHIFT = 13 };
    if (dot == BB_NPOS || !bb_str_to_int(bb_str_sub(io, 0, dot), &cls) ||
        !bb_str_to_int(bb_str_from(io, dot + 1), &prio))
        bb_warn(ctx, "Invalid ionice level %.*s", BB_STRF(io));
    else
        syscall(SYS_ioprio_set, WHO_PROCESS, 0, (cls << CLASS_SHIFT) | prio);
}

static void prepare_process(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o)
{
    int mask = read_umask(o->umask);
    if (mask >= 0)
        umask((mode_t)mask);
    if (!bb_func_flag(d, o->task, "network")) {
        int err = bb_nonet_enter();
        if (err)
            bb_debug(ctx, 1, "the network cannot be disabled: %s", bb_strerror(err));
    }
}

/* Stdin is empty, stdout and stderr are the log. */
static int redirect(const struct bb_tasklog *log)
{
    BB_CLEAN_FD int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(log->fd, STDOUT_FILENO) < 0 ||
        dup2(log->fd, STDERR_FILENO) < 0)
        return -errno;
    return 0;
}

/* Running. */

static int run_list(struct bb_ctx *ctx, struct bb_store *local, const struct bb_task_opts *o, bb_str funcs,
                    struct bb_buf *ret_error)
{
    bb_str func;
    int err = 0, status;
    while (!err && funcs.p && bb_str_word(&funcs, &func)) {
        err = bb_task_exec_func(ctx, local, func, NULL, o, &status);
        if (err && status) {
            BB_CLEAN_BUF struct bb_buf run = BB_BUF_INIT;
            if (bb_func_runfile(ctx, local, func, o, &run) == 0)
                bb_task_error_text(ret_error, run.p, status);
        }
    }
    return err;
}

static int run_functions(struct bb_ctx *ctx, struct bb_store *local, const struct bb_task_opts *o,
                         struct bb_buf *ret_error)
{
    bb_str pre, post;
    int err = bb_func_flag_text(local, o->task, "prefuncs", &pre);
    if (!err)
        err = bb_func_flag_text(local, o->task, "postfuncs", &post);
    if (!err)
        err = run_list(ctx, local, o, pre, ret_error);
    if (!err)
        err = run_list(ctx, local, o, o->task, ret_error);
    return err ? err : run_list(ctx, local, o, post, ret_error);
}

static int tell(const struct bb_task_opts *o, struct bb_store *local, enum bb_task_event ev, const char *log,
                bool said)
{
    return o->py && o->py->event ? o->py->event(o->py->self, local, ev, bb_str_z(log), said) : 0;
}

/* BitBake: a log has all, down to debug level 3; what of it is shown is decided where it is shown. */
enum { LOG_LEVEL = 3 };

/* An exit status. */
static int run_logged(struct bb_ctx *ctx, struct bb_store *local, const struct bb_task_opts *o,
                      struct bb_tasklog *log)
{
    BB_CLEAN_BUF struct bb_buf error = BB_BUF_INIT;
    BB_CLEAN_FREE char *path = bb_strdup(log->path);
    int err = redirect(log);
    if (err) {
        bb_error(ctx, "the log '%s' cannot be used: %s", log->path, bb_strerror(err));
        return 1;
    }
    ctx->verbosity = LOG_LEVEL;
    uint32_t errors = ctx->errors;
    err = tell(o, local, BB_TASK_STARTED, path, false);
    if (!err)
        err = run_functions(ctx, local, o, &error);
    bool said = ctx->errors != errors;
    int status = !err ? 0 : error.len && !said ? BB_TASK_LOG_TELLS : 1;
    bb_tasklog_close(log);
    if (error.len && o->quiet)
        bb_warn(ctx, "%s", error.p);
    else if (error.len)
        bb_error(ctx, "%s", error.p);
    err = tell(o, local,
               !err       ? BB_TASK_SUCCEEDED
               : o->quiet ? BB_TASK_FAILED_SILENT
                          : BB_TASK_FAILED,
               path, said);
    return status ? status : err < 0;
}

int bb_task_exec(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o)
{
    struct bb_store *local;
    struct bb_tasklog log = BB_TASKLOG_INIT;
    if (!bb_func_flag(d, o->task, "task")) {
        bb_error(ctx, "No such task: %.*s", BB_STRF(o->task));
        return 1;
    }
    prepare_process(ctx, d, o);
    if (set_environment(d, o) || copy_for_task(d, o, &local))
        return 1;
    set_niceness(ctx, local);
    int status = open_log(ctx, local, o, &log) ? 1 : 0;
    if (!status)
        status = run_logged(ctx, local, o, &log);
    bb_tasklog_close(&log);
    bb_store_unref(local);
    return status;
}

/* The other way: a task that is one shell function and nothing else. */

/* True when nothing but the shell is needed, and nothing that could take long has to be done before. */
static bool is_shell_alone(struct bb_store *local, const struct bb_task_opts *o)
{
    static const char *const flags[] = {"prefuncs",  "postfuncs", "lockfiles",
                                        "cleandirs", "python",    "progress"};
    bb_str text, body;
    if (o->verbose || bb_func_body(local, o->task, &body) < 0 || body.len == 0)
        return false;
    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
        if (bb_func_flag_text(local, o->task, flags[i], &text) < 0 || bb_str_trim(text).len)
            return false;
    if (bb_func_text(local, "BB_TASK_NICE_LEVEL", &text) < 0 || text.len)
        return false;
    return bb_func_text(local, "BB_TASK_IONICE_LEVEL", &text) == 0 && text.len == 0;
}

static int shell_environment(struct bb_store *d, const struct bb_task_opts *o, struct bb_task_shell *ret)
{
    struct bb_strvec names = {0}, values = {0};
    int err = task_environment(d, o, &ret->arena, &names, &values);
    ret->env = bb_arena_array(&ret->arena, const char *, names.n + 1);
    size_t n = 0;
    for (size_t i = 0; !err && i < names.n; i++) {
        /* A later value of a name replaces the earlier one. */
        size_t at = 0;
        while (at < n && !(strncmp(ret->env[at], names.p[i].p, names.p[i].len) == 0 &&
                           ret->env[at][names.p[i].len] == '='))
            at++;
        bb_str pair = bb_arena_fmt(&ret->arena, "%.*s=%.*s", BB_STRF(names.p[i]), BB_STRF(values.p[i]));
        ret->env[at] = pair.p;
        n += at == n;
    }
    bb_vec_release(&names);
    bb_vec_release(&values);
    return err;
}

static int shell_script(struct bb_ctx *ctx, struct bb_store *local, const struct bb_task_opts *o,
                        struct bb_task_shell *ret)
{
    BB_CLEAN_BUF struct bb_buf run = BB_BUF_INIT, text = BB_BUF_INIT;
    bb_str cwd, wrapper;
    struct bb_strvec words = {0};
    int err = bb_func_dirs(ctx, local, o->task, NULL, &cwd);
    if (!err)
        err = bb_func_runfile(ctx, local, o->task, o, &run);
    if (!err)
        err = bb_func_script(ctx, local, o->task, cwd, o, run.p, &text);
    if (!err)
        err = bb_func_wrapper(local, o->task, &wrapper);
    if (!err)
        err = bb_func_fifo(ctx, local, bb_buf_str(&text), &ret->fifo_fd, &ret->fifo);
    if (err)
        return err;
    ret->run = bb_arena_strz(&ret->arena, bb_buf_str(&run));
    ret->begin = bb_arena_fmt(&ret->arena, "DEBUG: Executing shell function %.*s\n", BB_STRF(o->task));
    ret->end = bb_arena_fmt(&ret->arena, "DEBUG: Shell function %.*s finished\n", BB_STRF(o->task));
    bb_strvec_words(&words, wrapper);
    ret->argv = bb_arena_array(&ret->arena, const char *, words.n + 2);
    for (size_t i = 0; i < words.n; i++)
        ret->argv[i] = bb_arena_strz(&ret->arena, words.p[i]);
    ret->argv[words.n] = ret->run;
    bb_vec_release(&words);
    return 0;
}

int bb_task_prepare_shell(struct bb_ctx *ctx, struct bb_store *d, const struct bb_task_opts *o,
                          struct bb_task_shell *ret)
{
    struct bb_store *local;
    if (!bb_func_flag(d, o->task, "task"))
        return 0; /* bb_task_exec says so */
    *ret = (struct bb_task_shell){.log = BB_TASKLOG_INIT, .fifo_fd = -1};
    bb_arena_init(&ret->arena);
    ret->network = bb_func_flag(d, o->task, "network");
    ret->umask = read_umask(o->umask);
    int err = copy_for_task(d, o, &local);
    if (err) {
        bb_arena_release(&ret->arena);
        return err;
    }
    bool alone = is_shell_alone(local, o);
    if (alone)
        err = shell_environment(d, o, ret);
    if (alone && !err)
        err = open_log(ctx, local, o, &ret->log);
    if (alone && !err)
        err = shell_script(ctx, local, o, ret);
    bb_store_unref(local);
    if (err || !alone)
        bb_task_shell_finish(ctx, ret, 0, true);
    return err ? err : alone;
}

int bb_task_shell_spawn(const struct bb_task_shell *sh, struct bb_proc *ret)
{
    struct bb_spawn s = {.argv = sh->argv,
                         .env = sh->env,
                         .in = BB_SPAWN_NULL,
                         .out = sh->log.fd,
                         .err = sh->log.fd,
                         .group = true,
                         .nonet = !sh->network};
    bb_fs_write_all(sh->log.fd, sh->begin);
    if (sh->umask < 0)
        return bb_proc_spawn(&s, ret);
    mode_t old = umask((mode_t)sh->umask);
    int err = bb_proc_spawn(&s, ret);
    umask(old);
    return err;
}

void bb_task_shell_finish(struct bb_ctx *ctx, struct bb_task_shell *sh, int status, bool quiet)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    if (status && !sh->stopped) {
        bb_task_error_text(&text, sh->run, status);
        if (quiet)
            bb_warn(ctx, "%s", text.p);
        else
            bb_error(ctx, "%s", text.p);
    } else if (!status && sh->log.fd >= 0 && sh->end.len) {
        bb_fs_write_all(sh->log.fd, sh->end);
    }
    bb_clean_fd(&sh->fifo_fd);
    if (sh->fifo)
        bb_fs_unlink(sh->fifo);
    free(sh->fifo);
    bb_tasklog_close(&sh->log);
    bb_arena_release(&sh->arena);
}
