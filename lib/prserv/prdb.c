/* SPDX-License-Identifier: MIT */
#include "prserv/prdb.h"

#include <errno.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "ext/db.h"
#include "prserv/revision.h"

struct bb_prdb {
    struct bb_db *db;
    bool numbers;
};

/* Nothing that both forms need; which tables there are is told apart below. */
static const char *const steps[] = {"SELECT 1"};

static const char *const make[] = {
    "CREATE TABLE IF NOT EXISTS PRMAIN (version TEXT NOT NULL, pkgarch TEXT NOT NULL, checksum TEXT NOT NULL,"
    " value TEXT, PRIMARY KEY (version, pkgarch, checksum, value))",
    "CREATE TABLE IF NOT EXISTS PRMAIN_nohist (version TEXT NOT NULL, pkgarch TEXT NOT NULL,"
    " checksum TEXT NOT NULL, value INTEGER, PRIMARY KEY (version, pkgarch, checksum))",
};

/* Statements of a table of texts; the one of numbers has the same, each right behind. */
enum { KNOWN, OF_PACKAGE = 2, OF_CHECKSUM = 4, PUT = 6, ROWS = 8, HAS_TABLE = 10, NSTATEMENTS };

#define BOTH(at, before, after) [at] = before "PRMAIN" after, [at + 1] = before "PRMAIN_nohist" after
#define PACKAGE                 " WHERE version = ? AND pkgarch = ?"
static const char *const statements[NSTATEMENTS] = {
    BOTH(KNOWN, "SELECT 1 FROM ", PACKAGE " LIMIT 1"),
    BOTH(OF_PACKAGE, "SELECT value FROM ", PACKAGE),
    BOTH(OF_CHECKSUM, "SELECT value FROM ", PACKAGE " AND checksum = ?"),
    [PUT] = "INSERT OR IGNORE INTO PRMAIN VALUES (?, ?, ?, ?)",
    [PUT + 1] =
        "INSERT INTO PRMAIN_nohist VALUES (?1, ?2, ?3, CAST(?4 AS INTEGER)) ON CONFLICT (version, pkgarch, checksum)"
        " DO UPDATE SET value = excluded.value WHERE value <= excluded.value",
    BOTH(ROWS, "SELECT version, pkgarch, checksum, value FROM ",
         " WHERE (?1 = '' OR version = ?1) AND (?2 = '' OR pkgarch = ?2) ORDER BY version, pkgarch, rowid"),
    [HAS_TABLE] = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
};

static const struct bb_db_schema schema = {steps, 1, statements, NSTATEMENTS};

static int at(const struct bb_prdb *db, int statement)
{
    return statement + db->numbers;
}

static int has_table(struct bb_db *db, const char *name)
{
    int r = bb_db_query(db, HAS_TABLE, "t", bb_str_z(name));
    if (r == 0)
        r = bb_db_row(db, HAS_TABLE);
    bb_db_reset(db, HAS_TABLE);
    return r;
}

static int choose(struct bb_prdb *db, enum bb_prdb_form form)
{
    db->numbers = form == BB_PRDB_NUMBERS;
    if (form != BB_PRDB_FOUND)
        return 0;
    int texts = has_table(db->db, "PRMAIN");
    int numbers = texts == 0 ? has_table(db->db, "PRMAIN_nohist") : 0;
    db->numbers = numbers > 0;
    return texts < 0 ? texts : numbers < 0 ? numbers : 0;
}

int bb_prdb_open(const char *path, enum bb_prdb_form form, struct bb_prdb **ret, struct bb_buf *err)
{
    struct bb_prdb *db = bb_calloc(1, sizeof(*db));

    int r = bb_db_open(path, &schema, &db->db, err);
    if (r == 0)
        r = choose(db, form);
    if (r == 0)
        r = bb_db_run_once(db->db, make[db->numbers], NULL, 0);
    if (r < 0)
        bb_prdb_close(db);
    else
        *ret = db;
    return r < 0 ? r : 0;
}

void bb_prdb_close(struct bb_prdb *db)
{
    if (!db)
        return;
    if (db->db)
        bb_db_close(db->db);
    free(db);
}

bool bb_prdb_numbers(const struct bb_prdb *db)
{
    return db->numbers;
}

int bb_prdb_known(struct bb_prdb *db, const struct bb_prkey *k)
{
    int s = at(db, KNOWN), r = bb_db_query(db->db, s, "tt", k->version, k->pkgarch);
    if (r == 0)
        r = bb_db_row(db->db, s);
    bb_db_reset(db->db, s);
    return r;
}

/* Reads the values of a query that has begun: the one that is furthest in the direction of `sign`, appended. */
static int extreme(struct bb_prdb *db, int s, int sign, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf best = BB_BUF_INIT;
    bool any = false;
    int r;

    while ((r = bb_db_row(db->db, s)) == 1) {
        bb_str v = bb_db_text(db->db, s, 0);
        if (any && bb_pr_cmp(v, bb_buf_str(&best)) * sign <= 0)
            continue;
        bb_buf_clear(&best);
        bb_buf_adds(&best, v);
        any = true;
    }
    bb_db_reset(db->db, s);
    if (r < 0)
        return r;
    bb_buf_adds(ret, bb_buf_str(&best));
    return any;
}

int bb_prdb_greatest(struct bb_prdb *db, const struct bb_prkey *k, struct bb_buf *ret)
{
    int s = at(db, OF_PACKAGE), r = bb_db_query(db->db, s, "tt", k->version, k->pkgarch);
    return r < 0 ? r : extreme(db, s, 1, ret);
}

int bb_prdb_find(struct bb_prdb *db, const struct bb_prkey *k, bool history, struct bb_buf *ret)
{
    int s = at(db, OF_CHECKSUM), r = bb_db_query(db->db, s, "ttt", k->version, k->pkgarch, k->checksum);
    return r < 0 ? r : extreme(db, s, history ? -1 : 1, ret);
}

static int increase(bb_str value, struct bb_buf *ret)
{
    return bb_pr_increase(value, ret) ? 1 : -ERANGE;
}

/* What the checksum's revision is, without keeping it. */
static int next(struct bb_prdb *db, const struct bb_prkey *k, bool history, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf greatest = BB_BUF_INIT, own = BB_BUF_INIT;
    bool keeps = history && !db->numbers;

    int r = bb_prdb_greatest(db, k, &greatest);
    if (r == 0)
        bb_buf_addz(ret, "0");
    if (r <= 0)
        return r;
    r = bb_prdb_find(db, k, keeps, &own);
    if (r < 0)
        return r;
    if (r == 0 || (!keeps && bb_pr_cmp(bb_buf_str(&own), bb_buf_str(&greatest)) < 0))
        return increase(bb_buf_str(&greatest), ret);
    bb_buf_adds(ret, bb_buf_str(&own));
    return 1;
}

static int end(struct bb_prdb *db, int r)
{
    if (r >= 0)
        r = bb_db_commit(db->db);
    if (r < 0)
        bb_db_rollback(db->db);
    return r;
}

int bb_prdb_get(struct bb_prdb *db, const struct bb_prkey *k, bool history, bool read_only,
                struct bb_buf *ret)
{
    if (read_only) {
        int found = next(db, k, history, ret);
        return found < 0 ? found : 0;
    }
    int r = bb_db_begin(db->db);
    if (r < 0)
        return r;
    r = next(db, k, history, ret);
    if (r >= 0)
        r = bb_prdb_store(db, k, bb_buf_str(ret));
    return end(db, r < 0 ? r : 0);
}

int bb_prdb_below(struct bb_prdb *db, const struct bb_prkey *k, bb_str base, struct bb_buf *ret)
{
    BB_CLEAN_BUF struct bb_buf prefix = BB_BUF_INIT, best = BB_BUF_INIT;
    int s = at(db, OF_PACKAGE), r = bb_db_query(db->db, s, "tt", k->version, k->pkgarch);

    bb_buf_adds(&prefix, base);
    bb_buf_addc(&prefix, '.');
    while (r >= 0 && (r = bb_db_row(db->db, s)) == 1) {
        bb_str v = bb_db_text(db->db, s, 0);
        if (!bb_str_starts(v, bb_buf_str(&prefix)) || (best.len && bb_pr_cmp(v, bb_buf_str(&best)) <= 0))
            continue;
        bb_buf_clear(&best);
        bb_buf_adds(&best, v);
    }
    bb_db_reset(db->db, s);
    if (r < 0)
        return r;
    if (best.len)
        return increase(bb_buf_str(&best), ret) < 0 ? -ERANGE : 0;
    bb_buf_addf(ret, "%s0", prefix.p);
    return 0;
}

int bb_prdb_store(struct bb_prdb *db, const struct bb_prkey *k, bb_str value)
{
    int r =
        bb_db_run_texts(db->db, at(db, PUT), (const bb_str[]){k->version, k->pkgarch, k->checksum, value}, 4);
    return r < 0 ? r : !db->numbers || r > 0;
}

/* BitBake: the rows of PRAGMA table_info. */
static void write_columns(struct bb_prdb *db, struct bb_jsonw *w)
{
    static const char *const names[] = {"version", "pkgarch", "checksum", "value"};

    bb_jsonw_key(w, BB_STR("tbl_name"));
    bb_jsonw_str(w, db->numbers ? BB_STR("PRMAIN_nohist") : BB_STR("PRMAIN"));
    bb_jsonw_key(w, BB_STR("core_ver"));
    bb_jsonw_str(w, db->numbers ? BB_STR("1.0.0") : BB_STR("2.0.0"));
    bb_jsonw_key(w, BB_STR("col_info"));
    bb_jsonw_array(w);
    for (int i = 0; i < 4; i++) {
        bool value = i == 3;
        bb_jsonw_object(w);
        bb_jsonw_key(w, BB_STR("name"));
        bb_jsonw_str(w, bb_str_z(names[i]));
        bb_jsonw_key(w, BB_STR("type"));
        bb_jsonw_str(w, value && db->numbers ? BB_STR("INTEGER") : BB_STR("TEXT"));
        bb_jsonw_key(w, BB_STR("notnull"));
        bb_jsonw_int(w, !value);
        bb_jsonw_key(w, BB_STR("dflt_value"));
        bb_jsonw_null(w);
        bb_jsonw_key(w, BB_STR("pk"));
        bb_jsonw_int(w, value && db->numbers ? 0 : i + 1);
        bb_jsonw_end(w);
    }
    bb_jsonw_end(w);
}

static void write_row(struct bb_prdb *db, const struct bb_prkey *k, bb_str value, struct bb_jsonw *w)
{
    const bb_str *const parts[] = {&k->version, &k->pkgarch, &k->checksum};
    static const char *const names[] = {"version", "pkgarch", "checksum"};
    BB_CLEAN_FREE char *z = bb_strndup(value);

    bb_jsonw_object(w);
    for (int i = 0; i < 3; i++) {
        bb_jsonw_key(w, bb_str_z(names[i]));
        bb_jsonw_str(w, *parts[i]);
    }
    bb_jsonw_key(w, BB_STR("value"));
    if (db->numbers)
        bb_jsonw_int(w, strtoll(z, NULL, 10));
    else
        bb_jsonw_str(w, value);
    bb_jsonw_end(w);
}

/* The row that ROWS stands at; its texts are valid until the next row. */
static struct bb_prkey row_key(struct bb_prdb *db, int s)
{
    return (struct bb_prkey){bb_db_text(db->db, s, 0), bb_db_text(db->db, s, 1), bb_db_text(db->db, s, 2)};
}

/* Whether no other row of this package's version has a greater value. */
static int is_greatest(struct bb_prdb *db, const struct bb_prkey *k, bb_str value)
{
    BB_CLEAN_BUF struct bb_buf greatest = BB_BUF_INIT;
    int r = bb_prdb_greatest(db, k, &greatest);
    return r < 0 ? r : bb_pr_cmp(value, bb_buf_str(&greatest)) >= 0;
}

int bb_prdb_export(struct bb_prdb *db, const struct bb_prkey *k, bool history, bool columns,
                   struct bb_jsonw *w)
{
    int s = at(db, ROWS), fits = 1;

    bb_jsonw_object(w);
    bb_jsonw_key(w, BB_STR("metainfo"));
    bb_jsonw_object(w);
    if (columns)
        write_columns(db, w);
    bb_jsonw_end(w);
    bb_jsonw_key(w, BB_STR("datainfo"));
    bb_jsonw_array(w);
    int r = bb_db_query(db->db, s, "tt", k->version, k->pkgarch);
    while (r >= 0 && (r = bb_db_row(db->db, s)) == 1) {
        struct bb_prkey row = row_key(db, s);
        bb_str value = bb_db_text(db->db, s, 3);
        if (k->checksum.len && !bb_str_eq(k->checksum, row.checksum))
            continue;
        if (!history || db->numbers)
            fits = is_greatest(db, &row, value);
        if (fits > 0)
            write_row(db, &row, value, w);
        else if (fits < 0)
            r = fits;
    }
    bb_db_reset(db->db, s);
    bb_jsonw_end(w);
    bb_jsonw_end(w);
    return r;
}
