# SPDX-License-Identifier: MIT
"""
What floating revisions (AUTOREV, branches, tags) were resolved to, so that parsing and the tasks that follow, in
whatever process, agree. Kept in one JSON file, emptied when a build starts unless BB_SRCREV_POLICY is "cache".
"""

import json
import os

import bb
import bb.utils
import _bb_fetch

from .errors import FetchError

_at_start = None


def _path(d):
    folder = d.getVar("PERSISTENT_DIR") or d.getVar("CACHE")
    if not folder:
        bb.fatal("Please set the 'PERSISTENT_DIR' or 'CACHE' variable.")
    bb.utils.mkdirhier(folder)
    return os.path.join(folder, "bb_headrevs.json")


def _load(path):
    try:
        with open(path) as f:
            return dict(json.load(f))
    except (OSError, ValueError):
        return {}


def get(d, key, ask):
    """The revision kept for `key`; ask() is called, and its answer kept, when there is none."""
    path = _path(d)
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
    path = _path(d)
    if _at_start is None:
        _at_start = _load(path)
    policy = d.getVar("BB_SRCREV_POLICY") or "clear"
    if policy == "clear":
        bb.utils.remove(path)
    elif policy != "cache":
        raise FetchError("Invalid SRCREV cache policy of: %s" % policy)


def changed(d):
    """Whether revisions differ from those at the start."""
    return _load(_path(d)) != (_at_start or {})
