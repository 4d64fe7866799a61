/* SPDX-License-Identifier: MIT */
/*
 * Signature data files (STAMP.do_x.sigdata.HASH and .sigbasedata.HASH): everything that went into a hash, as
 * zstd-compressed JSON. BitBake's tools read it; before compression its bytes are those that BitBake of the same level
 * writes, from 2.0 on.
 * sigcompare.h says in words how two files differ.
 */
#ifndef BB_SIG_SIGDATA_H
#define BB_SIG_SIGDATA_H

#include "base/vec.h"
#include "sig/basehash.h"
#include "sig/taskhash.h"

struct bb_sigdata_var {
    bb_str name;
    struct bb_val value; /* any kind but BB_V_OBJ */
    const bb_str *deps;  /* sorted; gendeps of the name */
    size_t ndeps;
    bool has_value, has_deps; /* whether it stands in varvals, in gendeps */
};
struct bb_sigdata {
    enum bb_level level; /* the release whose form it is written in */
    bb_str task;
    struct bb_strvec ignore_vars; /* sorted */
    bb_str ignore_tasks;          /* p NULL: null */
    struct bb_strvec taskdeps;    /* sorted */
    bb_str basehash;
    struct bb_sigdata_var *vars; /* sorted by name */
    size_t nvars;
    bool runtime; /* the fields up to unihash are there */
    /* runtaskdeps and runtaskhashes, ordered as hashed; `pnid` is the name in the file, which is the tid before 2.6 */
    struct bb_taskhash_dep *deps;
    size_t ndeps;
    struct bb_filesum *files; /* ordered as hashed; "./rel" or the base name */
    size_t nfiles;
    bb_str taskhash, unihash;
    bb_str taint; /* p NULL: none */
};

/* Fills the part that comes from the recipe. `ret` borrows from r, conf and `a`. */
void bb_sigdata_base(const struct bb_sigconf *conf, const struct bb_sig_recipe *r,
                     const struct bb_sig_task *t, struct bb_arena *a, struct bb_sigdata *ret);
/* Adds what bb_taskhash_compute was given and what came out. Borrows from `in`. */
void bb_sigdata_add_run(struct bb_sigdata *s, struct bb_arena *a, const struct bb_taskhash_in *in,
                        bb_str taskhash, bb_str unihash);
/* The JSON text. */
void bb_sigdata_json(const struct bb_sigdata *s, struct bb_buf *out);
/* Gives such a text another unihash, in `a`. -BB_ECORRUPT when it has none. */
int bb_sigdata_rename(struct bb_arena *a, bb_str *json, bb_str unihash);
/* Writes that compressed to `path` (beside, then renamed; folders are made; BitBake: the group may write both). Reports. */
int bb_sigdata_write(struct bb_ctx *ctx, const char *path, bb_str json);
/* Reads one; -BB_ECORRUPT when it is not one. Reports. `ret` lives in `a`. */
int bb_sigdata_read(struct bb_ctx *ctx, const char *path, struct bb_arena *a, struct bb_sigdata *ret);
/* The hashes recomputed from the fields. */
void bb_sigdata_calc_basehash(const struct bb_sigdata *s, char ret[65]);
void bb_sigdata_calc_taskhash(const struct bb_sigdata *s, char ret[65]);

#endif
