# SPDX-License-Identifier: MIT
"""Reading recipes and classes. The parser is native; this is what metadata calls of it."""

import errno
import logging
import os

import _bbc
import bb

logger = logging.getLogger("BitBake.Parsing")


class ParseError(Exception):
    """A file makes no sense."""

    def __init__(self, msg, filename, lineno=0):
        self.msg = msg
        self.filename = filename
        self.lineno = lineno
        super().__init__(msg, filename, lineno)

    def __str__(self):
        if self.lineno:
            return "ParseError at %s:%d: %s" % (self.filename, self.lineno, self.msg)
        return "ParseError in %s: %s" % (self.filename, self.msg)


class SkipRecipe(Exception):
    """Raised by metadata: this recipe is not for this configuration."""


class SkipPackage(SkipRecipe):
    """The old name of SkipRecipe."""


def mark_dependency(d, f):
    """The recipe shall be read again when `f` changes, appears or goes."""
    if f.startswith("./"):
        f = os.path.join(os.getcwd(), f[2:])
    _bbc.mark_dependency(d, f)


def _function_marker(attribute, names):
    def mark(function):
        setattr(function, attribute, getattr(function, attribute, set()) | set(names))
        return function
    return mark


def vardeps(*varnames):
    """For functions of modules that addpylib names: they depend on these variables, too."""
    return _function_marker("bb_vardeps", varnames)


def vardepsexclude(*varnames):
    """For functions of modules that addpylib names: they do not depend on these variables."""
    return _function_marker("bb_vardepsexclude", varnames)


def check_dependency(d, f):
    return _bbc.check_dependency(d, f)


_mtimes = {}


def _stat_key(f):
    st = os.stat(f)
    return st.st_mtime_ns, st.st_size, st.st_ino


def cached_mtime(f):
    if f not in _mtimes:
        _mtimes[f] = _stat_key(f)
    return _mtimes[f]


def cached_mtime_noerror(f):
    try:
        return cached_mtime(f)
    except OSError:
        return 0


def update_mtime(f):
    _mtimes.pop(f, None)
    return cached_mtime_noerror(f)


def check_mtime(f, mtime):
    return update_mtime(f) == mtime


def update_cache(f):
    if f in _mtimes:
        update_mtime(f)


def clear_cache():
    _mtimes.clear()


def supports(fn, data):
    return fn.endswith((".bb", ".bbclass", ".inc", ".bbappend", ".conf"))


def handle(fn, data, include=0, baseconfig=False):
    """Reads a file into a store; for a recipe that is not included, {variant: store} with everything finalised."""
    if not supports(fn, data):
        raise ParseError("not a BitBake file", fn)
    return _bbc.parse_handle(fn, data, bool(include), bool(baseconfig))


def resolve_file(fn, d):
    """The path of a file, searched along BBPATH."""
    if os.path.isabs(fn):
        mark_dependency(d, fn)
        found = fn
    else:
        path = d.getVar("BBPATH")
        found, tried = bb.utils.which(path, fn, history=True)
        for attempt in tried:
            mark_dependency(d, attempt)
        if not found:
            raise IOError(errno.ENOENT, "file %s not found in %s" % (fn, path))
    if not os.path.isfile(found):
        raise IOError(errno.ENOENT, "file %s not found" % found)
    return found


_parts = {}


def vars_from_file(mypkg, d):
    """PN, PV and PR as the file name of a recipe has them; None for what it has not."""
    if not mypkg or not mypkg.endswith((".bb", ".bbappend")):
        return (None, None, None)
    if mypkg not in _parts:
        try:
            _parts[mypkg] = _bbc.vars_from_file(mypkg)
        except ValueError:
            raise ParseError("Unable to generate default variables from filename (too many underscores)", mypkg)
    return _parts[mypkg]


def get_file_depends(d):
    """Files that a store was made from, as a list in one text."""
    return " ".join(_bbc.depends(d))


def init(fn, data):
    """Gives a store what reading a configuration file starts from: TOPDIR and BBPATH."""
    if supports(fn, data):
        bb.parse.ConfHandler.init(data)


def init_parser(d):
    """Chooses the signature generator that the configuration names."""
    import bb.siggen
    global siggen
    if "siggen" in globals():
        siggen.exit()
    siggen = bb.siggen.init(d)


def __getattr__(name):
    if name == "siggen":
        # Named before a configuration has chosen one: a generator for names of stamps.
        import bb.siggen
        globals()["siggen"] = bb.siggen.SignatureGeneratorBasicHash(bb.data.init())
        return globals()["siggen"]
    if name in ("BBHandler", "ConfHandler"):
        import importlib
        return importlib.import_module("bb.parse.parse_py." + name)
    raise AttributeError("module 'bb.parse' has no attribute '%s'" % name)


import bb.utils
