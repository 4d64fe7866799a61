/* SPDX-License-Identifier: MIT */
/*
 * SQLite for indexes that many processes write: write-ahead log, patient when busy, statements prepared once and named
 * by an enum, schema steps counted in user_version. A handle belongs to the process that opened it: close before fork.
 *
 *   enum { GET, PUT, NSTMT };
 *   static const char *const sql[NSTMT] = {[GET] = "SELECT v FROM t WHERE k = ?", [PUT] = "..."};
 *   static const struct bb_db_schema schema = {steps, 1, sql, NSTMT};
 *
 * Codes: -EBUSY, -ENOSPC, -EROFS, -EEXIST (a constraint), -BB_ECORRUPT (not a database, or a newer version's), else
 * -EIO.
 */
#ifndef BB_EXT_DB_H
#define BB_EXT_DB_H

#include "base/str.h"

struct bb_db_schema {
    const char *const *steps; /* steps[i] lifts user_version from i to i+1; each runs in a transaction */
    int nsteps;
    const char *const *statements;
    int nstatements;
};
struct bb_db;

/* Opens or makes the file and brings it to the newest step. `err` (may be NULL) gets the reason of a failure. */
int bb_db_open(const char *path, const struct bb_db_schema *schema, struct bb_db **ret, struct bb_buf *err);
void bb_db_close(struct bb_db *db);

/*
 * Starts statement `stmt` with values by `types`, one letter each: t bb_str text, b bb_str blob, i int64_t, n none.
 * Then bb_db_row: 1 and a row, 0 at the end. Texts of a row are valid until the next bb_db_row.
 */
int bb_db_query(struct bb_db *db, int stmt, const char *types, ...);
int bb_db_row(struct bb_db *db, int stmt);
bb_str bb_db_text(struct bb_db *db, int stmt, int column);
int64_t bb_db_int(struct bb_db *db, int stmt, int column);
bool bb_db_null(struct bb_db *db, int stmt, int column);
/* Ends a query whose rows were not read to the end. */
void bb_db_reset(struct bb_db *db, int stmt);
/* query + row + reset for statements that give no rows; the number of rows changed. */
int bb_db_run(struct bb_db *db, int stmt, const char *types, ...);
/* The same with texts for all values, NULL in the database where `p` is NULL. */
int bb_db_run_texts(struct bb_db *db, int stmt, const bb_str *values, size_t n);
/* The same for a statement that is put together at run time and is of use once. */
int bb_db_run_once(struct bb_db *db, const char *sql, const bb_str *values, size_t n);

/* Transactions do not nest (aborts). begin takes the write lock at once; rollback is for failures and cannot fail. */
int bb_db_begin(struct bb_db *db);
int bb_db_commit(struct bb_db *db);
void bb_db_rollback(struct bb_db *db);

#endif
