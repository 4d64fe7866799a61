/* SPDX-License-Identifier: MIT */
/*
 * The database of a hash equivalence server, in the schema of BitBake's SQLite file (2.8 and 2.18: tables unihashes_v3,
 * outhashes_v2, users and config), so that either program goes on with the other's file, both at once included. A row of
 * unihashes says which unihash a task hash has; a row of outhashes which output a task hash has made.
 *
 * Codes are those of ext/db.h; functions that look for something return 1 when it is there and 0 when not. Texts that are found
 * are appended to buffers.
 */
#ifndef BB_HASHSERV_HASHDB_H
#define BB_HASHSERV_HASHDB_H

#include "base/jsonw.h"

struct bb_hashdb;

/* Opens or makes the file; one of a BitBake before 2.8 is brought to the schema. `err` (may be NULL) gets the reason. */
int bb_hashdb_open(const char *path, struct bb_hashdb **ret, struct bb_buf *err);
/* NULL is fine. */
void bb_hashdb_close(struct bb_hashdb *db);
/* Around several changes: all or none is kept. */
int bb_hashdb_begin(struct bb_hashdb *db);
/* Ends it; what was done is dropped when `r` is negative. `r`, or the failure of the end. */
int bb_hashdb_end(struct bb_hashdb *db, int r);

/* The unihash of a task hash. */
int bb_hashdb_unihash(struct bb_hashdb *db, bb_str method, bb_str taskhash, struct bb_buf *ret);
int bb_hashdb_exists(struct bb_hashdb *db, bb_str unihash);
/* The unihash of the oldest other task with this output. */
int bb_hashdb_equivalent(struct bb_hashdb *db, bb_str method, bb_str outhash, bb_str taskhash,
                         struct bb_buf *ret);
enum bb_hashdb_row {
    BB_HASHDB_BY_TASKHASH, /* the oldest output of a task hash, with its unihash */
    BB_HASHDB_BY_OUTHASH,  /* the oldest task hash of an output, with its unihash */
    BB_HASHDB_OUTHASH,     /* the same without a unihash, which it need not have */
};
/* All that is known, as a JSON object: the value that `w` expects next. Its unihash, too. */
int bb_hashdb_row(struct bb_hashdb *db, enum bb_hashdb_row which, bb_str method, bb_str hash,
                  struct bb_jsonw *w, struct bb_buf *ret_unihash);

/* 1 when the task hash had no unihash yet and has this one now; 0 when it keeps another. Bears the current mark. */
int bb_hashdb_put_unihash(struct bb_hashdb *db, bb_str method, bb_str taskhash, bb_str unihash);
/* The columns of an output, in this order; `p` is NULL for what is unknown. */
#define BB_HASHDB_OUT(X)                                                                                     \
    X(METHOD, "method")                                                                                      \
    X(TASKHASH, "taskhash")                                                                                  \
    X(OUTHASH, "outhash")                                                                                    \
    X(CREATED, "created")                                                                                    \
    X(OWNER, "owner")                                                                                        \
    X(PN, "PN")                                                                                              \
    X(PV, "PV")                                                                                              \
    X(PR, "PR")                                                                                              \
    X(TASK, "task")                                                                                          \
    X(SIGINFO, "outhash_siginfo")
#define X(name, text) BB_HASHCOL_##name,
enum { BB_HASHDB_OUT(X) BB_HASHDB_NOUT };
#undef X
extern const char *const bb_hashdb_out_names[BB_HASHDB_NOUT];
/* 1 when it is new. The three hashes may not be NULL; `created` is now when it is NULL. */
int bb_hashdb_put_outhash(struct bb_hashdb *db, const bb_str values[BB_HASHDB_NOUT]);

/* Conditions that all have to hold: a column's name and its value. Names of no column are passed over, as in BitBake. */
struct bb_hashwhere {
    bb_str column, value;
};
/* How many rows were removed in both tables; without a condition none. */
int bb_hashdb_remove(struct bb_hashdb *db, const struct bb_hashwhere *where, size_t n);
/* Makes `mark` the current one and gives it to the unihashes that fit; how many. */
int bb_hashdb_mark(struct bb_hashdb *db, bb_str mark, const struct bb_hashwhere *where, size_t n);
/* Removes the unihashes without the current mark, and the mark; how many. The mark: 1, or 0 when there is none. */
int bb_hashdb_sweep(struct bb_hashdb *db);
int bb_hashdb_current_mark(struct bb_hashdb *db, struct bb_buf *ret);
int bb_hashdb_mark_counts(struct bb_hashdb *db, int64_t *ret_keep, int64_t *ret_remove);
/* Removes outputs older than so many seconds whose task hash has no unihash; how many. */
int bb_hashdb_clean(struct bb_hashdb *db, int64_t max_age_s);
/* {"table": {"rows": N}, ...} */
int bb_hashdb_usage(struct bb_hashdb *db, struct bb_jsonw *w);
/* The columns that conditions may name. */
void bb_hashdb_columns(struct bb_jsonw *w);

/* Permissions are words with a space between, tokens as users.h writes them. Those that change: 1, or 0 when there is no such user. */
int bb_hashdb_user(struct bb_hashdb *db, bb_str name, struct bb_buf *ret_permissions,
                   struct bb_buf *ret_token);
/* The nth user in order of creation. */
int bb_hashdb_nth_user(struct bb_hashdb *db, int64_t nth, struct bb_buf *ret_name,
                       struct bb_buf *ret_permissions);
/* 0 when the name is taken. */
int bb_hashdb_add_user(struct bb_hashdb *db, bb_str name, bb_str permissions, bb_str token);
int bb_hashdb_set_token(struct bb_hashdb *db, bb_str name, bb_str token);
int bb_hashdb_set_permissions(struct bb_hashdb *db, bb_str name, bb_str permissions);
int bb_hashdb_delete_user(struct bb_hashdb *db, bb_str name);

#endif
