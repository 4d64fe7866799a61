/* SPDX-License-Identifier: MIT */
/* One function: its folders, locks, run script, and running it in the present process. */
#include "run/func.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "os/fs.h"
#include "os/lock.h"
#include "os/os.h"
#include "os/os.h"
#include "run/script.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

extern char **environ;

/* Reading the store. */

static int reported(struct bb_store *d, int err)
{
    return err == 0 || err == -BB_EREPORTED ? err : bb_store_report(d, err, (struct bb_loc){0});
}

int bb_func_flag_text(struct bb_store *d, bb_str var, const char *flag, bb_str *ret)
{
    return reported(d, bb_store_flag_str(d, bb_sym_get(var), bb_sym_z(flag), ret));
}

int bb_func_text(struct bb_store *d, const char *var, bb_str *ret)
{
    return bb_store_str_report(d, bb_sym_z(var), ret);
}

bool bb_func_flag(struct bb_store *d, bb_str var, const char *flag)
{
    static const char *const yes[] = {"y", "yes", "1", "true"};
    bb_str v;
    if (bb_store_flag_str(d, bb_sym_get(var), bb_sym_z(flag), &v) < 0)
        return false;
    for (size_t i = 0; v.p && i < sizeof(yes) / sizeof(*yes); i++)
        if (strlen(yes[i]) == v.len && strncasecmp(v.p, yes[i], v.len) == 0)
            return true;
    return false;
}

int bb_func_body(struct bb_store *d, bb_str func, bb_str *ret)
{
    struct bb_val v;
    int err = reported(d, bb_store_get(d, bb_sym_get(func), 0, &v));
    *ret = (bb_str){0};
    if (!err && v.kind != BB_V_NONE)
        *ret = bb_val_str(bb_store_hook(d), bb_store_arena(d), v);
    return err;
}

/* Whether the flag is set at all: python, fakeroot. */
static bool has_flag(struct bb_store *d, bb_str func, const char *flag)
{
    struct bb_val v;
    return bb_store_get_flag(d, bb_sym_get(func), bb_sym_z(flag), 0, &v) == 0 &&
           bb_val_true(bb_store_hook(d), v);
}

/* Folders. */

static int on_path(struct bb_ctx *ctx, bb_str path, int (*fn)(const char *), const char *what)
{
    BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
    bb_buf_adds(&z, path);
    int err = fn(z.p);
    return err ? bb_error(ctx, "'%s' %s: %s", z.p, what, bb_strerror(err)) : 0;
}

static int make_dirs(struct bb_ctx *ctx, bb_str list, bb_str *ret_last)
{
    bb_str dir;
    int err = 0;
    while (!err && bb_str_word(&list, &dir)) {
        err = on_path(ctx, dir, bb_fs_mkdirs, "cannot be made");
        *ret_last = dir;
    }
    return err;
}

int bb_func_dirs(struct bb_ctx *ctx, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                 bb_str *ret_cwd)
{
    bb_str list, dir, last;
    *ret_cwd = BB_STR("");
    int err = bb_func_flag_text(d, func, "cleandirs", &list);
    for (bb_str rest = list; !err && rest.p && bb_str_word(&rest, &dir);)
        err = on_path(ctx, dir, bb_fs_remove, "cannot be emptied");
    if (!err && list.p)
        err = make_dirs(ctx, list, &last);
    if (!err && !dirs) {
        err = bb_func_flag_text(d, func, "dirs", &list);
        return err || !list.p ? err : make_dirs(ctx, list, ret_cwd);
    }
    for (size_t i = 0; !err && i < dirs->n; i++)
        err = make_dirs(ctx, dirs->p[i], ret_cwd);
    return err;
}

/* Run scripts. */

int bb_func_runfile(struct bb_ctx *ctx, struct bb_store *d, bb_str func, const struct bb_task_opts *o,
                    struct bb_buf *ret)
{
    bb_str t, task, fmt;
    BB_CLEAN_BUF struct bb_buf base = BB_BUF_INIT;
    int err = bb_func_text(d, "T", &t);
    if (!err)
        err = bb_func_text(d, "BB_RUNTASK", &task);
    if (!err)
        err = bb_func_text(d, "BB_RUNFMT", &fmt);
    if (err)
        return err;
    if (t.len == 0)
        return bb_error(ctx, "T variable not set, unable to build");
    struct bb_tasklog_names names = {task.len ? task : func, func, o->id ? o->id : getpid()};
    bb_tasklog_format(fmt.len ? fmt : BB_STR("run.{func}.{pid}"), &names, &base);
    bb_buf_addf(ret, "%.*s/%s", BB_STRF(t), base.p);
    err = bb_fs_mkdirs_for(ret->p);
    if (err)
        return bb_error(ctx, "the folder of '%s' cannot be made: %s", ret->p, bb_strerror(err));
    if (bb_str_eq(names.task, func)) {
        BB_CLEAN_BUF struct bb_buf link = BB_BUF_INIT;
        bb_buf_addf(&link, "%.*s/run.%.*s", BB_STRF(t), BB_STRF(func));
        bb_fs_symlink(base.p, link.p); /* a courtesy, as for logs */
    }
    return 0;
}

/* BitBake: those of the shell are 0775 whatever the umask is, those of Python as the umask says. */
enum { SCRIPT_MODE = 0775 };

static int write_script(struct bb_ctx *ctx, const char *path, const struct bb_buf *text, bool shell)
{
    int err = bb_fs_write(path, bb_buf_str(text), shell ? BB_FS_EXEC : 0);
    if (!err && shell && chmod(path, SCRIPT_MODE) < 0)
        err = -errno;
    return err ? bb_error(ctx, "the run script '%s' cannot be written: %s", path, bb_strerror(err)) : 0;
}

/* Descriptor 3 is make's jobserver: in the second line of the script, behind the name of its shell. */
static void open_jobs(struct bb_buf *text, bb_str fifo)
{
    BB_CLEAN_BUF struct bb_buf old = *text;
    bb_buf_init(text);
    bb_str rest = bb_buf_str(&old), first;
    bb_str_split(&rest, '\n', &first);
    bb_buf_addf(text, "%.*s\nexec 3<>'%.*s'\n%.*s", BB_STRF(first), BB_STRF(fifo), BB_STRF(rest));
}

int bb_func_script(struct bb_ctx *ctx, struct bb_store *d, bb_str func, bb_str cwd,
                   const struct bb_task_opts *o, const char *runfile, struct bb_buf *ret_text)
{
    struct bb_val v;
    int err = reported(d, bb_store_get(d, BB_SYM("BB_VERBOSE_LOGS"), 0, &v));
    if (err)
        return err;
    bb_str text = v.kind == BB_V_STR ? v.s : BB_STR(""), jobs;
    err = bb_func_text(d, "BBC_JOBSERVER_FIFO", &jobs);
    if (err)
        return err;
    bool trace = o->verbose || bb_str_eqz(text, "1") || bb_str_eqz(text, "yes") || bb_str_eqz(text, "true");
    err = bb_script_shell(ret_text, d, bb_sym_get(func), cwd, trace, o->emit);
    if (!err && jobs.len)
        open_jobs(ret_text, jobs);
    return err ? err : write_script(ctx, runfile, ret_text, true);
}

int bb_func_wrapper(struct bb_store *d, bb_str func, bb_str *ret)
{
    *ret = BB_STR("");
    return has_flag(d, func, "fakeroot") ? bb_func_text(d, "FAKEROOT", ret) : 0;
}

/* Messages of shell functions: bbwarn and friends write "COMMAND TEXT\0" to a fifo. */

int bb_func_fifo(struct bb_ctx *ctx, struct bb_store *d, bb_str script, int *ret_fd, char **ret_path)
{
    bb_str t;
    BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
    *ret_fd = -1;
    *ret_path = NULL;
    int err = bb_func_text(d, "T", &t);
    if (err)
        return err;
    bb_buf_addf(&path, "%.*s/fifo.%d", BB_STRF(t), (int)getpid());
    if (!bb_str_has(script, bb_buf_str(&path)))
        return 0;
    if (mkfifo(path.p, 0666) < 0 && errno != EEXIST)
        return bb_error(ctx, "'%s' cannot be made: %s", path.p, bb_strerror(-errno));
    /* Open for writing, too: there is no end of file when one writer leaves. */
    *ret_fd = open(path.p, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (*ret_fd < 0)
        return bb_error(ctx, "'%s' cannot be opened: %s", path.p, bb_strerror(-errno));
    *ret_path = bb_buf_detach(&path);
    return 0;
}

enum shown { LOG_ONLY, SHOW };
static const struct message {
    const char *command, *prefix;
    enum bb_severity severity;
    enum shown shown; /* on the console, when the log has it already */
} messages[] = {
    {"bbplain", "", BB_PLAIN, SHOW},
    {"bbnote", "NOTE: ", BB_NOTE, LOG_ONLY},
    {"bbverbnote", "NOTE: ", BB_NOTE, SHOW},
    {"bbwarn", "WARNING: ", BB_WARN, SHOW},
    {"bberror", "ERROR: ", BB_ERROR, SHOW},
    {"bbfatal", "ERROR: ", BB_ERROR, SHOW},
    {"bbfatal_log", "ERROR: ", BB_ERROR, SHOW},
    {"bbdebug", "DEBUG: ", BB_DEBUG, LOG_ONLY},
};

static void take_message(struct bb_ctx *ctx, bb_str text, int log_fd)
{
    size_t space = bb_str_chr(text, ' ', 0);
    bb_str command = space == BB_NPOS ? text : bb_str_sub(text, 0, space);
    const struct message *m = messages, *end = messages + sizeof(messages) / sizeof(*messages);
    while (m < end && !bb_str_eqz(command, m->command))
        m++;
    if (m == end) {
        bb_warn(ctx, "Unrecognised command '%.*s' on FIFO", BB_STRF(command));
        return;
    }
    text = space == BB_NPOS ? BB_STR("") : bb_str_from(text, space + 1);
    if (m->severity == BB_DEBUG) {
        /* "LEVEL TEXT" */
        space = bb_str_chr(text, ' ', 0);
        text = bb_str_from(text, space == BB_NPOS ? 0 : space + 1);
    }
    if (log_fd >= 0) {
        BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;
        bb_buf_addf(&line, "%s%.*s\n", m->prefix, BB_STRF(text));
        bb_fs_write_all(log_fd, bb_buf_str(&line));
    }
    if (log_fd < 0 || m->shown == SHOW)
        bb_report(ctx, &(struct bb_diag){.severity = m->severity, .text = text, .shown = m->shown == SHOW});
}

void bb_task_messages(struct bb_ctx *ctx, struct bb_buf *in, int log_fd)
{
    bb_str rest = bb_buf_str(in);
    for (size_t end; (end = bb_str_chr(rest, '\0', 0)) != BB_NPOS; rest = bb_str_from(rest, end + 1))
        take_message(ctx, bb_str_sub(rest, 0, end), log_fd);
    bb_buf_splice(in, 0, in->len - rest.len, BB_STR(""));
}

/* Reads what is there; false at the end or when nothing is there. */
static bool read_some(int fd, struct bb_buf *to)
{
    bb_buf_reserve(to, 4096);
    ssize_t n = read(fd, to->p + to->len, 4096 - 1);
    if (n <= 0)
        return false;
    to->len += (size_t)n;
    to->p[to->len] = '\0';
    return true;
}

/* Running. */

void bb_task_error_text(struct bb_buf *out, const char *run, int status)
{
    bb_buf_addf(out, "ExecutionError('%s', %d, None, None)", run, status);
}

/* With -v what the shell prints is reported, which puts it into the log, too; whole lines, until the end has
 * come. */
static void show_output(struct bb_ctx *ctx, const struct bb_task_opts *o, struct bb_buf *in, bool end)
{
    size_t newline = bb_str_rchr(bb_buf_str(in), '\n');
    size_t n = end ? in->len : newline == BB_NPOS ? 0 : newline + 1;
    bb_str text = bb_str_rtrim(bb_str_sub(bb_buf_str(in), 0, n));
    if (n && o->outside)
        bb_debug(ctx, 1, "%.*s", BB_STRF(text));
    else if (n)
        bb_plain(ctx, "%.*s", BB_STRF(text));
    bb_buf_splice(in, 0, n, BB_STR(""));
}

/* Until the process has ended: messages of its fifo and, with -v, its output. */
static int attend(struct bb_ctx *ctx, const struct bb_task_opts *o, struct bb_proc *p, int fifo, int output)
{
    BB_CLEAN_BUF struct bb_buf in = BB_BUF_INIT, text = BB_BUF_INIT;
    struct pollfd fds[3] = {{p->pidfd, POLLIN, 0}, {fifo, POLLIN, 0}, {output, POLLIN, 0}};
    bool ended = false;
    while (!ended) {
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            break;
        ended = fds[0].revents != 0;
        while (fifo >= 0 && read_some(fifo, &in))
            bb_task_messages(ctx, &in, -1);
        while (output >= 0 && read_some(output, &text))
            show_output(ctx, o, &text, false);
        if (fds[2].revents & POLLHUP)
            fds[2].fd = -1;
    }
    show_output(ctx, o, &text, true);
    int status, err = bb_proc_wait(p, &status);
    return err ? err : status;
}

/* FAKEROOT's words and the script. */
static const char **command(struct bb_arena *a, bb_str wrapper, const char *runfile)
{
    struct bb_strvec words = {0};
    bb_strvec_words(&words, wrapper);
    const char **argv = bb_arena_array(a, const char *, words.n + 2);
    for (size_t i = 0; i < words.n; i++)
        argv[i] = bb_arena_strz(a, words.p[i]);
    argv[words.n] = runfile;
    bb_vec_release(&words);
    return argv;
}

static int spawn_here(struct bb_ctx *ctx, const struct bb_task_opts *o, const char **argv, int fifo,
                      int *ret_status)
{
    bool verbose = o->verbose || o->outside;
    struct bb_spawn s = BB_SPAWN(argv);
    int out[2] = {-1, -1};
    s.env = (const char *const *)environ;
    if (verbose && pipe2(out, O_CLOEXEC) < 0)
        return -errno;
    if (verbose) {
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        s.out = s.err = out[1];
    }
    struct bb_proc p;
    int err = ctx->os->spawn(ctx->os, &s, &p);
    bb_clean_fd(&out[1]);
    if (!err)
        *ret_status = attend(ctx, o, &p, fifo, out[0]);
    bb_clean_fd(&out[0]);
    return err;
}

/* Our stdout is the log of a task. */
static void log_line(struct bb_ctx *ctx, const struct bb_task_opts *o, const char *what, bb_str func,
                     const char *tail)
{
    if (o->outside) {
        bb_debug(ctx, 2, "%s %.*s%s", what, BB_STRF(func), tail);
        return;
    }
    BB_CLEAN_BUF struct bb_buf line = BB_BUF_INIT;
    bb_buf_addf(&line, "DEBUG: %s %.*s%s\n", what, BB_STRF(func), tail);
    bb_fs_write_all(STDOUT_FILENO, bb_buf_str(&line));
}

static int run_shell(struct bb_ctx *ctx, struct bb_store *d, bb_str func, bb_str cwd,
                     const struct bb_task_opts *o, const char *runfile, int *ret_status)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    BB_CLEAN_FREE char *fifo = NULL;
    int fd = -1;
    bb_str wrapper;
    int err = bb_func_script(ctx, d, func, cwd, o, runfile, &text);
    if (!err)
        err = bb_func_wrapper(d, func, &wrapper);
    if (!err)
        err = bb_func_fifo(ctx, d, bb_buf_str(&text), &fd, &fifo);
    if (err)
        return err;
    struct bb_arena a;
    bb_arena_init(&a);
    log_line(ctx, o, "Executing shell function", func, "");
    err = spawn_here(ctx, o, command(&a, wrapper, runfile), fd, ret_status);
    if (err)
        err = bb_error(ctx, "'%s' cannot be started: %s", runfile, bb_strerror(err));
    else if (*ret_status)
        err = -BB_EREPORTED;
    else
        log_line(ctx, o, "Shell function", func, " finished");
    bb_clean_fd(&fd);
    if (fifo)
        bb_fs_unlink(fifo);
    bb_arena_release(&a);
    return err;
}

static int run_python(struct bb_ctx *ctx, struct bb_store *d, bb_str func, bb_str cwd,
                      const struct bb_task_opts *o, const char *runfile)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT, dir = BB_BUF_INIT;
    if (!o->py || !o->py->run)
        return bb_error(ctx, "%.*s is a python function and there is no Python here", BB_STRF(func));
    int err = o->py->emit ? o->py->emit(o->py->self, &text, d, func) : 0;
    if (!err)
        err = write_script(ctx, runfile, &text, false);
    if (err)
        return err;
    BB_CLEAN_FREE char *old = getcwd(NULL, 0);
    bb_buf_adds(&dir, cwd);
    if (cwd.len && chdir(dir.p) < 0)
        return bb_error(ctx, "'%s' cannot be entered: %s", dir.p, bb_strerror(-errno));
    log_line(ctx, o, "Executing python function", func, "");
    err = o->py->run(o->py->self, d, func);
    log_line(ctx, o, "Python function", func, " finished"); /* BitBake: after a failure, too */
    BB_CLEAN_FREE char *now = getcwd(NULL, 0);
    if (!cwd.len && old && now && strcmp(old, now) != 0)
        bb_warn(ctx, "Task %.*s changed cwd to %s", BB_STRF(func), now);
    if (old && chdir(old) < 0)
        bb_warn(ctx, "%.*s: Cannot restore cwd %s: %s", BB_STRF(func), old, bb_strerror(-errno));
    return err;
}

/* Takes the locks of flag lockfiles, in its order. */
struct locks {
    struct bb_lock *p;
    size_t n, cap;
};

static void locks_release(struct locks *l)
{
    while (l->n)
        bb_lock_release(&l->p[--l->n]);
    bb_vec_release(l);
}

static int take_locks(struct bb_ctx *ctx, struct bb_store *d, bb_str func, struct locks *l)
{
    bb_str list, path;
    int err = bb_func_flag_text(d, func, "lockfiles", &list);
    while (!err && list.p && bb_str_word(&list, &path)) {
        BB_CLEAN_BUF struct bb_buf z = BB_BUF_INIT;
        struct bb_lock lock = BB_LOCK_INIT;
        bb_buf_adds(&z, path);
        err = bb_lock_take(&lock, z.p, 0);
        if (err)
            err = bb_error(ctx, "'%s' cannot be locked: %s", z.p, bb_strerror(err));
        else
            bb_vec_push(l, lock);
    }
    return err;
}

int bb_task_exec_func(struct bb_ctx *ctx, struct bb_store *d, bb_str func, const struct bb_vlist *dirs,
                      const struct bb_task_opts *o, int *ret_status)
{
    bb_str cwd, body;
    BB_CLEAN_BUF struct bb_buf runfile = BB_BUF_INIT;
    struct locks locks = {0};
    *ret_status = 0;
    int err = bb_func_dirs(ctx, d, func, dirs, &cwd);
    if (!err)
        err = bb_func_body(d, func, &body);
    if (err || body.len == 0) {
        if (!err && !body.p)
            bb_warn(ctx, "Function %.*s doesn't exist", BB_STRF(func));
        return err;
    }
    err = bb_func_runfile(ctx, d, func, o, &runfile);
    if (!err)
        err = take_locks(ctx, d, func, &locks);
    if (!err)
        err = has_flag(d, func, "python") ? run_python(ctx, d, func, cwd, o, runfile.p)
                                          : run_shell(ctx, d, func, cwd, o, runfile.p, ret_status);
    locks_release(&locks);
    return err;
}
