# SPDX-License-Identifier: MIT
"""
What floating revisions (AUTOREV, branches, tags) were resolved to, so that parsing and the tasks that follow, in
whatever process, agree. Kept in one JSON file, emptied when a build starts unless BB_SRCREV_POLICY is "cache".
"""

import json
import os

import bb.utils
import _bb_fetch

from .errors import FetchError

_at_start = None


def _load(path):
    try:
        with open(path) as f:
            return dict(json.load(f))
    except (OSError, ValueError):
        return {}


def get(d, key, ask):
    """The revision kept for `key`; ask() is called, and its answer kept, when there is none."""
    path = _bb_fetch.srcrev_path(d)
    bb.utils.mkdirhier(os.path.dirname(path))
    lock = bb.utils.lockfile(path + ".lock")
    try:
        revs = _load(path)
        if key not in revs:
            revs[key] = ask()
            _bb_fetch.write(path, json.dumps(revs, indent=1, sort_keys=True))
        return revs[key]
    finally:
        bb.utils.unlockfile(lock)


def start(d):
    """At the start of a build: remembers what was known and applies BB_SRCREV_POLICY."""
    global _at_start
    try:
        if _at_start is None:
            _at_start = _load(_bb_fetch.srcrev_path(d))
        _bb_fetch.srcrev_start(d)
    except _bb_fetch.Error as exc:
        raise FetchError(str(exc))


def changed(d):
    """Whether revisions differ from those at the start."""
    return _load(_bb_fetch.srcrev_path(d)) != (_at_start or {})
