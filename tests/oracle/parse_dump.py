#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Parses a recipe with the BitBake at BBC_REFERENCE and prints every variable and flag of every variant.

usage: parse_dump.py FOLDER RECIPE [APPEND...]    FOLDER is BBPATH and has conf/test.conf.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.environ["BBC_REFERENCE"], "lib"))
sys.dont_write_bytecode = True

import bb, bb.build, bb.data, bb.event, bb.parse  # noqa: E401,E402

TASK_FLAGS = ["depends", "rdepends", "deptask", "rdeptask", "recrdeptask", "recideptask", "mcdepends",
              "nostamp", "fakeroot", "noexec", "umask"]


def shown(value):
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "bool " + str(value)
    if isinstance(value, int):
        return "int " + str(value)
    if isinstance(value, str):
        return "str " + value
    if isinstance(value, dict):
        return "str " + str(value)
    return "list " + "|".join(value)


def dump(name, d):
    for key in sorted(d.keys()):
        if key in ("__depends", "__base_depends", "__exportlist"):
            continue
        for flag, value in sorted((d.getVarFlags(key, internalflags=True) or {}).items()):
            if flag in (":append", ":prepend", ":remove"):
                for text, override in value:
                    emit(name, key, flag, "op %s %s" % (override, text))
            else:
                emit(name, key, flag, shown(value))
        if not isinstance(d.getVar(key, False), list):
            emit(name, key, "expanded", shown(d.getVar(key)))
    for var in "__base_depends", "__depends":
        for path, stat in d.getVar(var, False) or []:
            emit(name, var, "path", "%s %s" % (path, "there" if stat else "missing"))
    tasks = d.getVar("_task_deps", False) or {"tasks": [], "parents": {}}
    for task in tasks["tasks"]:
        emit(name, task, "parents", "|".join(tasks["parents"][task]))
        for flag in TASK_FLAGS:
            if task in tasks.get(flag, {}):
                emit(name, task, "graph " + flag, tasks[flag][task])


def emit(name, key, flag, text):
    print("%s: %s[%s] %s" % (name or "main", key, flag, text.replace("\n", "\\n")))


def main():
    folder, recipe, appends = sys.argv[1], sys.argv[2], sys.argv[3:]
    bb.parse.siggen = type("NoSignatures", (), {"finalise": staticmethod(lambda fn, d, variant: None)})
    d = bb.data.init()
    d.setVar("BBPATH", folder)
    d.setVar("__bbclasstype", "global")
    d = bb.parse.handle(os.path.join(folder, "conf/test.conf"), d, True)
    d.renameVar("__depends", "__base_depends")
    d.setVar("__bbclasstype", "recipe")
    d = bb.data.createCopy(d)
    d.setVar("__BBMULTICONFIG", "")
    d.setVar("FILE_LAYERNAME", "")
    if appends:
        d.setVar("__BBAPPEND", " ".join(appends))
    for name, store in bb.parse.handle(recipe, d).items():
        if name:
            dump(name, store)
        else:
            main_store = store
    dump("", main_store)


main()
