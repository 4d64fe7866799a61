/* SPDX-License-Identifier: MIT */
#include "sstate/index.h"

#include <errno.h>
#include <stdlib.h>

#include "base/diag.h"
#include "base/vec.h"
#include "ext/db.h"
#include "os/fs.h"
#include "os/lock.h"
#include "sstate/object.h"

enum { PUT, USE, DEL, LIST, LIST_BY_USE, FOUND, MARK, SWEEP, SCANNED, SET_SCANNED, NSTMT };

static const char *const steps[] = {
    "CREATE TABLE object(path TEXT PRIMARY KEY, hash TEXT NOT NULL, task TEXT NOT NULL, pn TEXT NOT NULL,"
    " size INTEGER NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL, origin TEXT NOT NULL,"
    " seen INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;"
    /* one row once the first scan is complete */
    "CREATE TABLE scanned(at INTEGER NOT NULL)",
};
static const char *const sql[NSTMT] = {
    [PUT] = "INSERT OR REPLACE INTO object(path, hash, task, pn, size, created, used, origin)"
            " VALUES(?,?,?,?,?,?,?,?)",
    [USE] = "UPDATE object SET used = max(used, ?) WHERE path = ?",
    [DEL] = "DELETE FROM object WHERE path = ?",
    [LIST] = "SELECT path, hash, task, pn, origin, size, created, used FROM object ORDER BY path",
    [LIST_BY_USE] =
        "SELECT path, hash, task, pn, origin, size, created, used FROM object ORDER BY used, path",
    /* a scan: what is seen stays, keeping what is known of it */
    [MARK] = "UPDATE object SET seen = 0",
    [FOUND] =
        "INSERT INTO object(path, hash, task, pn, size, created, used, origin) VALUES(?,?,?,?,?,?,?,'found')"
        " ON CONFLICT(path) DO UPDATE SET seen = 1, size = excluded.size, used = max(used, excluded.used)",
    [SWEEP] = "DELETE FROM object WHERE seen = 0",
    [SCANNED] = "SELECT at FROM scanned",
    [SET_SCANNED] = "INSERT OR REPLACE INTO scanned(rowid, at) VALUES(1, unixepoch())",
};
static const struct bb_db_schema schema = {steps, 1, sql, NSTMT};

struct bb_index {
    char *dir, *file;
    struct bb_db *db;
};

static int remove_files(const char *file)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(ends) / sizeof(ends[0]); i++) {
        BB_CLEAN_BUF struct bb_buf path = BB_BUF_INIT;
        bb_buf_addf(&path, "%s%s", file, ends[i]);
        r = bb_fs_unlink(path.p);
    }
    return r;
}

/* 1 when the database is whole and filled, 0 when it has yet to be filled. */
static int open_filled(struct bb_index *ix)
{
    if (!bb_fs_exists(ix->file))
        return -ENOENT;
    int r = bb_db_open(ix->file, &schema, &ix->db, NULL);
    if (r == 0)
        r = bb_db_query(ix->db, SCANNED, "");
    if (r == 0)
        r = bb_db_row(ix->db, SCANNED);
    if (r == 1)
        bb_db_reset(ix->db, SCANNED);
    if (r < 0 && ix->db) {
        bb_db_close(ix->db);
        ix->db = NULL;
    }
    return r;
}

static int make_anew(struct bb_index *ix)
{
    int r = remove_files(ix->file);

    if (r == 0)
        r = bb_db_open(ix->file, &schema, &ix->db, NULL);
    return r;
}

/* What is not whole is made and filled under a lock: of two processes that find it so, one does it. */
static int open_db(struct bb_index *ix)
{
    BB_CLEAN_BUF struct bb_buf lock_path = BB_BUF_INIT;
    BB_CLEAN_LOCK struct bb_lock lock = BB_LOCK_INIT;
    int r = open_filled(ix);

    if (r == 1)
        return 0;
    if (r < 0 && r != -ENOENT && r != -BB_ECORRUPT)
        return r;
    bb_db_close(ix->db);
    ix->db = NULL;
    bb_buf_addf(&lock_path, "%s/.index.lock", ix->dir);
    if ((r = bb_lock_take(&lock, lock_path.p, 0)) < 0)
        return r;
    r = open_filled(ix);
    if (r == 1)
        return 0; /* somebody else was here */
    if (r == -ENOENT || r == -BB_ECORRUPT)
        r = make_anew(ix);
    return r < 0 ? r : bb_index_scan(ix);
}

int bb_index_open(const char *dir, struct bb_index **ret)
{
    struct bb_index *ix = bb_calloc(1, sizeof(*ix));
    BB_CLEAN_BUF struct bb_buf file = BB_BUF_INIT;

    bb_buf_addf(&file, "%s/.index.sqlite", dir);
    ix->dir = bb_strdup(dir);
    ix->file = bb_buf_detach(&file);
    int r = bb_fs_mkdirs(dir);
    if (r == 0)
        r = open_db(ix);
    if (r < 0)
        bb_index_close(ix);
    else
        *ret = ix;
    return r;
}

void bb_index_close(struct bb_index *ix)
{
    if (!ix)
        return;
    bb_db_close(ix->db);
    free(ix->dir);
    free(ix->file);
    free(ix);
}

bb_str bb_index_relative(const struct bb_index *ix, bb_str path)
{
    bb_str dir = bb_str_z(ix->dir);

    while (dir.len > 1 && dir.p[dir.len - 1] == '/')
        dir.len--;
    if (!bb_str_starts(path, dir) || path.len <= dir.len || path.p[dir.len] != '/')
        return (bb_str){0};
    while (dir.len < path.len && path.p[dir.len] == '/')
        dir.len++;
    return bb_str_from(path, dir.len);
}

/* Writers wait for each other inside SQLite; only what is truly wrong comes back. */
static int done(int r)
{
    return r < 0 ? r : 0;
}

int bb_index_put(struct bb_index *ix, const struct bb_index_entry *e)
{
    return done(bb_db_run(ix->db, PUT, "ttttiiit", e->path, e->hash, e->task, e->pn, e->size, e->created,
                          e->used, e->origin));
}

static bb_str base_name(bb_str path)
{
    size_t slash = bb_str_rchr(path, '/');
    return slash == BB_NPOS ? path : bb_str_from(path, slash + 1);
}

/* Enters a file of the folder when its name is an object's. */
static int enter_found(struct bb_index *ix, bb_str rel, const struct bb_stat *st, int64_t used)
{
    struct bb_object_name n;
    int64_t mtime = st->mtime_ns / 1000000000;

    if (st->type != BB_F_FILE || !bb_object_parse_name(base_name(rel), &n))
        return 0;
    return done(bb_db_run(ix->db, FOUND, "ttttiii", rel, n.hash, n.task, n.pn, (int64_t)st->size, mtime,
                          used > mtime ? used : mtime));
}

int bb_index_use(struct bb_index *ix, bb_str path, int64_t now)
{
    BB_CLEAN_BUF struct bb_buf full = BB_BUF_INIT;
    struct bb_stat st;
    int r = bb_db_run(ix->db, USE, "it", now, path);

    if (r != 0)
        return done(r);
    bb_buf_addf(&full, "%s/%.*s", ix->dir, BB_STRF(path));
    r = bb_fs_stat(full.p, &st);
    return r < 0 ? r : enter_found(ix, path, &st, now);
}

int bb_index_del(struct bb_index *ix, bb_str path)
{
    return done(bb_db_run(ix->db, DEL, "t", path));
}

static int on_file(void *self, const struct bb_fs_entry *e)
{
    return enter_found(self, e->rel, &e->st, 0);
}

int bb_index_scan(struct bb_index *ix)
{
    int r = bb_db_begin(ix->db);

    if (r < 0)
        return r;
    r = done(bb_db_run(ix->db, MARK, ""));
    if (r == 0)
        r = bb_fs_walk(ix->dir, on_file, ix);
    if (r == 0)
        r = done(bb_db_run(ix->db, SWEEP, ""));
    if (r == 0)
        r = done(bb_db_run(ix->db, SET_SCANNED, ""));
    if (r < 0) {
        bb_db_rollback(ix->db);
        return r;
    }
    return bb_db_commit(ix->db);
}

int bb_index_list(struct bb_index *ix, struct bb_arena *a, bool by_use, struct bb_index_entry **ret,
                  size_t *ret_n)
{
    BB_VEC(struct bb_index_entry) list = {0};
    int stmt = by_use ? LIST_BY_USE : LIST;
    int r = bb_db_query(ix->db, stmt, "");

    while (r >= 0 && (r = bb_db_row(ix->db, stmt)) == 1) {
        struct bb_index_entry e = {
            .path = bb_arena_str(a, bb_db_text(ix->db, stmt, 0)),
            .hash = bb_arena_str(a, bb_db_text(ix->db, stmt, 1)),
            .task = bb_arena_str(a, bb_db_text(ix->db, stmt, 2)),
            .pn = bb_arena_str(a, bb_db_text(ix->db, stmt, 3)),
            .origin = bb_arena_str(a, bb_db_text(ix->db, stmt, 4)),
            .size = bb_db_int(ix->db, stmt, 5),
            .created = bb_db_int(ix->db, stmt, 6),
            .used = bb_db_int(ix->db, stmt, 7),
        };
        bb_vec_push(&list, e);
    }
    if (r == 0) {
        *ret = bb_arena_array(a, struct bb_index_entry, list.n + 1);
        if (list.n)
            memcpy(*ret, list.p, list.n * sizeof(*list.p));
        *ret_n = list.n;
    }
    bb_vec_release(&list);
    return r;
}
