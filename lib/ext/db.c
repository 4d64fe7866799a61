/* SPDX-License-Identifier: MIT */
#include "ext/db.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"

#define BUSY_MS 30000

struct bb_db {
    sqlite3 *handle;
    const struct bb_db_schema *schema;
    sqlite3_stmt **stmts; /* prepared at first use */
    bool in_transaction;
};

static int code_of(int sqlite_code)
{
    static const struct {
        int sqlite, code;
    } map[] = {
        {SQLITE_BUSY, -EBUSY},         {SQLITE_LOCKED, -EBUSY},      {SQLITE_FULL, -ENOSPC},
        {SQLITE_READONLY, -EROFS},     {SQLITE_CONSTRAINT, -EEXIST}, {SQLITE_CORRUPT, -BB_ECORRUPT},
        {SQLITE_NOTADB, -BB_ECORRUPT},
    };

    if (sqlite_code == SQLITE_OK)
        return 0;
    for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++)
        if (map[i].sqlite == (sqlite_code & 0xff))
            return map[i].code;
    return -EIO;
}

static const char *db_error(const struct bb_db *db)
{
    return sqlite3_errmsg(db->handle);
}

static int execute(struct bb_db *db, const char *sql)
{
    return code_of(sqlite3_exec(db->handle, sql, NULL, NULL, NULL));
}

static int get_version(struct bb_db *db, int *ret)
{
    sqlite3_stmt *s;
    int code = sqlite3_prepare_v2(db->handle, "PRAGMA user_version", -1, &s, NULL);

    if (code == SQLITE_OK && (code = sqlite3_step(s)) == SQLITE_ROW) {
        *ret = sqlite3_column_int(s, 0);
        code = SQLITE_OK;
    }
    sqlite3_finalize(s);
    return code_of(code);
}

/* Under the write lock: another process may be doing the same. */
static int migrate(struct bb_db *db, struct bb_buf *err)
{
    int version = 0, code = get_version(db, &version);

    if (code || version == db->schema->nsteps)
        return code;
    code = bb_db_begin(db);
    if (code)
        return code;
    code = get_version(db, &version);
    if (!code && version > db->schema->nsteps) {
        if (err)
            bb_buf_addf(err, "made by a newer version (schema %d, this one knows %d)", version,
                        db->schema->nsteps);
        code = -BB_ECORRUPT;
    }
    for (; !code && version < db->schema->nsteps; version++)
        code = execute(db, db->schema->steps[version]);
    if (!code) {
        char sql[48];
        snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
        code = execute(db, sql);
    }
    if (!code)
        code = bb_db_commit(db);
    if (code && err && err->len == 0)
        bb_buf_addz(err, db_error(db));
    if (code)
        bb_db_rollback(db);
    return code;
}

int bb_db_open(const char *path, const struct bb_db_schema *schema, struct bb_db **ret, struct bb_buf *err)
{
    struct bb_db *db = bb_calloc(1, sizeof(*db));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

    db->schema = schema;
    db->stmts = bb_calloc((size_t)schema->nstatements, sizeof(*db->stmts));
    int code = code_of(sqlite3_open_v2(path, &db->handle, flags, NULL));
    if (!code)
        code = code_of(sqlite3_busy_timeout(db->handle, BUSY_MS));
    if (!code) {
        /* Where the file system cannot share memory the old journal works too, so a refusal is no failure. */
        execute(db, "PRAGMA journal_mode = WAL");
        code = execute(db, "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    }
    struct bb_buf why = BB_BUF_INIT;
    if (!code)
        code = migrate(db, &why);
    if (code && err)
        bb_buf_addz(err, why.len ? why.p : db_error(db));
    bb_buf_release(&why);
    if (code)
        bb_db_close(db);
    else
        *ret = db;
    return code;
}

void bb_db_close(struct bb_db *db)
{
    if (!db)
        return;
    for (int i = 0; i < db->schema->nstatements; i++)
        sqlite3_finalize(db->stmts[i]);
    sqlite3_close(db->handle);
    free(db->stmts);
    free(db);
}

static int bind(sqlite3_stmt *s, int at, char type, va_list *ap)
{
    bb_str v;

    switch (type) {
    case 't':
        v = va_arg(*ap, bb_str);
        return sqlite3_bind_text(s, at, v.p ? v.p : "", (int)v.len, SQLITE_TRANSIENT);
    case 'b':
        v = va_arg(*ap, bb_str);
        return sqlite3_bind_blob(s, at, v.p ? v.p : "", (int)v.len, SQLITE_TRANSIENT);
    case 'i':
        return sqlite3_bind_int64(s, at, va_arg(*ap, int64_t));
    case 'n':
        return sqlite3_bind_null(s, at);
    default:
        BB_BUG("no type '%c' in a query", type);
    }
}

/* The statement, fresh. */
static int prepare(struct bb_db *db, int stmt)
{
    sqlite3_stmt **s = &db->stmts[stmt];

    if (!*s)
        return sqlite3_prepare_v3(db->handle, db->schema->statements[stmt], -1, SQLITE_PREPARE_PERSISTENT, s,
                                  NULL);
    sqlite3_reset(*s);
    return SQLITE_OK;
}

static int vquery(struct bb_db *db, int stmt, const char *types, va_list *ap)
{
    sqlite3_stmt **s = &db->stmts[stmt];
    int code = prepare(db, stmt);

    if (code != SQLITE_OK)
        return code_of(code);
    if (sqlite3_bind_parameter_count(*s) != (int)strlen(types))
        BB_BUG("statement %d takes %d values, not '%s'", stmt, sqlite3_bind_parameter_count(*s), types);
    for (int i = 0; types[i] && code == SQLITE_OK; i++)
        code = bind(*s, i + 1, types[i], ap);
    return code_of(code);
}

int bb_db_query(struct bb_db *db, int stmt, const char *types, ...)
{
    va_list ap;

    va_start(ap, types);
    int code = vquery(db, stmt, types, &ap);
    va_end(ap);
    return code;
}

int bb_db_row(struct bb_db *db, int stmt)
{
    int code = sqlite3_step(db->stmts[stmt]);

    if (code == SQLITE_ROW)
        return 1;
    /* Reset at the end, so that no read lock outlives the rows. */
    sqlite3_reset(db->stmts[stmt]);
    return code == SQLITE_DONE ? 0 : code_of(code);
}

bb_str bb_db_text(struct bb_db *db, int stmt, int column)
{
    const void *p = sqlite3_column_blob(db->stmts[stmt], column);
    int n = sqlite3_column_bytes(db->stmts[stmt], column);
    return p ? bb_str_n(p, (size_t)n) : bb_str_n("", 0);
}

int64_t bb_db_int(struct bb_db *db, int stmt, int column)
{
    return sqlite3_column_int64(db->stmts[stmt], column);
}

bool bb_db_null(struct bb_db *db, int stmt, int column)
{
    return sqlite3_column_type(db->stmts[stmt], column) == SQLITE_NULL;
}

void bb_db_reset(struct bb_db *db, int stmt)
{
    sqlite3_reset(db->stmts[stmt]);
}

int bb_db_run(struct bb_db *db, int stmt, const char *types, ...)
{
    va_list ap;

    va_start(ap, types);
    int code = vquery(db, stmt, types, &ap);
    va_end(ap);
    if (!code)
        code = bb_db_row(db, stmt);
    if (code > 0)
        BB_BUG("statement %d gives rows", stmt);
    return code ? code : sqlite3_changes(db->handle);
}

/* Binds texts and runs to the end; SQLITE_DONE when that went well. */
static int run_texts(sqlite3_stmt *s, const bb_str *values, size_t n)
{
    int code = SQLITE_OK;

    if (sqlite3_bind_parameter_count(s) != (int)n)
        BB_BUG("a statement takes %d values, not %zu", sqlite3_bind_parameter_count(s), n);
    for (size_t i = 0; i < n && code == SQLITE_OK; i++)
        code = values[i].p ? sqlite3_bind_text(s, (int)i + 1, values[i].p, (int)values[i].len, SQLITE_STATIC)
                           : sqlite3_bind_null(s, (int)i + 1);
    return code == SQLITE_OK ? sqlite3_step(s) : code;
}

static int changes(struct bb_db *db, int code)
{
    return code == SQLITE_DONE ? sqlite3_changes(db->handle) : code_of(code);
}

int bb_db_run_texts(struct bb_db *db, int stmt, const bb_str *values, size_t n)
{
    int code = prepare(db, stmt);
    if (code != SQLITE_OK)
        return code_of(code);
    code = run_texts(db->stmts[stmt], values, n);
    sqlite3_reset(db->stmts[stmt]);
    sqlite3_clear_bindings(db->stmts[stmt]);
    return changes(db, code);
}

int bb_db_run_once(struct bb_db *db, const char *sql, const bb_str *values, size_t n)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL);

    if (code == SQLITE_OK)
        code = run_texts(s, values, n);
    sqlite3_finalize(s);
    return changes(db, code);
}

int bb_db_begin(struct bb_db *db)
{
    if (db->in_transaction)
        BB_BUG("transactions do not nest");
    int code = execute(db, "BEGIN IMMEDIATE");
    db->in_transaction = code == 0;
    return code;
}

int bb_db_commit(struct bb_db *db)
{
    if (!db->in_transaction)
        BB_BUG("commit without begin");
    int code = execute(db, "COMMIT");
    /* A failed commit leaves the transaction open for rollback. */
    db->in_transaction = code != 0;
    return code;
}

void bb_db_rollback(struct bb_db *db)
{
    if (!db->in_transaction)
        return;
    /* Some failures have rolled back already. */
    if (!sqlite3_get_autocommit(db->handle))
        execute(db, "ROLLBACK");
    db->in_transaction = false;
}
