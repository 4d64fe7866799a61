/* SPDX-License-Identifier: MIT */
#include "cook/parsepool.h"

#include "base/map.h"
#include "data/seen.h"
#include "os/fs.h"
#include "os/proc.h"
#include "py/py.h"
#include "reuse/code.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NO_JOB = UINT32_MAX, MAX_WORKERS = 64 };

/* Seen by all processes. */
struct shared {
    atomic_uint next;                 /* job to take */
    atomic_uint stop;                 /* somebody failed and nobody asked to go on */
    atomic_uint current[MAX_WORKERS]; /* what each worker is parsing: named when it dies or is stopped */
};

struct worker {
    struct bb_proc proc;
    int fd; /* frames; -1 once at its end */
    struct bb_buf in;
};

struct run {
    struct bb_parsepool *p;
    const struct bb_evaluate_job *jobs;
    size_t njobs, done;
    struct bb_parsed *results;
    struct shared *shared;
    struct worker workers[MAX_WORKERS];
    unsigned n;
    bool *answered;  /* of each job */
    unsigned nreads; /* workers that have said what they read */
    bool failed, garbled;
};

/* Block of the entry, then the files. */
static void put_evaluated(struct bb_buf *out, const struct bb_evaluated *e)
{
    size_t block = bb_pack_open(out);
    bb_recipes_put_entry(out, &e->entry);
    bb_pack_close(out, block);
    bb_pack_put_uint(out, e->nfiles);
    for (size_t i = 0; i < e->nfiles; i++)
        bb_filestate_put(out, &e->files[i]);
}

static int summarise(const struct bb_evaluator *ev, const struct bb_evaluate_job *job, struct bb_buf *out)
{
    struct bb_evaluated evaluated;
    int r = bb_evaluate_summaries(ev, job, &evaluated);
    if (r == 0)
        put_evaluated(out, &evaluated);
    return r;
}

/* Frame: job, status, errors and warnings reported, then the result when the status is 0. */
static int put_frame(int fd, uint32_t job, int status, const struct bb_ctx *ctx, bb_str body)
{
    BB_CLEAN_BUF struct bb_buf b = BB_BUF_INIT;
    size_t block = bb_pack_open(&b);
    bb_pack_put_uint(&b, job);
    bb_pack_put_int(&b, status);
    bb_pack_put_uint(&b, ctx->errors);
    bb_pack_put_uint(&b, ctx->warnings);
    bb_buf_adds(&b, body);
    bb_pack_close(&b, block);
    return bb_fs_write_all(fd, bb_buf_str(&b));
}

/* The last frame of a worker, of no job: names that its recipes may have read, and results for the code cache. */
static void put_reads(int fd, struct bb_ctx *ctx, size_t ncode)
{
    BB_CLEAN_BUF struct bb_buf body = BB_BUF_INIT;
    struct bb_reads reads = {0};
    const bb_sym *names;
    size_t n;
    bb_seen_names(&names, &n);
    for (size_t i = 0; i < n; i++)
        bb_reads_add(&reads, names[i]->name);
    bb_reads_sort(&reads);
    bb_reads_put(&body, &reads);
    bb_reads_release(&reads);
    bb_code_write(&body, ncode);
    ctx->errors = ctx->warnings = 0;
    put_frame(fd, NO_JOB, 0, ctx, bb_buf_str(&body));
}

/* Adds the recipe to messages that do not name it: what a class does may fail for one recipe only. */
struct naming_sink {
    struct bb_diag_sink sink; /* first */
    struct bb_diag_sink *outer;
    bb_str file;
};

static bool names_file(const struct bb_diag *d, bb_str file)
{
    bool found = bb_str_has(d->text, file) || (d->loc.src && bb_str_eq(bb_source_path(d->loc.src), file));
    for (size_t i = 0; !found && i < d->nnotes; i++)
        found = bb_str_has(d->notes[i].text, file) ||
                (d->notes[i].loc.src && bb_str_eq(bb_source_path(d->notes[i].loc.src), file));
    return found;
}

static void emit_named(struct bb_diag_sink *self, struct bb_ctx *ctx, const struct bb_diag *d)
{
    struct naming_sink *s = (struct naming_sink *)self;
    if (d->severity < BB_WARN || d->uncounted || names_file(d, s->file)) {
        s->outer->emit(s->outer, ctx, d);
        return;
    }
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    BB_VEC(struct bb_diag_note) notes = {0};
    struct bb_diag named = *d;
    bb_buf_addf(&text, "while parsing %.*s", BB_STRF(s->file));
    for (size_t i = 0; i < d->nnotes; i++)
        bb_vec_push(&notes, d->notes[i]);
    bb_vec_push(&notes, (struct bb_diag_note){.text = bb_buf_str(&text)});
    named.notes = notes.p;
    named.nnotes = notes.n;
    s->outer->emit(s->outer, ctx, &named);
    bb_vec_release(&notes);
}

static _Noreturn void work(struct run *run, unsigned self, int fd)
{
    struct bb_parsepool pool = *run->p;
    struct bb_arena arena;
    struct naming_sink naming = {{emit_named}, pool.ctx->diag, {0}};
    pool.ev.arena = &arena;
    pool.ctx->diag = &naming.sink;
    int status = 0;
    size_t ncode = bb_code_count(); /* what the parent has itself */
    bb_seen_start();
    bb_profile_worker_start(pool.profile);
    for (uint32_t job; !atomic_load(&run->shared->stop);) {
        job = atomic_fetch_add(&run->shared->next, 1);
        if (job >= run->njobs)
            break;
        BB_CLEAN_BUF struct bb_buf body = BB_BUF_INIT;
        atomic_store(&run->shared->current[self], job);
        bb_arena_init(&arena);
        pool.ctx->errors = pool.ctx->warnings = 0;
        naming.file = run->jobs[job].file;
        bb_profile_recipe_enter(pool.profile, run->jobs[job].file);
        status = summarise(&pool.ev, &run->jobs[job], &body);
        bb_profile_recipe_leave(pool.profile);
        if (status < 0 && !pool.options->keep_going)
            atomic_store(&run->shared->stop, 1);
        int r = put_frame(fd, job, status, pool.ctx, status == 0 ? bb_buf_str(&body) : BB_STR(""));
        if (r < 0) {
            bb_error(pool.ctx, "the result of parsing %.*s cannot be sent: %s", BB_STRF(naming.file),
                     bb_strerror(r));
            _exit(1);
        }
        atomic_store(&run->shared->current[self], NO_JOB);
        bb_arena_release(&arena);
        bb_py_recipe_done();
        bb_seen_recipe_done(); /* a failed one has not said so */
    }
    bb_profile_worker_end(pool.profile);
    put_reads(fd, pool.ctx, ncode);
    _exit(0);
}

static volatile sig_atomic_t interrupted;

static void on_sigint(int sig)
{
    interrupted = sig;
}

/* `sigint` is what the worker does about SIGINT: what we did before we started workers. */
static int start_worker(struct run *run, unsigned self, const struct sigaction *sigint)
{
    int fds[2];
    struct worker *w = &run->workers[self];
    w->in = (struct bb_buf)BB_BUF_INIT;
    w->fd = -1;
    if (pipe2(fds, O_CLOEXEC) < 0)
        return -errno;
    int r = bb_proc_fork(false, &w->proc);
    if (r == 0) {
        sigaction(SIGINT, sigint, NULL);
        close(fds[0]);
        bb_py_after_fork_child();
        bb_py_parse_worker();
        work(run, self, fds[1]);
    }
    close(fds[1]);
    if (r < 0)
        close(fds[0]);
    else
        w->fd = fds[0];
    return r < 0 ? r : 0;
}

/* One frame's body into results[]; texts are views into a copy that lives as long as the results. */
static bool take_result(struct run *run, uint32_t job, struct bb_pack_in *in)
{
    struct bb_arena *a = run->p->ev.arena;
    struct bb_pack_in kept = bb_pack_in(bb_arena_str(a, bb_pack_take_block(in)));
    struct bb_recipes_entry e = bb_recipes_take_entry(&kept, a);
    e.nfiles = bb_pack_take_count(in, 3);
    e.files = bb_arena_array(a, uint32_t, e.nfiles);
    for (size_t i = 0; i < e.nfiles; i++) {
        struct bb_seenfile f = bb_filestate_take(in);
        if (in->bad)
            return false;
        e.files[i] = bb_filetable_add(&run->p->cache->files, &f);
    }
    return bb_pack_done(&kept) && bb_pack_done(in) &&
           bb_parsed_open(a, &e, &run->jobs[job].mc->graph, &run->results[job]);
}

static void take_reads(struct run *run, struct bb_pack_in *in)
{
    struct bb_reads reads = bb_reads_take(in);
    run->nreads += !in->bad;
    if (!in->bad)
        bb_code_read(bb_pack_take_rest(in));
    bb_reads_merge(&run->p->cache->reads, &reads);
    bb_reads_release(&reads);
}

/* Whatever a worker's metadata writes to its descriptors comes in here, too. */
static void take_frame(struct run *run, bb_str frame)
{
    struct bb_pack_in in = bb_pack_in(frame);
    uint32_t job = bb_pack_take_u32(&in);
    int64_t status = bb_pack_take_int(&in);
    uint32_t errors = bb_pack_take_u32(&in), warnings = bb_pack_take_u32(&in);
    if (job == NO_JOB) {
        take_reads(run, &in);
        return;
    }
    if (in.bad || job >= run->njobs || run->answered[job]) {
        run->garbled = true;
        return;
    }
    run->answered[job] = true;
    run->p->ctx->errors += errors;
    run->p->ctx->warnings += warnings;
    bool garbled = status == 0 && !take_result(run, job, &in);
    if (garbled)
        bb_error(
            run->p->ctx,
            "the result of parsing %.*s is not what was sent: metadata has written to a descriptor of the process that parses it",
            BB_STRF(run->jobs[job].file));
    if (status != 0 || garbled) {
        run->results[job] = (struct bb_parsed){0};
        run->failed = true;
    }
    if (run->p->progress)
        run->p->progress(run->p->self, ++run->done, run->njobs);
}

/* Takes the complete frames off a worker's buffer. */
static void take_frames(struct run *run, struct worker *w)
{
    bb_str in = bb_buf_str(&w->in), frame;
    int r;
    while ((r = bb_pack_frame(&in, UINT32_MAX, &frame)) > 0)
        take_frame(run, frame);
    run->garbled = run->garbled || r < 0;
    bb_buf_splice(&w->in, 0, w->in.len - in.len, BB_STR(""));
}

/* The worker is gone. One that was in the middle of a recipe was killed by it, or by Ctrl-C, which reaches us, too. */
static void finish_worker(struct run *run, unsigned self)
{
    struct worker *w = &run->workers[self];
    int status;
    close(w->fd);
    w->fd = -1;
    bb_proc_wait(&w->proc, &status);
    bb_buf_release(&w->in);
    uint32_t job = atomic_load(&run->shared->current[self]);
    if (job == NO_JOB)
        return;
    run->failed = true;
    bb_str file = run->jobs[job].file;
    if (interrupted)
        bb_note(run->p->ctx, "interrupted while parsing %.*s", BB_STRF(file));
    else
        bb_error(run->p->ctx, "the process parsing %.*s died with %s %d", BB_STRF(file),
                 status < 0 ? "signal" : "status", status < 0 ? -status : status);
}

/* Waits for the workers, which are killed once we were interrupted: before the wait or in it, never in between. */
static int wait_for_workers(struct run *run, struct pollfd *fds)
{
    sigset_t sigint, before;
    sigemptyset(&sigint);
    sigaddset(&sigint, SIGINT);
    sigprocmask(SIG_BLOCK, &sigint, &before);
    for (unsigned i = 0; i < run->n; i++) {
        fds[i] = (struct pollfd){.fd = run->workers[i].fd, .events = POLLIN};
        if (interrupted && fds[i].fd >= 0)
            bb_proc_kill(&run->workers[i].proc, SIGKILL);
    }
    int n = ppoll(fds, run->n, NULL, &before);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return n;
}

/* Reads from all workers until all are at their end. */
static void collect(struct run *run)
{
    struct pollfd fds[MAX_WORKERS];
    for (unsigned open = run->n; open;) {
        int n = wait_for_workers(run, fds);
        for (unsigned i = 0; n > 0 && i < run->n; i++) {
            struct worker *w = &run->workers[i];
            if (w->fd < 0 || !fds[i].revents)
                continue;
            bb_buf_reserve(&w->in, 65536);
            ssize_t got = read(w->fd, w->in.p + w->in.len, 65536);
            if (got > 0) {
                w->in.len += (size_t)got;
                take_frames(run, w);
            } else if (got == 0 || errno != EINTR) {
                finish_worker(run, i);
                open--;
            }
        }
    }
}

/*
 * A recipe whose metadata closes what it has not opened, or writes there, can take its own result with it and those of
 * recipes after it. The first without a result is named.
 */
static void check_answers(struct run *run)
{
    size_t taken = atomic_load(&run->shared->next), lost = 0, first = 0;
    if (run->failed || interrupted || atomic_load(&run->shared->stop))
        return;
    for (size_t i = taken < run->njobs ? taken : run->njobs; i-- > 0;)
        if (!run->answered[i]) {
            lost++;
            first = i;
        }
    if (!lost && !run->garbled)
        return;
    run->failed = true;
    if (lost)
        bb_error(
            run->p->ctx,
            "%zu recipes have no result, the first is %.*s: metadata has closed a descriptor of the process that parses them, or has written to one",
            lost, BB_STRF(run->jobs[first].file));
    else
        bb_error(run->p->ctx, "metadata has written to a descriptor of the process that parses it");
}

static int run_workers(struct run *run)
{
    struct sigaction old, act = {.sa_handler = on_sigint};
    interrupted = 0;
    int r = 0;
    sigaction(SIGINT, &act, &old);
    bb_py_before_fork();
    for (unsigned want = run->n, i = run->n = 0; r == 0 && i < want; i++) {
        atomic_store(&run->shared->current[i], NO_JOB);
        r = start_worker(run, i, &old);
        run->n += r == 0;
    }
    bb_py_after_fork_parent();
    if (!run->n)
        r = bb_error(run->p->ctx, "cannot start a parse worker: %s", bb_strerror(r));
    else
        r = 0;
    collect(run);
    check_answers(run);
    if (run->nreads < run->n)
        run->p->cache->reads.unknown = true;
    sigaction(SIGINT, &old, NULL);
    if (interrupted)
        return -BB_ECANCELLED;
    return r;
}

int bb_parsepool_run(struct bb_parsepool *p, const struct bb_evaluate_job *jobs, size_t njobs,
                     struct bb_parsed *results)
{
    struct run *run = bb_calloc(1, sizeof(*run));
    *run = (struct run){.p = p, .jobs = jobs, .njobs = njobs, .results = results};
    run->n = p->workers < 1 ? 1 : p->workers > MAX_WORKERS ? MAX_WORKERS : p->workers;
    if (run->n > njobs)
        run->n = (unsigned)njobs;
    run->shared = mmap(NULL, sizeof(*run->shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    run->answered = bb_calloc(njobs + 1, sizeof(*run->answered));
    int r = 0;
    if (run->shared == MAP_FAILED)
        r = bb_error(p->ctx, "cannot start parse workers: %s", strerror(errno));
    else if (njobs)
        r = run_workers(run);
    if (r == 0 && run->failed)
        r = -BB_EREPORTED;
    if (run->shared != MAP_FAILED)
        munmap(run->shared, sizeof(*run->shared));
    free(run->answered);
    free(run);
    return r;
}
