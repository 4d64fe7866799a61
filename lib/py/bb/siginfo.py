# SPDX-License-Identifier: MIT
"""Signature data of earlier runs: found by metadata's bb.siggen.find_siginfo, else where BitBake's own layout has it."""

import glob
import os

import _bbc
import bb
import bb.siggen


def _hash_of(path):
    if path.endswith(".siginfo"):
        return path.rpartition(":")[2].partition("_")[0]
    return path.rpartition(".")[2]


def _find(pn, task, hashes, d):
    """Beside stamps and in SSTATE_DIR, as find_siginfo of version 2 returns it."""
    local = d.createCopy()
    for name, value in (("PN", glob.escape(pn)), ("PV", "*"), ("PR", "*"), ("EXTENDPE", ""),
                        ("MULTIMACH_TARGET_SYS", "*")):
        local.setVar(name, value)
    found = {}
    sstate_dir = d.getVar("SSTATE_DIR")
    patterns = [(False, _bbc.sigdata_name(local.getVar("STAMP") or "", task, "*"))]
    if sstate_dir:
        patterns.append((True, os.path.join(glob.escape(sstate_dir), "??", "??", "sstate:%s:*_%s.*.siginfo"
                                            % (glob.escape(pn), task[len("do_"):]))))
    for sstate, pattern in patterns:
        for path in glob.glob(pattern):
            value = _hash_of(path)
            if value not in found and (not hashes or value in hashes):
                found[value] = {"path": path, "sstate": sstate, "time": os.stat(path).st_mtime}
    return found


def _entry(key, value):
    """[hash, path, from sstate, time] from what version 2, or one before it, says of a file."""
    if isinstance(value, dict):
        return [key, value["path"], bool(value["sstate"]), value["time"]]
    path = value if isinstance(value, str) else key
    return [_hash_of(path), path, path.endswith(".siginfo"), os.stat(path).st_mtime]


def find(pn, task, hashes, d):
    """Files of one task, all or those with the hashes; the oldest first."""
    finder = bb.siggen.find_siginfo or _find
    found = finder(pn, task, list(hashes), d) or {}
    return sorted((_entry(key, value) for key, value in found.items()), key=lambda e: (e[3], e[1]))
