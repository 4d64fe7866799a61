/* SPDX-License-Identifier: MIT */
#include "support/unit.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "ext/db.h"
#include "os/fs.h"

enum { PUT, GET, ALL, ADD, NSTMT };
static const char *const sql[NSTMT] = {
    [PUT] = "INSERT INTO t(k, v, n) VALUES(?, ?, ?)",
    [GET] = "SELECT v, n FROM t WHERE k = ?",
    [ALL] = "SELECT k FROM t ORDER BY k",
    [ADD] = "UPDATE t SET n = n + ? WHERE k = 'counter'",
};
static const char *const steps[] = {
    "CREATE TABLE t(k TEXT PRIMARY KEY, v TEXT)",
    "ALTER TABLE t ADD COLUMN n INTEGER; CREATE INDEX t_n ON t(n)",
};
static const struct bb_db_schema schema = {steps, 2, sql, NSTMT};
static const struct bb_db_schema first_schema = {steps, 1, NULL, 0};

static char *dir;
static struct bb_db *db;

static void setup(void)
{
    dir = unit_tmpdir();
    ck_assert_int_eq(bb_db_open("x.db", &schema, &db, NULL), 0);
}

static void teardown(void)
{
    bb_db_close(db);
    unit_rmdir(dir);
}

START_TEST(rows)
{
    ck_assert_int_eq(bb_db_run(db, PUT, "tbi", BB_STR("b"), BB_STR("x\0y"), (int64_t)INT64_MIN), 1);
    ck_assert_int_eq(bb_db_run(db, PUT, "tnn", bb_str_z(NULL)), 1);
    ck_assert_int_eq(bb_db_run(db, PUT, "tnn", BB_STR("b")), -EEXIST);
    ck_assert_int_eq(bb_db_query(db, GET, "t", BB_STR("b")), 0);
    ck_assert_int_eq(bb_db_row(db, GET), 1);
    ck_assert(bb_str_eq(bb_db_text(db, GET, 0), BB_STR("x\0y")));
    ck_assert_int_eq(bb_db_int(db, GET, 1), INT64_MIN);
    ck_assert_int_eq(bb_db_row(db, GET), 0);
    ck_assert_int_eq(bb_db_query(db, GET, "t", BB_STR("")), 0);
    ck_assert_int_eq(bb_db_row(db, GET), 1);
    ck_str(bb_db_text(db, GET, 0), "");
    bb_db_reset(db, GET);
    ck_assert_int_eq(bb_db_query(db, ALL, ""), 0);
    ck_assert_int_eq(bb_db_row(db, ALL), 1);
    ck_assert_int_eq(bb_db_row(db, ALL), 1);
    ck_str(bb_db_text(db, ALL, 0), "b");
    ck_assert_int_eq(bb_db_row(db, ALL), 0);
}
END_TEST

START_TEST(transactions)
{
    ck_assert_int_eq(bb_db_begin(db), 0);
    ck_assert_int_eq(bb_db_run(db, PUT, "tnn", BB_STR("gone")), 1);
    bb_db_rollback(db);
    bb_db_rollback(db);
    ck_assert_int_eq(bb_db_begin(db), 0);
    ck_assert_int_eq(bb_db_run(db, PUT, "tnn", BB_STR("kept")), 1);
    ck_assert_int_eq(bb_db_commit(db), 0);
    ck_assert_int_eq(bb_db_query(db, ALL, ""), 0);
    ck_assert_int_eq(bb_db_row(db, ALL), 1);
    ck_str(bb_db_text(db, ALL, 0), "kept");
    ck_assert_int_eq(bb_db_row(db, ALL), 0);
}
END_TEST

START_TEST(steps_run_once)
{
    struct bb_db *old, *again;
    ck_assert_int_eq(bb_db_open("old.db", &first_schema, &old, NULL), 0);
    bb_db_close(old);
    ck_assert_int_eq(bb_db_open("old.db", &schema, &old, NULL), 0);
    ck_assert_int_eq(bb_db_run(old, PUT, "tni", BB_STR("k"), (int64_t)3), 1);
    ck_assert_int_eq(bb_db_open("old.db", &schema, &again, NULL), 0);
    ck_assert_int_eq(bb_db_query(again, GET, "t", BB_STR("k")), 0);
    ck_assert_int_eq(bb_db_row(again, GET), 1);
    ck_assert_int_eq(bb_db_int(again, GET, 1), 3);
    bb_db_close(again);
    bb_db_close(old);
}
END_TEST

START_TEST(refuses_what_it_cannot_read)
{
    BB_CLEAN_BUF struct bb_buf err = BB_BUF_INIT;
    static char junk[5000];
    struct bb_db *d = NULL;
    memset(junk, 'j', sizeof(junk));
    ck_assert_int_eq(bb_fs_write("junk", bb_str_n(junk, sizeof(junk)), 0), 0);
    ck_assert_int_eq(bb_db_open("junk", &schema, &d, &err), -BB_ECORRUPT);
    ck_assert_ptr_nonnull(strstr(err.p, "not a database"));
    bb_buf_clear(&err);
    ck_assert_int_eq(bb_db_open("x.db", &first_schema, &d, &err), -BB_ECORRUPT);
    ck_assert_str_eq(err.p, "made by a newer version (schema 2, this one knows 1)");
    ck_assert_int_lt(bb_db_open("no/such/dir.db", &schema, &d, NULL), 0);
    ck_assert_ptr_null(d);
}
END_TEST

/* Opening for the first time included, where each would make the tables. */
START_TEST(many_writers)
{
    for (int p = 0; p < 6; p++) {
        if (fork() != 0)
            continue;
        struct bb_db *d;
        if (bb_db_open("shared.db", &schema, &d, NULL))
            _exit(1);
        int r = bb_db_run(d, PUT, "tni", BB_STR("counter"), (int64_t)0);
        if (r != 1 && r != -EEXIST)
            _exit(2);
        for (int i = 0; i < 50; i++)
            if (bb_db_run(d, ADD, "i", (int64_t)1) != 1)
                _exit(3);
        bb_db_close(d);
        _exit(0);
    }
    int status;
    while (wait(&status) > 0)
        ck_assert_int_eq(WEXITSTATUS(status), 0);
    struct bb_db *d;
    ck_assert_int_eq(bb_db_open("shared.db", &schema, &d, NULL), 0);
    ck_assert_int_eq(bb_db_query(d, GET, "t", BB_STR("counter")), 0);
    ck_assert_int_eq(bb_db_row(d, GET), 1);
    ck_assert_int_eq(bb_db_int(d, GET, 1), 300);
    bb_db_close(d);
}
END_TEST

START_TEST(texts_and_null)
{
    const bb_str values[] = {BB_STR("k"), {0}, BB_STR("7")}, key = BB_STR("k");
    ck_assert_int_eq(bb_db_run_texts(db, PUT, values, 3), 1);
    ck_assert_int_eq(bb_db_run_texts(db, PUT, values, 3), -EEXIST);
    ck_assert_int_eq(bb_db_query(db, GET, "t", key), 0);
    ck_assert_int_eq(bb_db_row(db, GET), 1);
    ck_assert(bb_db_null(db, GET, 0) && !bb_db_null(db, GET, 1));
    bb_db_reset(db, GET);
    ck_assert_int_eq(bb_db_run_once(db, "DELETE FROM t WHERE k = ?", &key, 1), 1);
    ck_assert_int_eq(bb_db_run_once(db, "DELETE FROM nothing", NULL, 0), -EIO);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {rows,         transactions,  steps_run_once, refuses_what_it_cannot_read,
                                  many_writers, texts_and_null};
    return unit_run("db", tests, sizeof(tests) / sizeof(*tests), setup, teardown);
}
