/* SPDX-License-Identifier: MIT */
#include "cook/worker.h"

#include "cook/childlog.h"
#include "cook/fakeworker.h"
#include "cook/taskrun.h"
#include "os/fs.h"
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
    struct job *next;
    struct bb_worker *w;
    bb_tid t;
    bool setscene;
    struct bb_proc proc;
    struct bb_taskrun run;
    int fd; /* its messages, -1: none. Of a shell task: the fifo, which `run` owns */
    struct bb_watch *messages;
    struct bb_buf in;
};

struct bb_worker {
    struct bb_cooker *c;
    struct bb_hashes *hashes;
    struct bb_loop *loop;
    struct bb_worker_opts o;
    struct job *jobs;
};

struct bb_worker *bb_worker_new(struct bb_cooker *c, struct bb_hashes *hashes, struct bb_loop *loop,
                                const struct bb_worker_opts *o)
{
    struct bb_worker *w = bb_calloc(1, sizeof(*w));
    *w = (struct bb_worker){.c = c, .hashes = hashes, .loop = loop, .o = *o};
    return w;
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
    bb_taskrun_release(&j->run);
    free(j);
}

void bb_worker_free(struct bb_worker *w)
{
    while (w->jobs)
        job_free(w->jobs);
    free(w);
}

/* Reads what is there; the descriptor does not block. */
static void read_messages(struct job *j)
{
    for (;;) {
        bb_buf_reserve(&j->in, 4096);
        ssize_t n = read(j->fd, j->in.p + j->in.len, 4096);
        if (n <= 0)
            break;
        j->in.len += (size_t)n;
    }
    if (j->run.shell)
        bb_task_messages(j->w->c->ctx, &j->in, j->run.script.log.fd);
    else
        bb_childlog_take(j->w->c->ctx, &j->in);
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

/* The end of a log that tells why a task failed, once. */
static void show_log(struct job *j, const char *path)
{
    BB_CLEAN_BUF struct bb_buf tail = BB_BUF_INIT;
    if (bb_tasklog_tail(path, &tail) < 0)
        return;
    bb_error(j->w->c->ctx, "Logfile of failure stored in: %s", path);
    if (tail.len)
        bb_plain(j->w->c->ctx, "Log data follows:\n%.*s", BB_STRF(bb_str_rtrim(bb_buf_str(&tail))));
}

static void on_end(void *self, pid_t pid, int status)
{
    struct job *j = self;
    struct bb_worker *w = j->w;
    bb_tid t = j->t;
    bool setscene = j->setscene;
    BB_CLEAN_BUF struct bb_buf log = BB_BUF_INIT;
    if (j->fd >= 0)
        read_messages(j);
    if (status != 0 && !setscene) {
        j->run.opts.id = pid;
        if (j->run.shell)
            bb_buf_addz(&log, j->run.script.log.path);
        else if (j->run.d || bb_taskrun_evaluate(&j->run) == 0)
            bb_task_log_path(w->c->ctx, j->run.d, &j->run.opts, &log);
    }
    if (j->run.shell)
        bb_task_shell_finish(w->c->ctx, &j->run.script, status, setscene);
    if (log.len)
        show_log(j, log.p);
    job_free(j);
    w->o.ended(w->o.self, t, setscene, status);
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

static int start_job(struct job *j)
{
    /* Code of the task may want its signature data: shared state keeps a copy with the object. */
    if (!j->run.shell && !j->setscene) {
        int r = bb_hashes_write_sigdata(j->w->hashes, j->t, &j->run.sigdata);
        if (r < 0)
            return r;
    }
    if (j->run.fakeroot)
        return bb_fakeworker_start(&j->run, &j->proc, &j->fd);
    return j->run.shell ? start_shell(j) : start_fork(j);
}

int bb_worker_start(struct bb_worker *w, bb_tid t, bool setscene)
{
    struct job *j = bb_calloc(1, sizeof(*j));
    *j = (struct job){.next = w->jobs, .w = w, .t = t, .setscene = setscene, .fd = -1, .in = BB_BUF_INIT};
    w->jobs = j;
    int r = bb_taskrun_prepare(&j->run, w->c, w->hashes->plan, t, setscene, w->o.verbose);
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

void bb_worker_kill(struct bb_worker *w)
{
    for (struct job *j = w->jobs; j; j = j->next)
        bb_proc_kill(&j->proc, SIGTERM);
}
