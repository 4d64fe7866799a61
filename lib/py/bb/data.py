# SPDX-License-Identifier: MIT
"""Functions on data stores: making, expanding, printing, and what a value depends on."""

import logging
import sys

import _bbc
import bb
import bb.data_smart

logger = logging.getLogger("BitBake.Data")


def init():
    return bb.data_smart.DataSmart()


def init_db(parent=None):
    return parent.createCopy() if parent is not None else init()


def createCopy(source):
    """A store that has what `source` has and shares it until either is written."""
    return source.createCopy()


def initVar(var, d):
    d.initVar(var)


def keys(d):
    return d.keys()


def expand(s, d, varname=None):
    return d.expand(s, varname)


def expandKeys(alterdata, readdata=None):
    """Renames variables whose names contain ${...}."""
    if readdata is None or readdata is alterdata:
        alterdata._expand_keys()
        return
    renames = {key: readdata.expand(key) for key in alterdata if "${" in key}
    for key in sorted(renames):
        new = renames[key]
        if new == key:
            continue
        old = alterdata.getVar(new, False)
        value = alterdata.getVar(key, False)
        if old is not None and value is not None:
            bb.warn("Variable key %s (%s) replaces original key %s (%s)." % (key, value, new, old))
        alterdata.renameVar(key, new)


def inheritFromOS(d, savedenv, permitted):
    """Takes over variables of the environment, those that shall be exported again marked so."""
    import bb.utils
    exported = bb.utils.preserved_envvars_exported()
    for name in savedenv.keys():
        if name in permitted:
            d.setVar(name, savedenv.getVar(name), op="from env")
            if name in exported:
                d.setVarFlag(name, "export", True, op="auto env export")


def update_data(d):
    """Nothing: overrides are always in force. Layers of old releases call it."""


def inherits_class(klass, d):
    suffix = "/%s.bbclass" % klass
    return any(path.endswith(suffix) for path in d.getVar("__inherit_cache", False) or [])


# --- as shell text ---

def emit_var(var, o=sys.__stdout__, d=None, all=False):
    text, function = _bbc.emit_var(var, d if d is not None else init(), all)
    o.write(text)
    return function


def emit_env(o=sys.__stdout__, d=None, all=False):
    o.write(_bbc.emit_env(d if d is not None else init(), all, True))


def emit_func(func, o=sys.__stdout__, d=None):
    o.write(_bbc.emit_func(func, d if d is not None else init()))


def exported_keys(d):
    from bb.utils import to_boolean
    return (key for key in d.keys() if not key.startswith("__") and to_boolean(d.getVarFlag(key, "export")) and
            not to_boolean(d.getVarFlag(key, "unexport")))


def exported_vars(d):
    for key in list(exported_keys(d)):
        try:
            value = d.getVar(key)
        except Exception as exc:
            bb.warn("%s: Unable to export ${%s}: %s" % (d.getVar("FILE"), key, exc))
            continue
        if value is not None:
            yield key, str(value)


def _function_text(func, d):
    body = d.getVar(func, False)
    if not body.startswith("def"):
        body = "def %s(d):\n%s" % (func, body)
    return body.strip() + "\n\n"


def func_python_text(func, d):
    """A python function, a call of it, and the python functions that it needs."""
    import bb.codeparser
    out = [_function_text(func, d), "%s(d)\n\n" % func]
    seen, queue = {func}, [func]
    while queue:
        name = queue.pop(0)
        parser = bb.codeparser.PythonParser(name, None)
        parser.parse_python(d.getVar(name, False))
        for dep in sorted(parser.execs | set((d.getVarFlag(name, "vardeps") or "").split())):
            if dep in seen:
                continue
            seen.add(dep)
            if d.getVarFlag(dep, "func", False) and d.getVarFlag(dep, "python", False):
                out.append(_function_text(dep, d))
                queue.append(dep)
    return "".join(out)


def emit_func_python(func, o=sys.__stdout__, d=None):
    o.write(func_python_text(func, d if d is not None else init()))


# --- dependencies ---

def generate_dependencies(d, ignored_vars):
    """(tasks, {key: dependencies}, {key: value}) of all tasks of a recipe."""
    return _bbc.base_hashes(d, " ".join(ignored_vars))[:3]


def build_dependencies(key, keys, *args):
    """
    What one key depends on, and its value. The arguments differ from release to release; the store and, from 2.0 on, the
    names to be ignored before it are among them. Exported variables and flags count as the store says.
    """
    at = next(i for i, arg in enumerate(args) if hasattr(arg, "getVarFlags"))
    d = args[at].createCopy()
    d.setVar("__BBTASKS", [key])
    _, deps, values = generate_dependencies(d, args[at - 1] if at >= 3 else ())
    return deps[key], values[key]


def generate_dependency_hash(tasklist, gendeps, lookupcache, ignored_vars, fn):
    """({task: all dependencies}, {fn:task: base hash}) of dictionaries, which a caller may have changed."""
    import hashlib
    taskdeps, basehash = {}, {}
    for task in tasklist:
        if lookupcache[task] is None:
            bb.error("Task %s from %s seems to be empty?!" % (task, fn))
        seen, queue = set(), list(gendeps[task])
        while queue:
            dep = queue.pop()
            if dep not in seen:
                seen.add(dep)
                queue.extend(gendeps[dep])
        data = [lookupcache[task] or ""]
        for dep in sorted(seen):
            data.append(dep)
            if lookupcache[dep] is not None:
                data.append(str(lookupcache[dep]))
        basehash["%s:%s" % (fn, task)] = hashlib.sha256("".join(data).encode("utf-8")).hexdigest()
        taskdeps[task] = frozenset(seen)
    return taskdeps, basehash
