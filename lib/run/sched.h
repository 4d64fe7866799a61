/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: carries a plan out. It decides which task is next, asks a `struct bb_runner` to start it and is told
 * when it has ended. It knows nothing of what a task does, where it runs and how its stamps look, so tests run
 * hundreds of schedules in milliseconds.
 *
 * Scene tasks are started before ordinary ones, both count against `threads`. Ordinary tasks are started in
 * the order of `order` once everything they depend on is complete and graph/setscene has released them.
 *
 * With BB_SETSCENE_ENFORCE (run/enforce.h) ordinary tasks are not run: those allowed count as done, others fail.
 *
 * Each task has two counters. `waits` is what it still waits for: its dependencies that are not complete, and
 * 1 until setscene has released it. `failed_deps` is how many of its dependencies can never be complete.
 * Invariant: a task is ready when waits is 0, which cannot happen when failed_deps is not 0; a failed task
 * keeps its waiters waiting.
 */
#ifndef BB_RUN_SCHED_H
#define BB_RUN_SCHED_H

#include "graph/order.h"
#include "graph/setscene.h"

/* What became of a task. `bbc --why` shows these. */
#define BB_OUTCOMES(X)                                                                                       \
    X(PENDING, "not looked at")           /* its turn has not come */                                        \
    X(RUNNING, "running")                 /* started and not ended */                                        \
    X(COVERED, "covered by shared state") /* skipped: nothing that must run needs it */                      \
    X(CURRENT, "stamp is current")        /* skipped: it ran before with this hash */                        \
    X(NOEXEC, "noexec")                   /* nothing to run, its stamp was made */                           \
    X(RAN, "ran")                         /* ran and succeeded, or would have with -n */                     \
    X(FAILED, "failed")                   /* ran and failed, or could not be started */                      \
    X(DEPENDENCY, "a dependency failed")  /* never started: see `because` */                                 \
    X(STOPPED, "the build was stopped")   /* never started: the build ended before */
#define X(name, text) BB_OUT_##name,
enum bb_outcome { BB_OUTCOMES(X) };
#undef X

struct bb_sched;

/*
 * Hash equivalence: a task that has run may turn out to have made what another one made, and takes over its unihash. What
 * depends on it has other hashes then, perhaps those of tasks that ran long ago. Functions that return int give 0 or a
 * negative code, which ends the build.
 */
struct bb_newhash {
    bb_str hash, unihash;
};
struct bb_rehash_ops {
    /* The task has this unihash: in the plan, and wherever else it is known. */
    int (*set_unihash)(void *self, bb_tid t, bb_str unihash);
    /* Hashes of tasks after those of what they depend on have changed; none of them depends on another one. */
    int (*hash)(void *self, const bb_tid *tids, size_t n, struct bb_newhash *ret);
    /* The task has these hashes in the plan from now on. */
    void (*set)(void *self, bb_tid t, const struct bb_newhash *h);
    /* The task was restored already, or is just now: the server is told that it is as good for the new hash. */
    int (*keep)(void *self, bb_tid t, const struct bb_newhash *h);
    /* The unihash that tasks which depend on `t` have of it. */
    bb_str (*known)(void *self, bb_tid t);
};

/* What carries tasks out. Functions that return int give 0 or a negative code, which makes the task fail. */
struct bb_runner {
    void *self;
    /* Starts a task (its `_setscene` twin); its end is told with bb_sched_finished, not before `start` has returned. */
    int (*start)(void *self, bb_tid t, bool setscene);
    /* Waits until a task has ended (bb_sched_finished was called), bb_sched_stop was called, or a little while. */
    int (*wait)(void *self);
    /* Ends all running tasks with their process groups at once; they are still reported as finished. */
    void (*kill)(void *self);
    /* Whether the task need not run: its stamp and those of its recipe's tasks before it are current. */
    bool (*current)(void *self, bb_tid t);
    /* For setscene: see bb_setscene_ops. */
    enum bb_scene_stamp (*scene_stamp)(void *self, bb_tid t);
    int (*available)(void *self, const bb_tid *tids, size_t n, size_t current, bool summary, bool *ret);
    bool (*depvalid)(void *self, bb_tid t, const struct bb_tids *above);
    /* After success, unless it is a nostamp task or a dry run. */
    int (*make_stamp)(void *self, bb_tid t, bool setscene);
    /*
     * Whether an ordinary task may start beside what runs: from then on it counts, until its end is told (BB_SCHED_ENDED).
     * One that was refused is asked about again after `wait`, which then has to return soon. `alone`: nothing runs,
     * so it must not be refused. NULL: all may.
     */
    bool (*admit)(void *self, bb_tid t, bool alone);
    /* The number_threads flag of a task name; 0: no limit. NULL: never. */
    unsigned (*limit)(void *self, bb_str task);
    const struct bb_rehash_ops *rehash; /* NULL: unihashes never change */
};

struct bb_sched_stats {
    size_t total, completed, skipped, failed, active; /* ordinary tasks; skipped ones are completed too */
    size_t scene_total, scene_covered, scene_not_covered, scene_active;
};

/* What listeners (user interfaces, event handlers, the trace) are told. */
enum bb_sched_what {
    BB_SCHED_STARTED, /* also of noexec tasks, with outcome NOEXEC */
    BB_SCHED_ENDED,   /* `ok`, `status` */
    BB_SCHED_SKIPPED, /* outcome COVERED or CURRENT */
    BB_SCHED_REFUSED, /* failed: BB_SETSCENE_ENFORCE does not let it run */
    BB_SCHED_SCENES,  /* all scene tasks are decided */
    BB_SCHED_EXITING, /* no further task is started; stats.active are still running */
};
struct bb_sched_event {
    enum bb_sched_what what;
    bb_tid t;
    bool setscene, ok;
    int status;       /* as told to bb_sched_finished */
    size_t index, of; /* started: "Running task INDEX of OF" */
    enum bb_outcome outcome;
    const struct bb_sched_stats *stats;
};

struct bb_sched_opts {
    unsigned threads; /* BB_NUMBER_THREADS, at least 1 */
    enum bb_order order;
    void (*event)(void *self, const struct bb_sched_event *e); /* may be NULL */
    void *event_self;
};

/* The plan must have its hashes, and its options say what is run at all; everything is borrowed. */
struct bb_sched *bb_sched_new(struct bb_ctx *ctx, const struct bb_plan *plan, const struct bb_runner *runner,
                              const struct bb_sched_opts *o);
void bb_sched_free(struct bb_sched *s);
/* Runs until nothing is left. 0: all succeeded; -BB_EREPORTED: a task failed; -BB_ECANCELLED: it was stopped. */
int bb_sched_run(struct bb_sched *s);
/* To be called by the runner. `status` 0 is success; others are shown: an exit code, or minus a signal. */
void bb_sched_finished(struct bb_sched *s, bb_tid t, bool setscene, int status);
/*
 * To be called by the runner before it tells that the ordinary task `t` has succeeded: it has made what has this
 * unihash. Its own stamp is made with it; what depends on it is hashed again before the next task starts.
 */
void bb_sched_unihash(struct bb_sched *s, bb_tid t, bb_str unihash);
/* Starts nothing more (Ctrl-C); with `now` the running tasks are killed too (Ctrl-C again). For signal callbacks. */
void bb_sched_stop(struct bb_sched *s, bool now);

const struct bb_sched_stats *bb_sched_stats(const struct bb_sched *s);
enum bb_outcome bb_sched_outcome(const struct bb_sched *s, bb_tid t);
/* Appends BitBake's "Tasks Summary: Attempted N tasks of which M didn't need to be rerun and all succeeded." */
void bb_sched_summary(const struct bb_sched *s, struct bb_buf *out);
/*
 * Appends in one line what became of a task and why: "covered by shared state: a:do_package", "a dependency
 * failed: b:do_compile", "ran: not in shared state, needed by c:do_rootfs".
 */
void bb_sched_why(const struct bb_sched *s, bb_tid t, struct bb_buf *out);

#endif
