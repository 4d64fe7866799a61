/* SPDX-License-Identifier: MIT */
/*
 * Task hashes by a signature generator of the metadata: BB_SIGNATURE_HANDLER names a class that a layer added
 * to bb.siggen. It decides which dependencies count (rundep_check), may put locked hashes in place of
 * computed ones (get_taskhash) and may know a better name for a task's result (get_unihash). It stays
 * bb.parse.siggen afterwards, in this process and in those that fork from it.
 *
 * Order of calls: begin; then bb_siggen_task() for a task when all it depends on have been named by
 * bb_siggen_unihashes(). Both may be called again for tasks above one whose unihash has changed. Functions return 0 or a negative code as those of py/py.h do; names no Python type.
 */
#ifndef BB_PY_SIGGEN_H
#define BB_PY_SIGGEN_H

#include "py/py.h"
#include "sig/taskhash.h"

/* What the generator may ask of the plan. Tasks are numbered as in `tids`. Borrowed until bb_siggen_end(). */
struct bb_siggen_plan {
    const bb_str *tids; /* "[mc:NAME:][virtual:...]/path/x.bb:do_task" */
    size_t n;
    /* JSON of what dataCaches shows of a recipe, field by field: {"pkg_fn": "busybox", "inherits": [...], ...} */
    int (*recipe)(void *self, bb_str mcfn, struct bb_buf *ret_json);
    void *self;
};
struct bb_siggen;

/* Whether the name is that of a generator of ours, whose hashes need no Python. */
bool bb_siggen_native(bb_str handler);
/*
 * Makes the generator that `d` names. `resolved` is JSON: {"setscene": [tid, ...], "virtual": {mc: {"virtual/x":
 * ["/path/x.bb", pn]}}}.
 */
int bb_siggen_begin(struct bb_store *d, const struct bb_siggen_plan *plan, bb_str resolved,
                    struct bb_siggen **ret);
/*
 * The hash of task `t` into `hash`. `in` has all fields filled, `deps[i]` are the numbers of in->deps[i];
 * dependencies that the generator drops are taken out of it.
 */
int bb_siggen_task(struct bb_siggen *g, uint32_t t, const uint32_t *deps, struct bb_taskhash_in *in,
                   char hash[65]);
/* The unihashes of tasks, each to `ret[i]`, in `a`. One call for many: a server may be asked. */
int bb_siggen_unihashes(struct bb_siggen *g, const uint32_t *tasks, size_t n, struct bb_arena *a,
                        bb_str *ret);
/* A task has this unihash: a server said so. */
int bb_siggen_set_unihash(struct bb_siggen *g, uint32_t t, bb_str unihash);
/*
 * Task `t`, whose hash is `hash` now, has been restored as `wanted`; `current` is what its hash would give. Tells the
 * server; `ret_agreed` says whether it takes `wanted` for the hash, as which dependent tasks know it then.
 */
int bb_siggen_report_equiv(struct bb_siggen *g, uint32_t t, bb_str hash, bb_str wanted, bb_str current,
                           bool *ret_agreed);
/* `g` may be NULL. The generator itself stays. */
void bb_siggen_end(struct bb_siggen *g);

#endif
