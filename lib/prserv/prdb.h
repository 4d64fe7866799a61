/* SPDX-License-Identifier: MIT */
/*
 * The database of a service of package revisions, in the schema of BitBake's SQLite file, so that either program goes on with the
 * other's: up to 2.8 a table of numbers (PRMAIN_nohist), from 2.9 on one of texts like "3.1" (PRMAIN). Both may be in one file;
 * neither knows of the other, as in BitBake. A row says which revision a checksum of a package's version has.
 *
 * With `history` a checksum keeps the revision that it had first. Without, a package's revision never gets smaller: a checksum
 * that comes back gets a new one. Tables of numbers know the latter only.
 *
 * Codes are those of ext/db.h; functions that look for something return 1 when it is there and 0 when not. Revisions that are
 * found are appended to buffers.
 */
#ifndef BB_PRSERV_PRDB_H
#define BB_PRSERV_PRDB_H

#include "base/jsonw.h"

struct bb_prdb;

enum bb_prdb_form {
    BB_PRDB_FOUND, /* of the table that the file has; texts when it has both or none */
    BB_PRDB_NUMBERS,
    BB_PRDB_TEXTS,
};

struct bb_prkey {
    bb_str version, pkgarch, checksum;
};

/* Opens or makes the file, in folders that are there. `err` (may be NULL) gets the reason of a failure. */
int bb_prdb_open(const char *path, enum bb_prdb_form form, struct bb_prdb **ret, struct bb_buf *err);
/* NULL is fine. */
void bb_prdb_close(struct bb_prdb *db);
/* Whether revisions are numbers, in JSON, too. */
bool bb_prdb_numbers(const struct bb_prdb *db);

/* Whether the package's version has a row; its checksum does not matter. */
int bb_prdb_known(struct bb_prdb *db, const struct bb_prkey *k);
/* The greatest revision of the package's version. */
int bb_prdb_greatest(struct bb_prdb *db, const struct bb_prkey *k, struct bb_buf *ret);
/* The revision of the checksum: its first with history, else its last. */
int bb_prdb_find(struct bb_prdb *db, const struct bb_prkey *k, bool history, struct bb_buf *ret);
/* The revision that the checksum has from now on; a new one is kept unless `read_only`. -ERANGE when there is no greater one. */
int bb_prdb_get(struct bb_prdb *db, const struct bb_prkey *k, bool history, bool read_only,
                struct bb_buf *ret);
/* "<base>.<number>", greater than all of these that the package's version has. Only of texts. -ERANGE as above. */
int bb_prdb_below(struct bb_prdb *db, const struct bb_prkey *k, bb_str base, struct bb_buf *ret);
/* Keeps a revision that somebody else has given out: 1, or 0 when a number is smaller than the one that is there. */
int bb_prdb_store(struct bb_prdb *db, const struct bb_prkey *k, bb_str value);
/*
 * Writes {"metainfo": {...}, "datainfo": [...]}: with `columns` what the table looks like, and the rows with the greatest revision
 * of each package's version, with history all rows. Empty parts of `k` fit everything.
 */
int bb_prdb_export(struct bb_prdb *db, const struct bb_prkey *k, bool history, bool columns,
                   struct bb_jsonw *w);

#endif
