/* SPDX-License-Identifier: MIT */
/*
 * Base hashes: for every task of a recipe the SHA-256 of everything in the metadata that the task depends on, its own
 * text included. Files and other tasks come in later (taskhash.h). This runs once for every recipe that is parsed.
 */
#ifndef BB_SIG_BASEHASH_H
#define BB_SIG_BASEHASH_H

#include "sig/deps.h"

#define BB_SIG_HEXLEN 64

struct bb_sig_task {
    bb_sym name;
    char basehash[BB_SIG_HEXLEN + 1];
    const bb_sym *taskdeps; /* all names it depends on, directly or not, sorted */
    size_t ntaskdeps;
};
struct bb_sig_recipe {
    struct bb_sig_task *tasks; /* in the order of __BBTASKS */
    size_t ntasks;
    const struct bb_sig_key *keys; /* the tasks and all names in their taskdeps, sorted by name */
    size_t nkeys;
};

/*
 * Base hashes of all tasks (__BBTASKS) of a finalised recipe. With `details` false only `tasks[].name` and
 * `tasks[].basehash` are filled, which is all that a build needs; otherwise everything a sigdata file wants is copied
 * too. `ret` lives in `a`. Where BB_RULE_BASEHASH_VARIABLES holds, the hashes are set in `d`. 0, or a negative code
 * after a report; -BB_ESKIP when metadata asked for it.
 */
int bb_basehash_recipe(struct bb_sigconf *conf, struct bb_store *d, struct bb_arena *a, bool details,
                       struct bb_sig_recipe *ret);
/* The key of that name in `r`, NULL when there is none. */
const struct bb_sig_key *bb_basehash_find(const struct bb_sig_recipe *r, bb_sym name);

#endif
