/* SPDX-License-Identifier: MIT */
/*
 * What a variable or function contributes to a hash, and on what other names it depends: BitBake's
 * bb.data.build_dependencies. Keys are names of variables, of functions, of flags ("VAR[flag]") and of
 * functions of Python modules announced by addpylib.
 *
 * `struct bb_sigconf` holds what is the same for all recipes of a configuration. It is made once, before
 * workers are forked, and is not written later except for the caches in it.
 */
#ifndef BB_SIG_DEPS_H
#define BB_SIG_DEPS_H

#include "data/store.h"
#include "sig/shdeps.h"

/* How BB_SIGNATURE_EXCLUDE_FLAGS is read: as text searched (poky up to 5.0.18), or by words. */
enum bb_sig_exclrule { BB_SIG_EXCL_SUBSTRING, BB_SIG_EXCL_WORDS };

/* A public function of a Python module (addpylib). `extra` is the hash of its source text. */
struct bb_sig_modfunc {
    bb_sym name; /* "oe.path.join" */
    bb_str extra;
    struct bb_codedeps deps; /* execs of functions of the same module already carry their full name */
};

struct bb_sigconf;

/*
 * Reads BB_BASEHASH_IGNORE_VARS and BB_TASKHASH_IGNORE_TASKS from the base configuration. `modfuncs` is
 * copied, names and texts are borrowed and must stay; the flag vardepsexclude that `base` has under a
 * function's name is applied. NULL after a report.
 */
struct bb_sigconf *bb_sigconf_new(struct bb_store *base, enum bb_sig_exclrule rule,
                                  const struct bb_sig_modfunc *modfuncs, size_t nmodfuncs);
void bb_sigconf_free(struct bb_sigconf *conf);
/* The cache of shell texts, for other callers that ask which functions a function calls. */
struct bb_shdeps *bb_sigconf_shdeps(struct bb_sigconf *conf);
/* BB_BASEHASH_IGNORE_VARS, sorted; BB_TASKHASH_IGNORE_TASKS, p NULL when unset. */
void bb_sigconf_ignored(const struct bb_sigconf *conf, const bb_sym **ret, size_t *ret_n);
bb_str bb_sigconf_ignore_tasks(const struct bb_sigconf *conf);
enum bb_level bb_sigconf_level(const struct bb_sigconf *conf);

/*
 * One walk over one finalised recipe: made, asked for keys, freed. A configuration has at most one at a time. The
 * store may not be written meanwhile. Errors have been reported; -BB_ESKIP when metadata asked to skip the recipe.
 */
struct bb_sigwalk;
int bb_sigwalk_new(struct bb_sigconf *conf, struct bb_store *d, struct bb_sigwalk **ret);
void bb_sigwalk_free(struct bb_sigwalk *w);

struct bb_sig_key {
    bb_sym name;
    struct bb_val value; /* what goes into the hash is its bb_val_str; nothing when it is BB_V_NONE */
    const bb_sym *deps;  /* without duplicates, in no particular order */
    size_t ndeps;
};
/* Value and dependencies of one key; borrowed until the walk is freed. */
int bb_sigwalk_key(struct bb_sigwalk *w, bb_sym name, const struct bb_sig_key **ret);

#endif
