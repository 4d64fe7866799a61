# SPDX-License-Identifier: MIT
"""What code refers to. The scanners are native and remember what they have seen; these are their Python faces."""

import hashlib
import logging
import marshal
import os
import sys

import _bbc
import bb

logger = logging.getLogger("BitBake.CodeParser")


def bbhash(s):
    return hashlib.sha256(s.encode("utf-8")).hexdigest()


def parser_cache_init(cachedir):
    """Kept for callers: the scanners' memory needs no file."""


def parser_cache_save():
    """Kept for callers."""


def parser_cache_savemerge():
    """Kept for callers."""


def check_indent(codestr):
    """Code that begins with an indentation, below an `if 1:` that makes it right; lines keep their numbers."""
    first = len(codestr) - len(codestr.lstrip("\n\t "))
    if not first or codestr[first - 1] == "\n":
        return codestr
    return "if 1:\n" + (codestr[1:] if codestr[0] == "\n" else codestr)


class DummyLogger:
    def flush(self):
        """There is nothing to show."""


class BufferedLogger(logging.Logger):
    """Keeps records until flush() hands them to `target`."""

    def __init__(self, name, level=0, target=None):
        super().__init__(name)
        self.setLevel(level)
        self.buffer = []
        self.target = target

    def handle(self, record):
        self.buffer.append(record)

    def flush(self):
        waiting, self.buffer = self.buffer, []
        for record in waiting:
            if self.target.isEnabledFor(record.levelno):
                self.target.handle(record)


class PythonParser:
    """References, called functions and words looked for in variables, of a Python text."""

    getvars = (".getVar", ".appendVar", ".prependVar", "oe.utils.conditional")
    getvarflags = (".getVarFlag", ".appendVarFlag", ".prependVarFlag")
    containsfuncs = ("bb.utils.contains", "base_contains")
    containsanyfuncs = ("bb.utils.contains_any", "bb.utils.filter")
    execfuncs = ("bb.build.exec_func", "bb.build.exec_task")

    def __init__(self, name, log):
        self.name = name
        self._log = log
        self.references, self.execs, self.contains = set(), set(), {}
        self.var_execs = set()
        self.extra = None

    def parse_python(self, node, lineno=0, filename="<string>", fixedhash=None):
        if not node or not node.strip():
            return
        self.references, self.execs, self.contains = \
            _bbc.scan_python(node, self.name, filename or "<string>", int(lineno or 0))


class ShellParser:
    """Commands of a shell text."""

    def __init__(self, name, log):
        self.name = name
        self._log = log
        self.execs = set()

    def parse_shell(self, value):
        try:
            self.execs = _bbc.scan_shell(value)
        except ValueError:
            bb.error("Error during parse shell code, the last 5 lines are:\n%s" % "\n".join(value.split("\n")[-5:]))
            raise
        return self.execs


class _ModuleCode:
    """modulecode_deps: {name: [references, execs, var_execs, contains, extra]} of module functions, read only."""

    def _all(self):
        return {name: [refs, execs, set(), contains, extra]
                for name, (refs, execs, contains, extra) in _bbc.module_functions().items()}

    def __getitem__(self, name):
        return self._all()[name]

    def __contains__(self, name):
        return name in _bbc.module_functions()

    def __iter__(self):
        return iter(_bbc.module_functions())

    def __len__(self):
        return len(_bbc.module_functions())

    def keys(self):
        return _bbc.module_functions().keys()


modulecode_deps = _ModuleCode()


_unscanned = []


def add_module_functions(fn, functions, namespace):
    """
    Functions (name: object) of the module in the file `fn`; scanned when somebody asks for their hashes. From 2.8 on
    those that another file defines do not count.
    """
    _unscanned.append((fn, dict(functions), namespace))


def scan_module_functions():
    while _unscanned:
        _scan_module(*_unscanned.pop(0))


def _scan_module(fn, functions, namespace):
    st = os.stat(fn)
    key = "%s %s %d %d %d %s" % (fn, namespace, st.st_mtime_ns, st.st_size, _bbc.has_rule("MODULE_TEXTS"),
                                 " ".join(functions))
    kept = _bbc.code_get(key)
    if kept is None:
        found = list(_functions_of(fn, functions))
        _bbc.code_put(key, marshal.dumps(found))
    else:
        found = marshal.loads(kept)
    texts, decorators, visitors = (_bbc.has_rule(r) for r in ("MODULE_TEXTS", "MODULE_VARDEPS", "VISITOR_CODE"))
    for name, source, lineno in found:
        full = "%s.%s" % (namespace, name)
        text = bbhash("\n" * lineno + source) if texts else ""
        _bbc.add_module_function(namespace, name, source, fn, lineno, functions, text)
        deps, excluded = (getattr(functions[name], a, ()) for a in ("bb_vardeps", "bb_vardepsexclude"))
        if decorators and (deps or excluded):
            _bbc.adjust_module_function(full, list(deps), list(excluded))
        visitor = getattr(functions[name], "visitorcode", None)
        if visitors and visitor:
            _bbc.add_visitor(full, visitor, key)


def _functions_of(fn, functions):
    import inspect
    own_only = _bbc.has_rule("MODULE_TEXTS")
    for name, function in functions.items():
        try:
            if own_only and inspect.getsourcefile(function) != fn:
                continue
            lines, lineno = inspect.getsourcelines(function)
        except TypeError:  # a callable without source, such as an instance
            continue
        yield name, "".join(lines), lineno


def add_pylib(d, libdir, namespace):
    """The statement addpylib: makes a package available to the metadata, with the modules named in its BBIMPORTS."""
    context = bb.utils.get_context()
    for name in (d.getVar("BB_GLOBAL_PYMODULES") or "").split():
        if name not in context:
            context[name] = __import__(name)
    libdir = d.expand(libdir)
    if libdir not in sys.path:
        sys.path.append(libdir)
    try:
        package = context[namespace] = __import__(namespace)
        for name in getattr(package, "BBIMPORTS", []):
            __import__("%s.%s" % (namespace, name))
            module = getattr(package, name)
            functions = {f: getattr(module, f) for f in dir(module)
                         if not f.startswith("_") and callable(getattr(module, f))}
            add_module_functions(module.__file__, functions, "%s.%s" % (namespace, name))
    except AttributeError as exc:
        bb.error("Error importing OE modules: %s" % exc)
