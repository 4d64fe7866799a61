/* SPDX-License-Identifier: MIT */
/*
 * Setscene: which tasks need not run because shared state has their results. A task with a `_setscene` twin is a
 * scene task; the plan collapsed to scene tasks is the scene graph. Decisions go from the top (the targets)
 * downwards. A scene task has its turn once everything above it in the scene graph is decided: only then is it known
 * whether anybody needs its result.
 *
 * This module is a state machine without clock, disk or process. It asks through `struct bb_setscene_ops`, and its
 * caller tells it how each scene task has ended. Every task of the plan has two counters:
 *
 *   hold  what its fate waits for: undecided scene tasks that may cover it (its owners); 1 for an undecided scene task
 *   need  why it must run all the same: owners that are not covered; being unskippable; being decided "not covered"
 *
 * Invariant: when hold reaches 0 the fate is final and the task is released: it is covered when need is 0, else it
 * runs (unless its stamp is current, which is the scheduler's business). Hold grows, and a fate is taken back, only
 * where a scene task's hash has changed (bb_setscene_reopen) and the task below it has not been started yet.
 */
#ifndef BB_GRAPH_SETSCENE_H
#define BB_GRAPH_SETSCENE_H

#include "graph/plan.h"

enum bb_scene_state {
    BB_SCENE_NONE, /* no `_setscene` twin */
    BB_SCENE_UNDECIDED,
    BB_SCENE_RUNNING,
    BB_SCENE_COVERED,
    BB_SCENE_NOT_COVERED,
};

/* Why a scene task was decided as it was. */
#define BB_SCENE_WHYS(X)                                                                                     \
    X(UNKNOWN, "not decided")                                                                                \
    X(RESTORED, "restored from shared state")                                                                \
    X(STAMP, "stamp is current")                                                                             \
    X(NOEXEC, "noexec")                                                                                      \
    X(NOT_NEEDED, "nothing that is built needs it")                                                          \
    X(UNAVAILABLE, "not in shared state")                                                                    \
    X(FAILED, "restoring it failed")                                                                         \
    X(HARD_DEPENDENCY, "something it needs could not be restored")                                           \
    X(REAL_CURRENT, "the task itself is current")                                                            \
    X(FORCED, "forced")                                                                                      \
    X(SKIPPED, "--skip-setscene")
#define X(name, text) BB_WHY_##name,
enum bb_scene_why { BB_SCENE_WHYS(X) };
#undef X
const char *bb_setscene_why_text(enum bb_scene_why why);

struct bb_scene_task {
    uint32_t hold, need;
    struct bb_tids owners; /* nearest scene tasks above */
    bool unskippable;      /* asked for, or needed by what was asked for without a scene task in between */
    /* scene tasks only */
    enum bb_scene_state state;
    enum bb_scene_why why;
    struct bb_tids below;     /* the scene tasks whose owner this is */
    struct bb_tids covers;    /* ordinary tasks whose owner this is */
    struct bb_tids hard;      /* scene tasks that can only be restored with this one: [depends] of the twin */
    struct bb_tids needed_by; /* the inverse of `hard` */
    uint32_t above_undecided, above_not_covered; /* owners by state */
    bool available;                              /* the hash check found it */
    bool hard_needed;                            /* enabled early because of another's `hard` */
    bool hard_wait;                              /* waits for its own `hard` */
    bool queued;
    bb_tid deferred; /* the same object is being made by this task (multiconfig), or BB_NO_TASK */
};

/* How far an ordinary task has come. */
enum bb_progress { BB_TASK_WAITS, BB_TASK_RUNS, BB_TASK_DONE };

enum bb_scene_stamp { BB_STAMP_OLD, BB_STAMP_SETSCENE, BB_STAMP_REAL };

struct bb_setscene_ops {
    void *self;
    /* Which stamp of the task is current: of the twin, else of the task itself with all it depends on. */
    enum bb_scene_stamp (*stamp)(void *self, bb_tid t);
    /*
     * Fills `ret` for each of `tids`: shared state has it (BB_HASHCHECK_FUNCTION). `current` tasks need no look-up;
     * `summary`: this is the main look-up of the build. Negative: could not be told, already reported.
     */
    int (*available)(void *self, const bb_tid *tids, size_t n, size_t current, bool summary, bool *ret);
    /* Whether `t` is superfluous when all of `above` are restored (BB_SETSCENE_DEPVALID). NULL: never. */
    bool (*depvalid)(void *self, bb_tid t, const struct bb_tids *above);
    /* Makes the stamp of a noexec scene task. NULL: not wanted. */
    void (*make_stamp)(void *self, bb_tid t);
    /* The fate of a scene task; of any task. */
    void (*decided)(void *self, bb_tid t);
    void (*released)(void *self, bb_tid t);
    /* For bb_setscene_reopen(): a task's fate is open again; how far a task has come. */
    void (*held)(void *self, bb_tid t);
    enum bb_progress (*progress)(void *self, bb_tid t);
};

struct bb_setscene {
    const struct bb_plan *plan;
    const struct bb_setscene_ops *ops;
    struct bb_arena arena;
    struct bb_scene_task *t; /* by task */
    bb_tid *scenes;          /* all scene tasks, sorted */
    size_t nscenes, undecided, running, ncovered, nnot_covered, ndeferred;
    struct {
        bb_tid *p;
        size_t n, cap;
    } queue;
    size_t head;         /* of the queue */
    struct bb_map first; /* "pn:unihash" -> 1 + the first scene task of the plan that makes this object */
};

/* Builds the scene graph; hashes must be known. -BB_EREPORTED: a twin depends on a task that does not exist. */
int bb_setscene_init(struct bb_setscene *s, const struct bb_plan *plan, const struct bb_setscene_ops *ops);
void bb_setscene_release(struct bb_setscene *s);
/* Looks at stamps, asks what is available, releases what was never in question. */
int bb_setscene_start(struct bb_setscene *s);
/*
 * The next scene task to restore, now running, or BB_NO_TASK when there is none at present: call again after
 * the next end of a task. Decisions that need no run are made on the way. `busy` (may be NULL) says that the
 * task may not start now, because another one with its stamp runs.
 */
bb_tid bb_setscene_next(struct bb_setscene *s, bool (*busy)(void *self, bb_tid t));
/* A scene task that was handed out has ended. */
void bb_setscene_finished(struct bb_setscene *s, bb_tid t, bool ok);
/* An ordinary task is complete: what was deferred after it is looked at again. */
int bb_setscene_completed(struct bb_setscene *s, bb_tid t);
/*
 * The hashes of these scene tasks have changed; they are in question again, with what they cover: stamps are looked at and
 * shared state is asked anew. They are neither covered nor running, have not been started as ordinary tasks, and
 * nothing that they cover runs. The caller has changed the plan.
 */
int bb_setscene_reopen(struct bb_setscene *s, const bb_tid *tids, size_t n);
/* The scene task waits for `by` to make the same object. */
static inline bool bb_setscene_is_deferred(const struct bb_setscene *s, bb_tid t, bb_tid by)
{
    return s->t[t].state == BB_SCENE_UNDECIDED && s->t[t].deferred == by;
}
/*
 * For when nothing runs and nothing can start: lets go of one deferral, else of everything undecided (which
 * is then not covered). False when all was decided already.
 */
bool bb_setscene_unblock(struct bb_setscene *s);
static inline bool bb_setscene_done(const struct bb_setscene *s)
{
    return s->undecided == 0;
}

/* Inside: the key of `first`, appended. */
void bb_scenegraph_key(const struct bb_plan *plan, bb_tid t, struct bb_buf *out);
/* Inside: fills owners, below, covers, hard, needed_by, unskippable and the first values of the counters. */
int bb_scenegraph_build(struct bb_setscene *s);

#endif
