# SPDX-License-Identifier: MIT
"""
The `bb` of the metadata: the names, signatures and behaviour that layers know, over the C side in module _bbc.

Only what every build needs is imported here. The other modules load when a layer first names them (`bb.build`,
`bb.fetch2`, ...), so that starting the interpreter stays cheap.
"""

import builtins
import importlib
import importlib.util
import logging
import os
import sys
from collections import namedtuple

import _bbc

# Expressions run inside calls of a store, so another thread must not get a turn in the middle of one: threads take
# turns only where they wait for something.
sys.setswitchinterval(3600)


class BBHandledException(Exception):
    """Raised when the user has been told already what went wrong: nobody who catches it needs to say anything."""


class BBLoggerMixin:
    """BitBake's levels between and below Python's own."""

    def __init__(self, *args, **kwargs):
        pass

    def setup_bblogger(self, name):
        if name.partition(".")[0] == "BitBake":
            self.debug = self._first_debug_level

    def _first_debug_level(self, msg, *args, **kwargs):
        return self.bbdebug(1, msg, *args, **kwargs)

    def debug2(self, *args, **kwargs):
        return self.bbdebug(2, *args, **kwargs)

    def debug3(self, *args, **kwargs):
        return self.bbdebug(3, *args, **kwargs)

    def bbdebug(self, level, msg, *args, **kwargs):
        number = logging.DEBUG + 1 - level
        if not bb.event.worker_pid:
            domains = bb.msg.loggerDefaultDomains
            if self.name in domains and number > domains[self.name]:
                return None
            if number < bb.msg.loggerDefaultLogLevel:
                return None
        if not (isinstance(level, int) and isinstance(msg, str)):
            mainlogger.warning("Invalid arguments in bbdebug: %r" % ((level, msg) + args,))
        return self.log(number, msg, *args, **kwargs)

    def plain(self, msg, *args, **kwargs):
        return self.log(logging.INFO + 1, msg, *args, **kwargs)

    def verbose(self, msg, *args, **kwargs):
        return self.log(logging.INFO - 1, msg, *args, **kwargs)

    def verbnote(self, msg, *args, **kwargs):
        return self.log(logging.INFO + 2, msg, *args, **kwargs)

    def warnonce(self, msg, *args, **kwargs):
        return self.log(logging.WARNING - 1, msg, *args, **kwargs)

    def erroronce(self, msg, *args, **kwargs):
        return self.log(logging.ERROR - 1, msg, *args, **kwargs)


class BBLogger(logging.getLoggerClass(), BBLoggerMixin):
    def __init__(self, name, *args, **kwargs):
        self.setup_bblogger(name)
        super().__init__(name, *args, **kwargs)


class BBLoggerAdapter(logging.LoggerAdapter, BBLoggerMixin):
    def __init__(self, logger, *args, **kwargs):
        self.setup_bblogger(logger.name)
        super().__init__(logger, *args, **kwargs)


class PrefixLoggerAdapter(BBLoggerAdapter):
    """Puts a fixed text in front of every message."""

    def __init__(self, prefix, logger):
        super().__init__(logger, {})
        self._prefix = prefix

    def process(self, msg, kwargs):
        return "%s%s" % (self._prefix, msg), kwargs


class NullHandler(logging.Handler):
    def emit(self, record):
        pass


logging.raiseExceptions = False
logging.setLoggerClass(BBLogger)
logging.LoggerAdapter = BBLoggerAdapter

logger = logging.getLogger("BitBake")
logger.setLevel(logging.DEBUG - 2)
mainlogger = logging.getLogger("BitBake.Main")


class _DiagnosticHandler(logging.Handler):
    """Hands records to the diagnostics of the C side, which know where they are shown and count errors."""

    def __init__(self):
        super().__init__()
        self.once = set()

    def emit(self, record):
        text = record.getMessage()
        if record.levelno in (logging.WARNING - 1, logging.ERROR - 1):
            if (record.levelno, text) in self.once:
                return
            self.once.add((record.levelno, text))
        if record.exc_info:
            import traceback
            text += "\n" + "".join(traceback.format_exception(*record.exc_info)).rstrip()
        _bbc.log(record.levelno, text)


logger.addHandler(_DiagnosticHandler())


def plain(*args):
    mainlogger.plain("".join(args))


def debug(lvl, *args):
    if isinstance(lvl, str):
        mainlogger.warning("Passed invalid debug level '%s' to bb.debug", lvl)
        lvl, args = 1, (lvl,) + args
    mainlogger.bbdebug(lvl, "".join(args))


def note(*args):
    mainlogger.info("".join(args))


def verbnote(*args):
    """A note that is shown on the console: something that happens because the user asked for it."""
    mainlogger.verbnote("".join(args))


def warn(*args):
    mainlogger.warning("".join(args))


def warnonce(*args):
    mainlogger.warnonce("".join(args))


def error(*args, **kwargs):
    mainlogger.error("".join(args), extra=kwargs)


def erroronce(*args):
    mainlogger.erroronce("".join(args))


def fatal(*args, **kwargs):
    mainlogger.critical("".join(args), extra=kwargs)
    raise BBHandledException()


def deprecated(func, name=None, advice=""):
    """Wraps a function so that using it warns."""
    import functools
    import warnings

    text = "Call to deprecated function %s%s." % (name or func.__name__, ": " + advice if advice else "")

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        warnings.warn(text, category=DeprecationWarning, stacklevel=2)
        return func(*args, **kwargs)

    return wrapper


def deprecate_import(current, modulename, fromlist, renames=None):
    """Makes objects of `modulename` available in module `current`, each warning when it is used."""
    source = importlib.import_module(modulename)
    for name, new in zip(fromlist, renames or fromlist):
        wrapped = deprecated(getattr(source, name), "%s.%s" % (current, name),
                             "Please use %s.%s instead" % (modulename, name))
        setattr(sys.modules[current], new, wrapped)


if _bbc.has_rule("TASK_DATA"):
    TaskData = namedtuple("TaskData", "pn taskname fn deps provides taskhash unihash hashfn taskhash_deps")


class MultiprocessingContext:
    """The multiprocessing module with everything started by fork()."""

    def __init__(self):
        import multiprocessing as module
        self.__dict__["_module"] = module
        self.__dict__["_ctx"] = module.get_context("fork")

    def __getattr__(self, name):
        return getattr(self._ctx, name) if hasattr(self._ctx, name) else getattr(self._module, name)

    def __setattr__(self, name, value):
        raise AttributeError("Unable to set attribute %s" % name)


def __getattr__(name):
    """Modules of this package that nobody has imported yet, and what follows the level."""
    if name == "__version__":
        return _bbc.version()
    if name == "multiprocessing":
        globals()[name] = MultiprocessingContext()
        return globals()[name]
    if not name.startswith("_") and importlib.util.find_spec("bb." + name):
        return importlib.import_module("bb." + name)
    raise AttributeError("module 'bb' has no attribute '%s'" % name)


def __dir__():
    return [*globals(), "__version__", "multiprocessing"]


import bb.msg
import bb.event

# Modules of layers use these two names without importing them (BitBake: bb/build.py puts them among the builtins).
builtins.bb = sys.modules[__name__]
builtins.os = os
