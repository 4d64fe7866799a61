# SPDX-License-Identifier: MIT
"""Text that outlives a build: mappings of str to str in an SQLite file, safe to use from several processes."""

import logging
import os
from collections.abc import MutableMapping

import bb

logger = logging.getLogger("BitBake.PersistData")


class SQLTable(MutableMapping):
    def __init__(self, cachefile, table):
        import sqlite3
        self.cachefile = cachefile
        self.table = table
        self._quoted = '"%s"' % table.replace('"', '""')
        # every statement is a transaction of its own unless the mapping is used as a context
        self.connection = sqlite3.connect(cachefile, timeout=60, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute("CREATE TABLE IF NOT EXISTS %s(key TEXT PRIMARY KEY NOT NULL, value TEXT)" %
                                self._quoted)

    def _run(self, statement, *args):
        return self.connection.execute(statement % self._quoted, args)

    @staticmethod
    def _check(**texts):
        for name, text in texts.items():
            if not isinstance(text, str):
                raise TypeError("Only string %s are supported" % name)

    def __enter__(self):
        self.connection.execute("BEGIN EXCLUSIVE")
        return self

    def __exit__(self, exc, *rest):
        self.connection.execute("ROLLBACK" if exc else "COMMIT")

    def __getitem__(self, key):
        row = self._run("SELECT value FROM %s WHERE key = ?", key).fetchone()
        if row is None:
            raise KeyError(key)
        return row[0]

    def __setitem__(self, key, value):
        self._check(keys=key, values=value)
        self._run("INSERT INTO %s VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value)

    def __delitem__(self, key):
        if not self._run("DELETE FROM %s WHERE key = ?", key).rowcount:
            raise KeyError(key)

    def __contains__(self, key):
        return self._run("SELECT 1 FROM %s WHERE key = ?", key).fetchone() is not None

    def __len__(self):
        return self._run("SELECT COUNT(*) FROM %s").fetchone()[0]

    def __iter__(self):
        return (row[0] for row in self._run("SELECT key FROM %s").fetchall())

    def __lt__(self, other):
        return len(self) < len(other)

    def get_by_pattern(self, pattern):
        """Values of keys that match a LIKE pattern."""
        return [row[0] for row in self._run("SELECT value FROM %s WHERE key LIKE ?", pattern)]

    def values(self):
        return [row[0] for row in self._run("SELECT value FROM %s")]

    def items(self):
        return self._run("SELECT key, value FROM %s").fetchall()

    def clear(self):
        self._run("DELETE FROM %s")

    itervalues = values
    iteritems = items

    def has_key(self, key):
        return key in self


def persist(domain, d):
    """The mapping of that name, in the folder PERSISTENT_DIR or CACHE."""
    folder = d.getVar("PERSISTENT_DIR") or d.getVar("CACHE")
    if not folder:
        bb.fatal("Please set the 'PERSISTENT_DIR' or 'CACHE' variable")
    bb.utils.mkdirhier(folder)
    return SQLTable(os.path.join(folder, "bb_persist_data.sqlite3"), domain)
