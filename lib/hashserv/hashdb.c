/* SPDX-License-Identifier: MIT */
#include "hashserv/hashdb.h"

#include <errno.h>
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

#include "base/arena.h"
#include "ext/db.h"

/*
 * Made to be what BitBake finds, whose own steps know no user_version: each is harmless where the table is there already.
 * The last lines bring a file of 2.6 along.
 */
static const char *const steps[] = {
    "CREATE TABLE IF NOT EXISTS unihashes_v3 (id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL,"
    " taskhash TEXT NOT NULL, unihash TEXT NOT NULL, gc_mark TEXT NOT NULL, UNIQUE(method, taskhash));"
    "CREATE TABLE IF NOT EXISTS outhashes_v2 (id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL,"
    " taskhash TEXT NOT NULL, outhash TEXT NOT NULL, created DATETIME, owner TEXT, PN TEXT, PV TEXT, PR TEXT,"
    " task TEXT, outhash_siginfo TEXT, UNIQUE(method, taskhash, outhash));"
    "CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY AUTOINCREMENT, username TEXT NOT NULL,"
    " token TEXT NOT NULL, permissions TEXT NOT NULL, UNIQUE(username));"
    "CREATE TABLE IF NOT EXISTS config (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, value TEXT,"
    " UNIQUE(name));"
    "CREATE INDEX IF NOT EXISTS taskhash_lookup_v4 ON unihashes_v3 (method, taskhash);"
    "CREATE INDEX IF NOT EXISTS unihash_lookup_v1 ON unihashes_v3 (unihash);"
    "CREATE INDEX IF NOT EXISTS outhash_lookup_v3 ON outhashes_v2 (method, outhash);"
    "CREATE INDEX IF NOT EXISTS config_lookup ON config (name);"
    "CREATE TABLE IF NOT EXISTS unihashes_v2 (id INTEGER, method TEXT, taskhash TEXT, unihash TEXT);"
    "INSERT OR IGNORE INTO unihashes_v3 (method, taskhash, unihash, gc_mark)"
    " SELECT method, taskhash, unihash, '' FROM unihashes_v2;"
    "DROP TABLE unihashes_v2;",
};

enum {
    UNIHASH,
    EXISTS,
    EQUIVALENT,
    BY_TASKHASH,
    BY_OUTHASH,
    OUTHASH,
    PUT_UNIHASH,
    PUT_OUTHASH,
    SET_MARK,
    DROP_MARK,
    GET_MARK,
    COUNTS,
    SWEEP,
    CLEAN,
    USAGE,
    USER,
    NTH_USER,
    ADD_USER,
    SET_TOKEN,
    SET_PERMISSIONS,
    DELETE_USER,
    NSTATEMENTS
};

#define OUT_COLUMNS                                                                                          \
    "o.id, o.method, o.taskhash, o.outhash, o.created, o.owner, o.PN, o.PV, o.PR, o.task, o.outhash_siginfo"
#define JOINED      "outhashes_v2 o JOIN unihashes_v3 u ON u.method = o.method AND u.taskhash = o.taskhash"
#define MARK        "(SELECT value FROM config WHERE name = 'gc-mark')"
#define ROWS(table) "(SELECT count(*) FROM " table ")"

static const char *const statements[NSTATEMENTS] = {
    [UNIHASH] = "SELECT unihash FROM unihashes_v3 WHERE method = ? AND taskhash = ?",
    [EXISTS] = "SELECT 1 FROM unihashes_v3 WHERE unihash = ? LIMIT 1",
    [EQUIVALENT] = "SELECT u.unihash FROM " JOINED " WHERE o.method = ? AND o.outhash = ? AND o.taskhash != ?"
                   " ORDER BY o.created LIMIT 1",
    [BY_TASKHASH] = "SELECT " OUT_COLUMNS ", u.unihash, u.gc_mark FROM " JOINED
                    " WHERE o.method = ? AND o.taskhash = ? ORDER BY o.created LIMIT 1",
    [BY_OUTHASH] = "SELECT " OUT_COLUMNS ", u.unihash, u.gc_mark FROM " JOINED
                   " WHERE o.method = ? AND o.outhash = ? ORDER BY o.created LIMIT 1",
    [OUTHASH] = "SELECT " OUT_COLUMNS
                " FROM outhashes_v2 o WHERE o.method = ? AND o.outhash = ? ORDER BY o.created LIMIT 1",
    [PUT_UNIHASH] = "INSERT OR IGNORE INTO unihashes_v3 (method, taskhash, unihash, gc_mark)"
                    " VALUES (?, ?, ?, coalesce(" MARK ", ''))",
    [PUT_OUTHASH] =
        "INSERT OR IGNORE INTO outhashes_v2 (method, taskhash, outhash, created, owner, PN, PV, PR,"
        " task, outhash_siginfo) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SET_MARK] = "INSERT INTO config (name, value) VALUES ('gc-mark', ?)"
                 " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [DROP_MARK] = "UPDATE config SET value = NULL WHERE name = 'gc-mark'",
    [GET_MARK] = "SELECT value FROM config WHERE name = 'gc-mark' AND value IS NOT NULL",
    [COUNTS] = "SELECT count(*) FILTER (WHERE gc_mark = coalesce(" MARK ", '')),"
               " count(*) FILTER (WHERE gc_mark != coalesce(" MARK ", '')) FROM unihashes_v3",
    [SWEEP] = "DELETE FROM unihashes_v3 WHERE gc_mark != " MARK,
    [CLEAN] = "DELETE FROM outhashes_v2 WHERE created < ? AND NOT EXISTS (SELECT 1 FROM unihashes_v3 u"
              " WHERE u.method = outhashes_v2.method AND u.taskhash = outhashes_v2.taskhash)",
    [USAGE] = "SELECT " ROWS("unihashes_v3") ", " ROWS("outhashes_v2") ", " ROWS("users") ", " ROWS("config"),
    [USER] = "SELECT permissions, token FROM users WHERE username = ?",
    [NTH_USER] = "SELECT username, permissions FROM users ORDER BY id LIMIT 1 OFFSET ?",
    [ADD_USER] = "INSERT OR IGNORE INTO users (username, permissions, token) VALUES (?, ?, ?)",
    [SET_TOKEN] = "UPDATE users SET token = ? WHERE username = ?",
    [SET_PERMISSIONS] = "UPDATE users SET permissions = ? WHERE username = ?",
    [DELETE_USER] = "DELETE FROM users WHERE username = ?",
};

static const struct bb_db_schema schema = {steps, sizeof(steps) / sizeof(*steps), statements, NSTATEMENTS};

#define X(name, text) text,
const char *const bb_hashdb_out_names[BB_HASHDB_NOUT] = {BB_HASHDB_OUT(X)};
#undef X
static const char *const unihash_names[] = {"method", "taskhash", "unihash", "gc_mark"};
enum { NUNIHASH = sizeof(unihash_names) / sizeof(*unihash_names) };

/* A bb_hashdb is ext's bb_db under a name of ours. */
static struct bb_db *raw(struct bb_hashdb *db)
{
    return (struct bb_db *)db;
}

int bb_hashdb_open(const char *path, struct bb_hashdb **ret, struct bb_buf *err)
{
    struct bb_db *db;
    int r = bb_db_open(path, &schema, &db, err);
    if (r == 0)
        *ret = (struct bb_hashdb *)db;
    return r;
}

void bb_hashdb_close(struct bb_hashdb *db)
{
    bb_db_close(raw(db));
}

int bb_hashdb_begin(struct bb_hashdb *db)
{
    return bb_db_begin(raw(db));
}

int bb_hashdb_end(struct bb_hashdb *db, int r)
{
    int end = r < 0 ? r : bb_db_commit(raw(db));
    if (end < 0)
        bb_db_rollback(raw(db));
    return end < 0 ? end : r;
}

/* The first row's texts, one for each of `ret`, for a query that has been started with code `r`. */
static int first_row(struct bb_hashdb *db, int stmt, int r, struct bb_buf *const ret[], int n)
{
    if (r == 0)
        r = bb_db_row(raw(db), stmt);
    for (int i = 0; r == 1 && i < n; i++)
        bb_buf_adds(ret[i], bb_db_text(raw(db), stmt, i));
    if (r == 1)
        bb_db_reset(raw(db), stmt);
    return r;
}

int bb_hashdb_unihash(struct bb_hashdb *db, bb_str method, bb_str taskhash, struct bb_buf *ret)
{
    return first_row(db, UNIHASH, bb_db_query(raw(db), UNIHASH, "tt", method, taskhash), &ret, 1);
}

int bb_hashdb_exists(struct bb_hashdb *db, bb_str unihash)
{
    return first_row(db, EXISTS, bb_db_query(raw(db), EXISTS, "t", unihash), NULL, 0);
}

int bb_hashdb_equivalent(struct bb_hashdb *db, bb_str method, bb_str outhash, bb_str taskhash,
                         struct bb_buf *ret)
{
    int r = bb_db_query(raw(db), EQUIVALENT, "ttt", method, outhash, taskhash);
    return first_row(db, EQUIVALENT, r, &ret, 1);
}

static void write_text(struct bb_hashdb *db, int stmt, int column, const char *name, struct bb_jsonw *w)
{
    bb_jsonw_key(w, bb_str_z(name));
    if (bb_db_null(raw(db), stmt, column))
        bb_jsonw_null(w);
    else
        bb_jsonw_str(w, bb_db_text(raw(db), stmt, column));
}

int bb_hashdb_row(struct bb_hashdb *db, enum bb_hashdb_row which, bb_str method, bb_str hash,
                  struct bb_jsonw *w, struct bb_buf *ret_unihash)
{
    static const int stmts[] = {[BB_HASHDB_BY_TASKHASH] = BY_TASKHASH,
                                [BB_HASHDB_BY_OUTHASH] = BY_OUTHASH,
                                [BB_HASHDB_OUTHASH] = OUTHASH};
    int stmt = stmts[which], r = bb_db_query(raw(db), stmt, "tt", method, hash);

    if (r == 0)
        r = bb_db_row(raw(db), stmt);
    if (r <= 0)
        return r;
    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("id"));
    bb_jsonw_int(w, bb_db_int(raw(db), stmt, 0));
    for (int i = 0; i < BB_HASHDB_NOUT; i++)
        write_text(db, stmt, 1 + i, bb_hashdb_out_names[i], w);
    if (which != BB_HASHDB_OUTHASH) {
        write_text(db, stmt, 1 + BB_HASHDB_NOUT, "unihash", w);
        write_text(db, stmt, 2 + BB_HASHDB_NOUT, "gc_mark", w);
        bb_buf_adds(ret_unihash, bb_db_text(raw(db), stmt, 1 + BB_HASHDB_NOUT));
    }
    bb_jsonw_end(w);
    bb_db_reset(raw(db), stmt);
    return 1;
}

int bb_hashdb_put_unihash(struct bb_hashdb *db, bb_str method, bb_str taskhash, bb_str unihash)
{
    return bb_db_run(raw(db), PUT_UNIHASH, "ttt", method, taskhash, unihash);
}

/*
 * A time as BitBake 2.18 writes it. 2.8 writes local time without a zone, which sorts otherwise among rows of one day; it
 * matters only to which of several equivalent rows is called the oldest.
 */
static bb_str time_text(int64_t age_s, char ret[48])
{
    struct timeval t;
    struct tm tm;
    char date[32];

    gettimeofday(&t, NULL);
    t.tv_sec -= age_s;
    if (!gmtime_r(&t.tv_sec, &tm))
        return BB_STR("");
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
    int n = snprintf(ret, 48, "%s.%06ld+00:00", date, (long)t.tv_usec);
    return bb_str_n(ret, (size_t)n);
}

int bb_hashdb_put_outhash(struct bb_hashdb *db, const bb_str values[BB_HASHDB_NOUT])
{
    bb_str all[BB_HASHDB_NOUT];
    char now[48];

    memcpy(all, values, sizeof(all));
    if (!all[BB_HASHCOL_CREATED].p)
        all[BB_HASHCOL_CREATED] = time_text(0, now);
    return bb_db_run_texts(raw(db), PUT_OUTHASH, all, BB_HASHDB_NOUT);
}

static bool is_among(bb_str name, const char *const names[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bb_str_eqz(name, names[i]))
            return true;
    return false;
}

/*
 * Runs `sql` with those of the conditions that the table has columns for, and `first` as the first value when it is not NULL;
 * 0 rows without a condition.
 */
static int run_where(struct bb_hashdb *db, const char *sql, const char *const names[], size_t nnames,
                     const struct bb_hashwhere *where, size_t n)
{
    BB_CLEAN_BUF struct bb_buf text = BB_BUF_INIT;
    bb_str values[BB_HASHDB_NOUT];
    size_t used = 0;

    bb_buf_addz(&text, sql);
    for (size_t i = 0; i < n && used < BB_HASHDB_NOUT; i++) {
        if (!is_among(where[i].column, names, nnames))
            continue;
        bb_buf_addf(&text, "%s%.*s = ?", used ? " AND " : " WHERE ", BB_STRF(where[i].column));
        values[used++] = where[i].value;
    }
    return used ? bb_db_run_once(raw(db), text.p, values, used) : 0;
}

int bb_hashdb_remove(struct bb_hashdb *db, const struct bb_hashwhere *where, size_t n)
{
    int r = bb_hashdb_begin(db);
    if (r < 0)
        return r;
    int out = run_where(db, "DELETE FROM outhashes_v2", bb_hashdb_out_names, BB_HASHDB_NOUT, where, n);
    int uni = out < 0 ? out : run_where(db, "DELETE FROM unihashes_v3", unihash_names, NUNIHASH, where, n);
    return bb_hashdb_end(db, uni < 0 ? uni : out + uni);
}

int bb_hashdb_mark(struct bb_hashdb *db, bb_str mark, const struct bb_hashwhere *where, size_t n)
{
    int r = bb_hashdb_begin(db);
    if (r < 0)
        return r;
    r = bb_db_run(raw(db), SET_MARK, "t", mark);
    if (r >= 0)
        r = run_where(db, "UPDATE unihashes_v3 SET gc_mark = coalesce(" MARK ", '')", unihash_names, NUNIHASH,
                      where, n);
    return bb_hashdb_end(db, r);
}

int bb_hashdb_sweep(struct bb_hashdb *db)
{
    int r = bb_hashdb_begin(db);
    if (r < 0)
        return r;
    int swept = bb_db_run(raw(db), SWEEP, "");
    r = swept < 0 ? swept : bb_db_run(raw(db), DROP_MARK, "");
    return bb_hashdb_end(db, r < 0 ? r : swept);
}

int bb_hashdb_current_mark(struct bb_hashdb *db, struct bb_buf *ret)
{
    return first_row(db, GET_MARK, bb_db_query(raw(db), GET_MARK, ""), &ret, 1);
}

int bb_hashdb_mark_counts(struct bb_hashdb *db, int64_t *ret_keep, int64_t *ret_remove)
{
    int r = bb_db_query(raw(db), COUNTS, "");
    if (r == 0)
        r = bb_db_row(raw(db), COUNTS);
    if (r < 0)
        return r;
    *ret_keep = bb_db_int(raw(db), COUNTS, 0);
    *ret_remove = bb_db_int(raw(db), COUNTS, 1);
    bb_db_reset(raw(db), COUNTS);
    return 0;
}

int bb_hashdb_clean(struct bb_hashdb *db, int64_t max_age_s)
{
    char oldest[48];
    return bb_db_run(raw(db), CLEAN, "t", time_text(max_age_s, oldest));
}

int bb_hashdb_usage(struct bb_hashdb *db, struct bb_jsonw *w)
{
    static const char *const tables[] = {"unihashes_v3", "outhashes_v2", "users", "config"};
    int r = bb_db_query(raw(db), USAGE, "");

    if (r == 0)
        r = bb_db_row(raw(db), USAGE);
    if (r < 0)
        return r;
    bb_jsonw_object(w);
    for (int i = 0; i < 4; i++) {
        bb_jsonw_key(w, bb_str_z(tables[i]));
        bb_jsonw_object(w);
        bb_jsonw_key(w, BB_STR("rows"));
        bb_jsonw_int(w, bb_db_int(raw(db), USAGE, i));
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
    bb_db_reset(raw(db), USAGE);
    return 0;
}

void bb_hashdb_columns(struct bb_jsonw *w)
{
    bb_jsonw_array(w);
    for (size_t i = 0; i < NUNIHASH; i++)
        bb_jsonw_str(w, bb_str_z(unihash_names[i]));
    for (size_t i = 0; i < BB_HASHDB_NOUT; i++)
        if (i != BB_HASHCOL_CREATED && !is_among(bb_str_z(bb_hashdb_out_names[i]), unihash_names, NUNIHASH))
            bb_jsonw_str(w, bb_str_z(bb_hashdb_out_names[i]));
    bb_jsonw_end(w);
}

int bb_hashdb_user(struct bb_hashdb *db, bb_str name, struct bb_buf *ret_permissions,
                   struct bb_buf *ret_token)
{
    struct bb_buf *const ret[] = {ret_permissions, ret_token};
    return first_row(db, USER, bb_db_query(raw(db), USER, "t", name), ret, 2);
}

int bb_hashdb_nth_user(struct bb_hashdb *db, int64_t nth, struct bb_buf *ret_name,
                       struct bb_buf *ret_permissions)
{
    struct bb_buf *const ret[] = {ret_name, ret_permissions};
    return first_row(db, NTH_USER, bb_db_query(raw(db), NTH_USER, "i", nth), ret, 2);
}

int bb_hashdb_add_user(struct bb_hashdb *db, bb_str name, bb_str permissions, bb_str token)
{
    return bb_db_run(raw(db), ADD_USER, "ttt", name, permissions, token);
}

int bb_hashdb_set_token(struct bb_hashdb *db, bb_str name, bb_str token)
{
    return bb_db_run(raw(db), SET_TOKEN, "tt", token, name);
}

int bb_hashdb_set_permissions(struct bb_hashdb *db, bb_str name, bb_str permissions)
{
    return bb_db_run(raw(db), SET_PERMISSIONS, "tt", permissions, name);
}

int bb_hashdb_delete_user(struct bb_hashdb *db, bb_str name)
{
    return bb_db_run(raw(db), DELETE_USER, "t", name);
}
