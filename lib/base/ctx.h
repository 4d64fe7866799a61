/* SPDX-License-Identifier: MIT */
/*
 * The context: what every function above base, os and ext is handed first. It carries the compatibility level, where
 * diagnostics go and the root arena. There is one per process; nothing else is global but the symbol table and the
 * source registry.
 */
#ifndef BB_BASE_CTX_H
#define BB_BASE_CTX_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/vec.h"

/* BitBake releases whose rules differ; ordered, so code may compare with < and >=. */
enum bb_level {
    BB_LEVEL_1_46 = 146,
    BB_LEVEL_2_0 = 200,
    BB_LEVEL_2_2 = 202,
    BB_LEVEL_2_8 = 208,
    BB_LEVEL_2_18 = 218,
};

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
};

/* A context that reports to stderr, at level 2.8. `os` is NULL: base cannot know that layer. */
void bb_ctx_init(struct bb_ctx *ctx);
/* Follow the rules of another level from now on: while there is no store (see bb_sym_separate()). */
void bb_ctx_set_level(struct bb_ctx *ctx, enum bb_level level);
void bb_ctx_release(struct bb_ctx *ctx);

#endif
