/* SPDX-License-Identifier: MIT */
/*
 * Signature data files of earlier runs of a task, and their comparison with everything that they depend on.
 * The metadata says where they are (bb.siggen.find_siginfo); else they are beside stamps and in SSTATE_DIR.
 */
#ifndef BB_BUILD_SIGINFO_H
#define BB_BUILD_SIGINFO_H

#include "cook/cooker.h"

struct bb_siginfo {
    bb_str hash;
    const char *path;
    bool sstate; /* of a shared state object */
};
struct bb_siginfos {
    struct bb_siginfo *p; /* the oldest first */
    size_t n;
};

/* Finds those of a task ("do_x") of a recipe name, all or with these hashes. In `a`. */
int bb_siginfo_find(struct bb_cooker *c, struct bb_store *d, bb_str pn, bb_str task,
                    const struct bb_strvec *hashes, struct bb_arena *a, struct bb_siginfos *ret);
/*
 * Why two files differ, paragraph by paragraph, followed into dependencies whose hashes differ; appended to
 * `ret`, in `a`. A file that is not signature data is reported.
 */
int bb_siginfo_compare(struct bb_cooker *c, struct bb_store *d, const char *from, const char *to, bool colour,
                       struct bb_arena *a, struct bb_strvec *ret);

#endif
