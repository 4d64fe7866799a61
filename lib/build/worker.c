/* SPDX-License-Identifier: MIT */
#include "build/worker.h"

#include "build/childlog.h"
#include "build/fakeworker.h"
#include "build/taskrun.h"
#include "os/fs.h"
#include "os/guard.h"
#include "py/py.h"
#include "run/tasklog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* A running task. */
struct job {
    struct bb_diag_sink sink; /* first */
    struct bb_diag_sink *outer;
    struct bb_buf title; /* "x-1.0-r0 do_compile" */
    struct job *next;
    struct bb_worker *w;
    bb_tid t;
    bool setscene;
    bool told; /* it has reported an error */
    struct bb_proc proc;
    struct bb_taskrun run;
    int fd; /* its messages, -1: none. Of a shell task: the fifo, which `run` owns */
    struct bb_watch *messages;
    struct bb_buf in;
    struct bb_buf unihash; /* what it has told to be its own */
};

struct bb_worker {
    struct bb_cooker *c;
    struct bb_hashes *hashes;
    struct bb_loop *loop;
    struct bb_worker_opts o;
    struct job *jobs;
    struct bb_guard *guard; /* ends tasks when we are killed; there once a task was started */
    struct bb_buf failures;
    size_t nfailures;
    bool killed;
    struct bb_watch *patience; /* with tasks that were asked to end */
};

/* How long a task may take to end once it was asked to. */
static const int64_t patience_ns = 10 * INT64_C(1000000000);

struct bb_worker *bb_worker_new(struct bb_cooker *c, struct bb_hashes *hashes, struct bb_loop *loop,
                                const struct bb_worker_opts *o)
{
    struct bb_worker *w = bb_calloc(1, sizeof(*w));
    *w = (struct bb_worker){.c = c, .hashes = hashes, .loop = loop, .o = *o, .failures = BB_BUF_INIT};
    return w;
}

/* Messages of a task say whose they are. */
static void emit_titled(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct job *j = (struct job *)self;
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    struct bb_diag titled = *d;
    bb_buf_addf(&text, "%s: %.*s", j->title.p, BB_STRF(d->text));
    if (d->severity != BB_PLAIN)
        titled.text = bb_buf_str(&text);
    j->outer->emit(j->outer, ctx, &titled);
}

static void begin_titled(struct job *j)
{
    struct bb_ctx *ctx = j->w->c->ctx;
    j->outer = ctx->diag;
    ctx->diag = &j->sink;
}

static void end_titled(struct job *j)
{
    j->w->c->ctx->diag = j->outer;
}

static void job_free(struct job *j)
{
    struct job **at = &j->w->jobs;
    while (*at && *at != j)
        at = &(*at)->next;
    if (*at)
        *at = j->next;
    bb_loop_remove(j->w->loop, j->messages);
    if (j->fd >= 0 && !j->run.shell)
        close(j->fd);
    bb_buf_release(&j->in);
    bb_buf_release(&j->unihash);
    bb_buf_release(&j->title);
    bb_taskrun_release(&j->run);
    free(j);
}

void bb_worker_free(struct bb_worker *w)
{
    while (w->jobs)
        job_free(w->jobs);
    bb_loop_remove(w->loop, w->patience);
    bb_guard_stop(w->guard);
    bb_buf_release(&w->failures);
    free(w);
}

static void on_told(void *self, enum bb_childword word, bb_str text)
{
    struct job *j = self;
    if (word == BB_CHILD_NO_SERVER) {
        bb_equiv_lost(j->w->hashes->equiv, text);
        return;
    }
    bb_buf_clear(&j->unihash);
    bb_buf_adds(&j->unihash, text);
}

/* Reads what is there; the descriptor does not block. */
static void read_messages(struct job *j)
{
    const struct bb_childlog_ear ear = {j, on_told};
    for (;;) {
        bb_buf_reserve(&j->in, 4096);
        ssize_t n = read(j->fd, j->in.p + j->in.len, 4096);
        if (n <= 0)
            break;
        j->in.len += (size_t)n;
    }
    uint32_t errors = j->w->c->ctx->errors;
    begin_titled(j);
    if (j->run.shell)
        bb_task_messages(j->w->c->ctx, &j->in, j->run.script.log.fd);
    else
        bb_childlog_take(j->w->c->ctx, &j->in, &ear);
    end_titled(j);
    j->told = j->told || j->w->c->ctx->errors != errors;
}

static void on_messages(void *self, int fd, short revents)
{
    struct job *j = self;
    read_messages(j);
    if (revents & (POLLHUP | POLLERR)) {
        bb_loop_remove(j->w->loop, j->messages);
        j->messages = NULL;
    }
}

/* Where the log is and, if its errors were not seen anyway, its end. */
static void show_log(struct job *j, const char *path)
{
    struct bb_ctx *ctx = j->w->c->ctx;
    BB_CLEAN_BUF struct bb_buf tail = BB_BUF_INIT, text = BB_BUF_INIT;
    struct bb_store *d = bb_cooker_data(j->w->c);
    bb_str wanted, lines;
    int64_t n = 0;
    if (bb_store_str_report(d, BB_SYM("BBINCLUDELOGS"), &wanted) < 0 ||
        bb_store_str_report(d, BB_SYM("BBINCLUDELOGS_LINES"), &lines) < 0)
        return;
    if (!bb_str_to_int(bb_str_trim(lines), &n) || n < 0)
        n = 0;
    if (bb_tasklog_tail(path, (size_t)n, &tail) < 0)
        return;
    bb_buf_addf(&text, "Logfile of failure stored in: %s", path);
    bb_report(ctx, &(struct bb_diag){.severity = BB_ERROR, .text = bb_buf_str(&text), .uncounted = true});
    if (wanted.len && tail.len && !j->told)
        bb_plain(ctx, "Log data follows:\n%.*s", BB_STRF(bb_str_rtrim(bb_buf_str(&tail))));
}

static void note_failure(struct job *j, const char *log)
{
    BB_CLEAN_BUF struct bb_buf tid = BB_BUF_INIT;
    bb_plan_tid(j->w->hashes->plan, j->t, &tid);
    bb_buf_addf(&j->w->failures, "\n  %s", tid.p);
    if (log)
        bb_buf_addf(&j->w->failures, "\n    log: %s", log);
    j->w->nfailures++;
}

void bb_worker_summary(const struct bb_worker *w)
{
    if (w->nfailures)
        bb_plain(w->c->ctx, "\nSummary: %zu task%s failed:%s", w->nfailures, w->nfailures == 1 ? "" : "s",
                 w->failures.p);
}

static void on_end(void *self, pid_t pid, int status)
{
    struct job *j = self;
    struct bb_worker *w = j->w;
    bb_tid t = j->t;
    bool setscene = j->setscene;
    bb_guard_remove(w->guard, pid);
    BB_CLEAN_BUF struct bb_buf log = BB_BUF_INIT;
    if (j->fd >= 0)
        read_messages(j);
    bool failed = status != 0 && !setscene && !w->killed;
    if (failed) {
        j->run.id = j->run.opts.id = pid;
        if (j->run.shell)
            bb_buf_addz(&log, j->run.script.log.path);
        else if (j->run.d || bb_taskrun_evaluate(&j->run) == 0)
            bb_task_log_path(w->c->ctx, j->run.d, &j->run.opts, &log);
    }
    if (!j->run.shell)
        j->told = status != BB_TASK_LOG_TELLS;
    begin_titled(j);
    j->run.script.stopped = w->killed;
    if (j->run.shell)
        bb_task_shell_finish(w->c->ctx, &j->run.script, status, setscene);
    end_titled(j);
    if (log.len)
        show_log(j, log.p);
    if (failed)
        note_failure(j, log.p);
    /* BitBake: what ran the function was not killed with it, and ends with 1. */
    if (j->run.shell && status && !w->killed)
        status = 1;
    BB_CLEAN_BUF struct bb_buf unihash = j->unihash;
    bb_buf_init(&j->unihash);
    job_free(j);
    w->o.ended(w->o.self, t, setscene, status, bb_buf_str(&unihash));
}

static void watch(struct job *j)
{
    if (j->fd >= 0) {
        fcntl(j->fd, F_SETFL, O_NONBLOCK);
        j->messages = bb_loop_fd(j->w->loop, j->fd, POLLIN, on_messages, j);
    }
    bb_loop_proc(j->w->loop, j->proc, on_end, j);
}

/* Pure shell: the script is written already and the shell is our child. */
static int start_shell(struct job *j)
{
    j->fd = j->run.script.fifo_fd;
    return bb_task_shell_spawn(&j->run.script, &j->proc);
}

/* Python: a copy of this process runs it. */
static int start_fork(struct job *j)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0)
        return -errno;
    bb_py_before_fork();
    int r = bb_proc_fork(true, &j->proc);
    if (r == 0) {
        struct bb_childlog log;
        bb_py_after_fork_child();
        close(fds[0]);
        bb_childlog_start(&log, j->w->c->ctx, fds[1], j->setscene);
        j->run.log = &log;
        _exit(bb_taskrun_exec(&j->run));
    }
    bb_py_after_fork_parent();
    close(fds[1]);
    if (r < 0) {
        close(fds[0]);
        return r;
    }
    j->fd = fds[0];
    return 0;
}

static int start_process(struct job *j)
{
    if (j->run.fakeroot)
        return bb_fakeworker_start(&j->run, &j->proc, &j->fd);
    return j->run.shell ? start_shell(j) : start_fork(j);
}

static int start_job(struct job *j)
{
    int r = j->w->guard ? 0 : bb_guard_start(&j->w->guard);
    if (r == 0)
        r = start_process(j);
    if (r == 0)
        bb_guard_add(j->w->guard, j->proc.pid);
    return r;
}

int bb_worker_start(struct bb_worker *w, bb_tid t, bool setscene)
{
    struct job *j = bb_calloc(1, sizeof(*j));
    *j = (struct job){.next = w->jobs,
                      .w = w,
                      .t = t,
                      .setscene = setscene,
                      .fd = -1,
                      .in = BB_BUF_INIT,
                      .unihash = BB_BUF_INIT,
                      .title = BB_BUF_INIT};
    const struct bb_plan_task *pt = &w->hashes->plan->tasks[t];
    j->sink.emit = emit_titled;
    bb_recipe_title(&j->title, pt->entry->recipe);
    bb_buf_addf(&j->title, " %.*s", BB_STRF(setscene ? pt->setscene->name : pt->task->name));
    w->jobs = j;
    int r = bb_taskrun_prepare(&j->run, w->hashes, t, setscene);
    if (r == 0 && (r = start_job(j)) < 0) {
        if (r != -BB_EREPORTED)
            bb_error(w->c->ctx, "%.*s cannot be started: %s", BB_STRF(j->run.task), bb_strerror(r));
        if (j->run.shell)
            bb_task_shell_finish(w->c->ctx, &j->run.script, 1, true);
    }
    if (r == 0)
        watch(j);
    else
        job_free(j);
    return r;
}

void bb_worker_running(const struct bb_worker *w, struct bb_worker_running *ret)
{
    size_t n = 0;
    for (const struct job *j = w->jobs; j; j = j->next)
        n++;
    ret->tids = bb_calloc(n + 1, sizeof(*ret->tids));
    ret->groups = bb_calloc(n + 1, sizeof(*ret->groups));
    ret->n = 0;
    for (const struct job *j = w->jobs; j; j = j->next) {
        if (j->setscene || !j->proc.pid)
            continue;
        ret->tids[ret->n] = j->t;
        ret->groups[ret->n++] = j->proc.pid;
    }
}

/* Nothing can ignore this: neither the task nor what it has started. */
static void kill_hard(void *self)
{
    struct bb_worker *w = self;
    w->patience = NULL;
    for (struct job *j = w->jobs; j; j = j->next) {
        bb_warn(w->c->ctx, "%s does not end: killing it and what it has started", j->title.p);
        bb_proc_kill(&j->proc, SIGKILL);
    }
}

void bb_worker_kill(struct bb_worker *w)
{
    if (w->killed) {
        bb_loop_remove(w->loop, w->patience);
        kill_hard(w);
        return;
    }
    w->killed = true;
    for (struct job *j = w->jobs; j; j = j->next)
        bb_proc_kill(&j->proc, SIGTERM);
    w->patience = bb_loop_timer(w->loop, patience_ns, kill_hard, w);
}
