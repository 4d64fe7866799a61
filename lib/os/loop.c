/* SPDX-License-Identifier: MIT */
#include "os/loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/vec.h"

enum kind { WATCH_FD, WATCH_PROC, WATCH_SIGNAL, WATCH_TIMER };

/*
 * A removed watch stays in the list, `gone`, until the turn is over: a callback may remove any watch while the list
 * is being walked.
 */
struct bb_watch {
    enum kind kind;
    bool gone;
    int fd; /* what poll looks at; -1 for timers */
    short events;
    int sig;
    int64_t due_ns; /* timers, CLOCK_MONOTONIC */
    struct bb_proc proc;
    void *self;
    union {
        void (*fd)(void *self, int fd, short revents);
        void (*proc)(void *self, pid_t pid, int status);
        void (*sig)(void *self, int sig);
        void (*timer)(void *self);
    } fn;
};

struct bb_loop {
    BB_VEC(struct bb_watch *) watches;
    BB_VEC(struct pollfd) fds;
};

static int64_t monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

struct bb_loop *bb_loop_new(void)
{
    return bb_calloc(1, sizeof(struct bb_loop));
}

static struct bb_watch *add(struct bb_loop *l, enum kind kind, int fd, void *self)
{
    struct bb_watch *w = bb_calloc(1, sizeof(*w));
    *w = (struct bb_watch){.kind = kind, .fd = fd, .events = POLLIN, .self = self};
    bb_vec_push(&l->watches, w);
    return w;
}

struct bb_watch *bb_loop_fd(struct bb_loop *l, int fd, short events,
                            void (*fn)(void *self, int fd, short revents), void *self)
{
    struct bb_watch *w = add(l, WATCH_FD, fd, self);
    w->events = events;
    w->fn.fd = fn;
    return w;
}

struct bb_watch *bb_loop_proc(struct bb_loop *l, struct bb_proc p,
                              void (*fn)(void *self, pid_t pid, int status), void *self)
{
    struct bb_watch *w = add(l, WATCH_PROC, p.pidfd, self);
    w->proc = p;
    w->fn.proc = fn;
    return w;
}

static void block_signal(int sig, int how)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, sig);
    sigprocmask(how, &set, NULL);
}

struct bb_watch *bb_loop_signal(struct bb_loop *l, int sig, void (*fn)(void *self, int sig), void *self)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, sig);
    block_signal(sig, SIG_BLOCK);
    struct bb_watch *w = add(l, WATCH_SIGNAL, signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), self);
    w->sig = sig;
    w->fn.sig = fn;
    return w;
}

struct bb_watch *bb_loop_timer(struct bb_loop *l, int64_t delay_ns, void (*fn)(void *self), void *self)
{
    struct bb_watch *w = add(l, WATCH_TIMER, -1, self);
    w->due_ns = monotonic() + delay_ns;
    w->fn.timer = fn;
    return w;
}

void bb_loop_remove(struct bb_loop *l, struct bb_watch *w)
{
    if (!w || w->gone)
        return;
    w->gone = true;
    if (w->kind == WATCH_SIGNAL) {
        close(w->fd);
        block_signal(w->sig, SIG_UNBLOCK);
    } else if (w->kind == WATCH_PROC && w->proc.pidfd >= 0) {
        close(w->proc.pidfd);
    }
}

static void sweep(struct bb_loop *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->watches.n; i++) {
        if (l->watches.p[i]->gone)
            free(l->watches.p[i]);
        else
            l->watches.p[kept++] = l->watches.p[i];
    }
    l->watches.n = kept;
}

void bb_loop_free(struct bb_loop *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->watches.n; i++)
        bb_loop_remove(l, l->watches.p[i]);
    sweep(l);
    bb_vec_release(&l->watches);
    bb_vec_release(&l->fds);
    free(l);
}

/* The poll time-out: no longer than until the next timer. */
static int until_due(const struct bb_loop *l, int timeout_ms)
{
    int64_t now = monotonic();

    bb_vec_each(&l->watches, it) {
        const struct bb_watch *w = *it;
        if (w->kind != WATCH_TIMER || w->gone)
            continue;
        int64_t ms = w->due_ns <= now ? 0 : (w->due_ns - now + 999999) / 1000000;
        if (timeout_ms < 0 || ms < timeout_ms)
            timeout_ms = ms > 1000000000 ? 1000000000 : (int)ms;
    }
    return timeout_ms;
}

static int fire_proc(struct bb_loop *l, struct bb_watch *w)
{
    pid_t pid = w->proc.pid;
    int status = 0, err = bb_proc_wait(&w->proc, &status);

    bb_loop_remove(l, w);
    if (err)
        return err;
    w->fn.proc(w->self, pid, status);
    return 1;
}

static int fire_signal(struct bb_watch *w)
{
    struct signalfd_siginfo info;
    int fired = 0;

    while (!w->gone && read(w->fd, &info, sizeof(info)) == sizeof(info)) {
        w->fn.sig(w->self, w->sig);
        fired++;
    }
    return fired;
}

/* The timers among the first `n` watches that are due, the earliest first: several may be when we come late. */
static int fire_timers(struct bb_loop *l, size_t n, int64_t now)
{
    for (int fired = 0;; fired++) {
        struct bb_watch *first = NULL;
        for (size_t i = 0; i < n; i++) {
            struct bb_watch *w = l->watches.p[i];
            if (w->kind == WATCH_TIMER && !w->gone && w->due_ns <= now &&
                (!first || w->due_ns < first->due_ns))
                first = w;
        }
        if (!first)
            return fired;
        bb_loop_remove(l, first);
        first->fn.timer(first->self);
    }
}

/* Runs the callback of a watch other than a timer; how many callbacks ran, or a negative errno. */
static int fire(struct bb_loop *l, struct bb_watch *w, short revents)
{
    switch (w->kind) {
    case WATCH_TIMER:
        return 0;
    case WATCH_PROC:
        return revents ? fire_proc(l, w) : 0;
    case WATCH_SIGNAL:
        return revents ? fire_signal(w) : 0;
    default:
        if (revents)
            w->fn.fd(w->self, w->fd, revents);
        return revents != 0;
    }
}

int bb_loop_turn(struct bb_loop *l, int timeout_ms)
{
    int fired = 0, err = 0;

    sweep(l);
    /* Watches added by callbacks have their turn next time. */
    size_t n = l->watches.n;
    l->fds.n = 0;
    for (size_t i = 0; i < n; i++)
        bb_vec_push(&l->fds, (struct pollfd){l->watches.p[i]->fd, l->watches.p[i]->events, 0});
    if (poll(l->fds.p, n, until_due(l, timeout_ms)) < 0)
        return errno == EINTR ? 0 : -errno;
    fired = fire_timers(l, n, monotonic());
    for (size_t i = 0; i < n; i++) {
        struct bb_watch *w = l->watches.p[i];
        int r = w->gone ? 0 : fire(l, w, l->fds.p[i].revents);
        if (r < 0)
            err = r;
        else
            fired += r;
    }
    return err ? err : fired;
}
