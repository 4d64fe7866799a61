/* SPDX-License-Identifier: MIT */
/*
 * What a signature generator of the metadata asks of a hash equivalence server, and tells it (bb.siggen's
 * SignatureGeneratorUniHashMixIn). The connection is somebody else's, who sets these callbacks.
 *
 * A callback that fails has told the user why. The generator then goes on with task hashes; no exception comes of it.
 */
#ifndef BB_PY_EQUIV_H
#define BB_PY_EQUIV_H

#include "base/arena.h"

/* Who asks whom. */
struct bb_equiv_login {
    bb_str server;      /* BB_HASHSERVE as the generator has it */
    bb_str user, token; /* both empty for nobody */
};
struct bb_equiv_query {
    bb_str key; /* "mc:pn:do_x" */
    bb_str method, taskhash;
};
struct bb_equiv_report {
    bool equiv; /* that `taskhash` has `unihash`, whatever comes of the task; `outhash` is empty */
    bb_str method, taskhash, unihash, outhash;
    const bb_str (*extra)[2];
    size_t nextra;
};

struct bb_py_equiv {
    void *self;
    /* The unihash of each query, empty where none is known; in `a`. */
    int (*get)(void *self, const struct bb_equiv_login *who, const struct bb_equiv_query *q, size_t n,
               struct bb_arena *a, bb_str *ret);
    /* Whether the server knows each unihash. */
    int (*exist)(void *self, const struct bb_equiv_login *who, const bb_str *unihashes, size_t n, bool *ret);
    /* The unihash that the server has after this report; in `a`. */
    int (*report)(void *self, const struct bb_equiv_login *who, const struct bb_equiv_report *r,
                  struct bb_arena *a, bb_str *ret);
    /* The server has said so; for later runs. */
    void (*known)(void *self, bb_str key, bb_str taskhash, bb_str unihash);
    /* In a task's process: the task has this unihash from now on. */
    void (*changed)(void *self, bb_str tid, bb_str unihash);
};
/* The callbacks of this process and those that fork from it; borrowed. NULL: there is no server. */
void bb_py_set_equiv(const struct bb_py_equiv *e);

#endif
