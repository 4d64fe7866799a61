#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
Holds the names that bb offers to layers against those of the BitBake that BBC_REFERENCE names: modules, functions with their
parameters, classes with their bases and members, and the attributes of the objects that metadata is handed.

    pymod_interface.py PROGRAM            compares; PROGRAM is pymod_interface_dump
    pymod_interface.py --dump FOLDER      prints what the `bb` of this interpreter offers (of FOLDER, the reference, or ours: "")

Both sides run the same code, each in a process of its own. What may differ stands in pymod_interface.reasons, one pattern a
line with the reason. Only what a module or class defines itself counts. A function of C that cannot tell its parameters is
taken as it is: tests of its module call it.
"""
import collections
import fnmatch
import inspect
import io
import json
import logging
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import types

HERE = os.path.dirname(os.path.abspath(__file__))
SPECIAL = {"__init__", "__call__", "__str__", "__iter__", "__enter__", "__exit__", "__getitem__", "__setitem__", "__delitem__",
           "__contains__", "__len__", "__eq__", "__lt__", "__hash__"}


ABSENT = "is not there"
ANYTHING = [["args", "VAR_POSITIONAL", None], ["kwargs", "VAR_KEYWORD", None]]  # a wrapper, which tells nothing

# --- what one side offers: {name: facts} ---

def type_names(value):
    """The names of a value's type and of what that is derived from; the first one is its own."""
    return [cls.__name__ for cls in type(value).__mro__ if cls is not object]


def parameters(function):
    """[[name, kind, default]], or None for a function that does not tell."""
    if isinstance(function, types.WrapperDescriptorType):
        return None
    try:
        found = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    shown = []
    for p in found:
        default = None if p.default is p.empty else re.sub(r" at 0x[0-9a-f]+", "", repr(p.default))
        shown.append([p.name, p.kind.name, default])
    return shown


def member(cls, name):
    raw = inspect.getattr_static(cls, name)
    if isinstance(raw, property):
        return {"kind": "attribute"}
    if isinstance(raw, (staticmethod, classmethod)) or callable(raw):
        return {"kind": "class" if inspect.isclass(raw) else "function", "parameters": parameters(getattr(cls, name))}
    return {"kind": "attribute"}


def describe_class(facts, path, cls):
    facts[path] = {"kind": "class", "bases": [b.__name__ for b in cls.__mro__ if b not in (cls, object)]}
    own = [name for name in vars(cls) if name in SPECIAL or not name.startswith("_")]
    facts[path]["own"] = own
    for name in dir(cls):
        if name in SPECIAL or not name.startswith("_"):
            facts[path + "." + name] = member(cls, name)


def describe_module(facts, module):
    facts[module.__name__] = {"kind": "module"}
    for name in dir(module):
        value = getattr(module, name)
        home = getattr(value, "__module__", None)
        if name.startswith("_") or inspect.ismodule(value):
            continue
        path = module.__name__ + "." + name
        if inspect.isclass(value):
            describe_class(facts, path, value)
        elif callable(value) and not isinstance(value, logging.Logger):
            facts[path] = {"kind": "function", "parameters": parameters(value)}
        else:
            facts[path] = {"kind": "value", "types": type_names(value)}
        facts[path]["own"] = facts[path].get("own", [])
        facts[path]["here"] = facts[path]["kind"] == "value" or home == module.__name__


def import_all(wanted):
    """The modules of bb; `wanted` names more that are asked for lazily."""
    import bb
    names = {"bb"} | set(wanted)
    names |= {m.name for m in pkgutil.walk_packages(bb.__path__, "bb.", onerror=lambda name: None)
              if not re.match(r"bb\.(tests|pysh|ui|server|asyncrpc|main)\b", m.name)}
    modules = {}
    for name in sorted(names):
        try:
            __import__(name)
            modules[name] = sys.modules[name]
        except Exception:
            pass
    return modules


# --- the objects ---

def a_store(folder):
    import bb.data
    d = bb.data.init()
    values = dict(TOPDIR=folder, DL_DIR=folder + "/dl", PN="a", PV="1", PF="a-1", BB_CURRENT_MC="",
                  FILE=folder + "/a_1.bb", T=folder, FILESPATH=folder, PERSISTENT_DIR=folder, CACHE=folder, WORKDIR=folder, SRCREV="0" * 40, STAMP=folder + "/stamp",
                  BB_CACHEDIR=folder, PREMIRRORS="", MIRRORS="", SRCREV_FORMAT="a", BB_FILENAME=folder + "/a_1.bb",
                  OVERRIDES="x:y", BB_HASHSERVE="", TMPDIR=folder, LAYERSERIES_CORENAMES="z", BB_SRCREV_POLICY="cache")
    for name, value in values.items():
        d.setVar(name, value)
    d.setVarFlag("SRC_URI", "sha256sum", "0" * 64)
    return d


def argument(name, d):
    """Something to hand to a constructor for a parameter of that name."""
    import bb.runqueue
    class Queue:
        def get_task_hash(self, tid):
            return "0"
    queue = Queue()
    queue.rqdata = queue
    known = {"d": d, "metadata": d, "data": d, "fn": "/a.bb", "t": "do_x", "task": "/a.bb:do_x", "p": ["a"], "pkgs": ["a"],
             "total": 1, "current": 1, "stats": bb.runqueue.RunQueueStats(1, 0) if "RunQueueStats" in dir(bb.runqueue) else None,
             "rq": queue, "x": ("a", "b"), "msg": "m", "reason": "r", "stamps": {}, "tasks": {}, "disk_usage": {}, "taskflags": {},
             "cached": 1, "parsed": 1, "exitcode": 1, "mcdata": {}, "time": 1.0, "filename": "f", "lineno": 1, "remain": 1,
             "exception": ValueError("x"), "expression": "${x}", "varname": "X", "logfile": "l"}
    return known.get(name, "text")


def make(cls, d):
    args, kwargs = [], {}
    if cls.__init__ in (Exception.__init__, BaseException.__init__):
        return cls("text")
    for p in inspect.signature(cls).parameters.values():
        if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) and p.default is p.empty:
            args.append(argument(p.name, d))
        elif p.kind is p.KEYWORD_ONLY and p.default is p.empty:
            kwargs[p.name] = argument(p.name, d)
    return cls(*args, **kwargs)


URLS = {"local": "file://x.patch", "http": "http://h.org/x-1.tar.gz;name=n", "git": "git://h.org/r.git;protocol=https;branch=main",
        "gitsm": "gitsm://h.org/r.git;protocol=https;branch=main", "crate": "crate://crates.io/a/1.0",
        "npm": "npm://registry.npmjs.org;package=a;version=1.0.0", "svn": "svn://h.org/p;module=m;protocol=http",
        "ssh": "ssh://u@h.org/p/x.tar.gz"}


def objects(d, modules):
    """(name, how to make it) of what metadata is handed."""
    import bb.data_smart
    import bb.fetch2
    import bb.siggen
    yield "d", lambda: d
    yield "d.createCopy", d.createCopy
    yield "d.varhistory", lambda: d.varhistory
    yield "d.inchistory", lambda: d.inchistory
    if hasattr(sys.modules["bb"], "TaskData"):
        yield "TaskData", lambda: sys.modules["bb"].TaskData(*"abcdefghi")
    for kind, url in URLS.items():
        yield "FetchData of " + kind, lambda url=url: bb.fetch2.FetchData(url, d)
        yield "Fetch of " + kind, lambda url=url: bb.fetch2.Fetch([url], d, cache=False)
    for name in ("SignatureGenerator", "SignatureGeneratorBasic", "SignatureGeneratorBasicHash"):
        yield name, lambda name=name: getattr(bb.siggen, name)(d)
    yield "datacaches[mc]", lambda: recipe_table()
    for module in ("bb.event", "bb.build", "bb.runqueue", "bb.fetch2", "bb.cooker", "bb.command", "bb.parse", "bb.data_smart",
                   "bb.providers", "bb.process", "bb.codeparser"):
        for name in dir(modules.get(module)):
            cls = getattr(modules[module], name)
            if inspect.isclass(cls) and cls.__module__ == module and not name.startswith("_") and \
                    issubclass(cls, (BaseException, sys.modules["bb.event"].Event)):
                yield "%s.%s()" % (module, name), lambda cls=cls: make(cls, d)


def recipe_table():
    import bb.cache
    if hasattr(bb.cache, "CacheData"):
        import bb.cache_extra  # noqa: F401
        return bb.cache.CacheData([bb.cache.CoreRecipeInfo])
    import bb.datacache
    return bb.datacache.RecipeTable()


def describe_objects(facts, modules):
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/dl")
        open(folder + "/x.patch", "w").close()
        for name, making in objects(a_store(folder), modules):
            path = "object " + name
            try:
                thing = making()
            except Exception as exc:
                facts[path] = {"kind": "error", "text": "%s: %s" % (type(exc).__name__, str(exc).replace(folder, "FOLDER")[:200])}
                continue
            facts[path] = {"kind": "object", "types": [n for n in type_names(thing)][:1]}
            for attribute in sorted(set(dir(thing)) - set(dir(object))):
                if attribute.startswith("__") or attribute.startswith("_abc_"):
                    continue
                try:
                    value = getattr(thing, attribute)
                except Exception:
                    continue
                if not callable(value):
                    facts[path + "." + attribute] = {"kind": "attribute", "types": type_names(value),
                                                     "private": attribute.startswith("_")}


def dump(folder, wanted):
    if folder:
        sys.path.insert(0, folder + "/lib")
    out = os.dup(1)
    os.dup2(2, 1)
    modules = import_all(wanted)
    logging.getLogger("BitBake").handlers[:] = [logging.NullHandler()]
    facts = {}
    for module in modules.values():
        describe_module(facts, module)
    describe_objects(facts, modules)
    with os.fdopen(out, "w") as f:
        json.dump(facts, f)


# --- the comparison ---

def same_parameter(theirs, ours):
    """Names of *args are the function's own affair, and so are defaults that are objects."""
    return theirs == ours or theirs[1] == ours[1] and (theirs[1].startswith("VAR") or theirs[0] == ours[0] and
                                                       (theirs[2] is None or theirs[2].startswith("<")) and ours[2])


def calls_agree(theirs, ours):
    """Whether every call that the first signature takes means the same by the second, which may take more."""
    if theirs is None or ours is None or theirs[1:] == ANYTHING:
        return True
    ours = [theirs[i] if i < len(theirs) and same_parameter(theirs[i], p) else p for i, p in enumerate(ours)]
    more = ours[len(theirs):]
    named = [p for p in theirs if p[1] != "VAR_KEYWORD"]
    return ours[:len(named)] == named and all(p[2] is not None or p[1].startswith("VAR") for p in more) and \
        (theirs == named or any(p[1] == "VAR_KEYWORD" for p in ours))


def shown(params):
    marks = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
    return "(%s)" % ", ".join(marks.get(kind, "") + name + ("=" + default if default is not None else "")
                              for name, kind, default in params)


def difference(theirs, ours, path):
    """In words; None where the two are equal."""
    if ours is None:
        return ABSENT
    if theirs["kind"] != ours["kind"]:
        return "%s, ours: %s %s" % (theirs["kind"], ours["kind"], ours.get("text", ""))
    if theirs["kind"] == "error":
        same = theirs["text"].split(":")[0] == ours["text"].split(":")[0]
        return None if same else "%s, ours: %s" % (theirs["text"], ours["text"])
    operator = re.search(r"\.__\w+__$", path) and not path.endswith(("__init__", "__call__"))
    if not operator and not calls_agree(theirs.get("parameters"), ours.get("parameters")):
        return "%s, ours: %s" % (shown(theirs["parameters"]), shown(ours["parameters"]))
    if theirs.get("types") and theirs["types"][0] not in ours["types"]:
        return "%s, ours: %s" % (theirs["types"][0], ours["types"][0])
    absent = [b for b in theirs.get("bases", []) if b not in ours["bases"]]
    if absent:
        return "is no " + ", ".join(absent)
    return None


def counted(facts):
    """Names of the reference that count: what is defined where it stands."""
    own = {}
    for path, fact in facts.items():
        if "bases" in fact:
            own[path] = fact["here"] and set(fact["own"])
    for path, fact in facts.items():
        parent, _, name = path.rpartition(".")
        if parent in own and not path.startswith("object "):
            if own[parent] and name in own[parent]:
                yield path
        elif fact.get("here", True):
            yield path


def reasons():
    with open(os.path.join(HERE, "pymod_interface.reasons")) as f:
        lines = [line.rstrip("\n") for line in f if line.strip() and not line.startswith("#")]
    return [tuple(part.strip() for part in line.split("|", 1)) for line in lines]


def compare(theirs, ours):
    """Prints differences, and counts: (equal, documented, all)."""
    table = reasons()
    used = collections.Counter()
    equal = documented = total = 0
    for path in sorted(counted(theirs)):
        total += 1
        words = difference(theirs[path], ours.get(path), path)
        name = path if words == ABSENT else "~" + path
        reason = words and next((pattern for pattern, _ in table if fnmatch.fnmatchcase(name, pattern)), None)
        if not words:
            equal += 1
        elif reason:
            documented += 1
            used[reason] += 1
        else:
            print("%s: %s" % (path, words))
    return equal, documented, total, used


def facts_of(command, reference, modules, env=None):
    done = subprocess.run([*command, os.path.abspath(__file__), "--dump", reference, *modules], stdout=subprocess.PIPE, env=env)
    if done.returncode:
        sys.exit("%s failed" % command[0])
    return json.loads(done.stdout)


def main():
    reference = os.environ.get("BBC_REFERENCE")
    if not reference or not os.path.isfile(reference + "/lib/bb/__init__.py"):
        print("no reference BitBake (BBC_REFERENCE)")
        return 77
    with open(reference + "/lib/bb/__init__.py") as f:
        version = re.search(r'__version__ = "(.*)"', f.read()).group(1)
    theirs = facts_of(["python3"], reference, [], dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    modules = [path for path, fact in theirs.items() if fact["kind"] == "module"]
    ours = facts_of([sys.argv[1], version], "", modules)
    equal, documented, total, used = compare(theirs, ours)
    if "-v" in sys.argv:
        for pattern, number in used.most_common():
            print("%5d %s: %s" % (number, pattern, dict(reasons())[pattern]))
    print("interface: %d of %d equal, %d differ for a reason, %d without" % (equal, total, documented, total - equal - documented))
    return 0 if equal + documented == total else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--dump"]:
        dump(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
