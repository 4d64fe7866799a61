/* SPDX-License-Identifier: MIT */
/*
 * The context: the first argument of every function above base, os and ext. It carries the compatibility level, where
 * diagnostics go and the root arena. There is one per process; nothing else is global but the symbol table and the
 * source registry.
 */
#ifndef BB_BASE_CTX_H
#define BB_BASE_CTX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"

/*
 * BitBake's releases, in order, so code may compare with < and >=: the name, the release number, what
 * bb.__version__ says there, and the series of OpenEmbedded-Core that go with it.
 */
#define BB_LEVELS(X)                                                                                         \
    X(1_46, "1.46", "1.46.0", "dunfell zeus")                                                                \
    X(1_48, "1.48", "1.48.0", "gatesgarth")                                                                  \
    X(1_50, "1.50", "1.50.0", "hardknott")                                                                   \
    X(1_52, "1.52", "1.52.0", "honister")                                                                    \
    X(2_0, "2.0", "2.0.0", "kirkstone")                                                                      \
    X(2_2, "2.2", "2.2.0", "langdale")                                                                       \
    X(2_4, "2.4", "2.4.0", "mickledore")                                                                     \
    X(2_6, "2.6", "2.6.0", "nanbield")                                                                       \
    X(2_8, "2.8", "2.8.1", "scarthgap")                                                                      \
    X(2_10, "2.10", "2.9.1", "styhead")                                                                      \
    X(2_12, "2.12", "2.12.1", "walnascar")                                                                   \
    X(2_16, "2.16", "2.16.0", "whinlatter")                                                                  \
    X(2_18, "2.18", "2.18.0", "wrynose")                                                                     \
    X(2_19, "2.19", "2.19.0", "blacksail")
#define X(name, number, version, series) BB_LEVEL_##name,
enum bb_level { BB_LEVELS(X) BB_LEVEL_COUNT };
#undef X

struct bb_os; /* os/os.h */

struct bb_ctx {
    struct bb_arena arena;     /* lives as long as the process */
    enum bb_level level;       /* read it through base/rules.h, change it with bb_ctx_set_level() */
    struct bb_diag_sink *diag; /* never NULL */
    const struct bb_os *os;    /* services of the machine: bb_os_posix(), or a test's own; NULL until set */
    uint32_t errors, warnings; /* how many were reported, filtered ones included */
    uint32_t said;             /* how many of any kind were shown */
    int verbosity;             /* 0 as BitBake without options; each -D counts up; each -q counts down */
    BB_VEC(struct bb_diag_note) places; /* bb_diag_push/_pop */
    BB_VEC(bb_str) layers;              /* bb_diag_add_layer, normalised */
};

/* A context that reports to stderr, at level 2.8. `os` is NULL: base cannot know that layer. */
void bb_ctx_init(struct bb_ctx *ctx);
/* Follow the rules of another level from now on: while there is no store (see bb_sym_separate()). */
void bb_ctx_set_level(struct bb_ctx *ctx, enum bb_level level);
void bb_ctx_release(struct bb_ctx *ctx);

#endif
