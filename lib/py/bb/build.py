# SPDX-License-Identifier: MIT
"""Tasks and functions: running them, the list of tasks, stamps, and the events of tasks."""

import logging
import os
import stat
import sys
import time
from contextlib import contextmanager

import _bbc
import bb
from bb import event

bblogger = logging.getLogger("BitBake")
logger = logging.getLogger("BitBake.Build")

verboseShellLogging = False
verboseStdoutLogging = False

logformatter = bb.msg.BBLogFormatter("%(levelname)s: %(message)s")

_mtimes = {}


def shell_trap_code():
    """How a script starts that a task hands to a shell: it stops at the first failure, and says so."""
    return ("#!/bin/sh\n\n"
            "bb_script_ends() {\n"
            "    status=$?\n"
            "    [ $status -eq 0 ] || echo \"WARNING: exit code $status from a shell command.\"\n"
            "    exit $status\n"
            "}\n"
            "trap bb_script_ends 0\n"
            "set -e\n")


def listtasks(d):
    """The tasks of a recipe."""
    return tuple(d.getVar("__BBTASKS", False) or ())


def cached_mtime_noerror(f):
    if f not in _mtimes:
        try:
            _mtimes[f] = os.stat(f)[stat.ST_MTIME]
        except OSError:
            return 0
    return _mtimes[f]


def reset_cache():
    _mtimes.clear()


class FuncFailed(Exception):
    """A function failed; kept for metadata that still catches it."""

    def __init__(self, name=None, logfile=None):
        self.name = name
        self.logfile = logfile
        super().__init__(name)


class TaskBase(event.Event):
    """What events about a task say."""

    def __init__(self, t, fn, logfile, d):
        self._task = t
        self._fn = fn
        self._package = d.getVar("PF")
        self._mc = d.getVar("BB_CURRENT_MC")
        self.taskfile = d.getVar("FILE")
        self.taskname = t
        self.logfile = logfile
        self.time = time.time()
        self.pn = d.getVar("PN")
        self.pv = d.getVar("PV")
        super().__init__()
        self._message = "recipe %s: task %s: %s" % (self._package, t, self.getDisplayName())

    def getTask(self):
        return self._task

    def setTask(self, task):
        self._task = task

    def getDisplayName(self):
        return event.getName(self)[4:]

    task = property(getTask, setTask)


class TaskStarted(TaskBase):
    def __init__(self, t, fn, logfile, taskflags, d):
        super().__init__(t, fn, logfile, d)
        self.taskflags = taskflags


class TaskSucceeded(TaskBase):
    """A task has ended well."""


class TaskFailed(TaskBase):
    """A task has failed; `errprinted` when the user has seen why."""

    def __init__(self, task, fn, logfile, metadata, errprinted=False):
        self.errprinted = errprinted
        super().__init__(task, fn, logfile, metadata)


class TaskFailedSilent(TaskBase):
    """A task has failed, and something else will be done instead."""

    def getDisplayName(self):
        return "Failed"


class TaskInvalid(TaskBase):
    """There is no such task."""

    def __init__(self, task, fn, metadata):
        super().__init__(task, fn, None, metadata)
        self._message = "No such task '%s'" % task


class TaskProgress(event.Event):
    """How far the task that fires it has come: percent, or less than 0 when that cannot be told; perhaps a rate."""

    def __init__(self, progress, rate=None):
        self.progress = progress
        self.rate = rate
        super().__init__()


def __getattr__(name):
    if name == "StdoutNoopContextManager":
        import bb.progress
        return bb.progress._Stdout
    raise AttributeError("module 'bb.build' has no attribute '%s'" % name)


def __dir__():
    return [*globals(), "StdoutNoopContextManager"]


class LogTee:
    """A file that also shows what is written to it."""

    def __init__(self, logger, outfile):
        self.logger = logger
        self.outfile = outfile
        self.name = outfile.name

    def write(self, string):
        self.logger.plain(string)
        self.outfile.write(string)

    def flush(self):
        self.outfile.flush()

    def __enter__(self):
        self.outfile.__enter__()
        return self

    def __exit__(self, *exc):
        self.outfile.__exit__(*exc)

    def __repr__(self):
        return "<LogTee %s>" % self.name


def exec_func(func, d, dirs=None):
    """
    Runs a function of the metadata: its cleandirs, dirs and lockfiles are seen to first, a shell function gets a run
    script. Raises what the function raised, bb.process.ExecutionError for a shell function that failed.
    """
    _bbc.exec_func(func, d, None if dirs is None else list(dirs))


@contextmanager
def _folder(path):
    """Another present folder for the time of a block; none when `path` is empty."""
    before = os.open(".", os.O_PATH | os.O_DIRECTORY) if path else None
    try:
        if path:
            os.chdir(path)
        yield
    finally:
        if path:
            os.fchdir(before)
            os.close(before)


def exec_func_python(func, d, runfile, cwd=None):
    """Runs a Python function of the metadata by itself: its folders and locks are not seen to. `runfile` gets its text."""
    bb.utils.mkdirhier(os.path.dirname(runfile))
    with open(runfile, "w") as script:
        bb.data.emit_func_python(func, script, d)
    bb.debug(2, "Executing python function %s" % func)
    place = d.getVarFlag(func, "filename", False)
    with _folder(cwd):
        methodpool.insert_method(func, "def %s(d):\n%s" % (func, d.getVar(func, False)), place,
                                 int(d.getVarFlag(func, "lineno", False)) - 1)
        bb.utils.better_exec("%s(d)\n" % func, {"d": d}, realfile=place)
    bb.debug(2, "Python function %s finished" % func)


def exec_func_shell(func, d, runfile, cwd=None):
    """Writes a shell function of the metadata to `runfile`, as a script like a task's, and runs that; ExecutionError when it fails."""
    import bb.process
    bb.utils.mkdirhier(os.path.dirname(runfile))
    d.delVarFlag("PWD", "export")  # the script's own is the right one
    traced = verboseShellLogging or bb.utils.to_boolean(d.getVar("BB_VERBOSE_LOGS", False))
    with open(runfile, "w") as script:
        script.write(shell_trap_code())
        bb.data.emit_func(func, script, d)
        script.write("set -x\n" if traced else "")
        script.write("cd '%s'\n" % cwd if cwd else "")
        script.write("%s\n" % func)
    os.chmod(runfile, 0o775)
    fakeroot = (d.getVar("FAKEROOT") or "").split() if d.getVarFlag(func, "fakeroot", False) else []
    bb.debug(2, "Executing shell function %s" % func)
    bb.process.run([*fakeroot, runfile], log=sys.stdout)
    bb.debug(2, "Shell function %s finished" % func)


def exec_task(fn, task, d, profile=False):
    """Runs a task with its prefuncs and postfuncs in this process; 0, or 1 when it failed."""
    local = _task_data(fn, task, d)
    quiet = local.getVarFlag(task, "quieterrors", False) is not None
    logfile = local.getVar("BB_LOGFILE")
    try:
        event.fire(TaskStarted(task, fn, logfile, local.getVarFlags(task), local), local)
        for func in (local.getVarFlag(task, "prefuncs") or "").split():
            exec_func(func, local)
        exec_func(task, local)
        for func in (local.getVarFlag(task, "postfuncs") or "").split():
            exec_func(func, local)
    except Exception as exc:
        handled = isinstance(exc, bb.BBHandledException)
        if not handled:
            (logger.warning if quiet else logger.error)(repr(exc))
        if quiet:
            event.fire(TaskFailedSilent(task, fn, logfile, local), local)
        else:
            event.fire(TaskFailed(task, fn, logfile, local, handled), local)
        return 1
    event.fire(TaskSucceeded(task, fn, logfile, local), local)
    return 0


def _task_data(fn, task, d):
    """A copy of the recipe's store in which the task's own override is on."""
    local = d.createCopy()
    local.setVar("BB_FILENAME", fn)
    local.setVar("BB_RUNTASK", task)
    local.setVar("OVERRIDES", "task-%s:%s" % (task[3:].replace("_", "-"), d.getVar("OVERRIDES", False)))
    bb.data.expandKeys(local)
    return local


# --- the list of tasks ---

def addtask(task, before, after, d):
    _bbc.addtask(task, before, after, d)


def deltask(task, d):
    _bbc.deltask(task, d)


def ensure_task_prefix(name):
    """The name of a task with its do_."""
    return name if name.startswith("do_") else "do_" + name


def add_tasks(tasklist, d):
    """Makes tasks of functions that are not in the list of tasks. What each depends on is read from its flags later."""
    tasks = list(d.getVar("__BBTASKS", False) or [])
    for task in map(d.expand, tasklist):
        d.setVarFlag(task, "task", 1)
        if task not in tasks:
            tasks.append(task)
    d.setVar("__BBTASKS", tasks)


def preceedtask(task, with_recrdeptasks, d):
    """Tasks of the recipe that come before a task by its `deps`, and by its recrdeptask if asked for."""
    if task not in (d.getVar("__BBTASKS", False) or []):
        return set()
    found = set(d.getVarFlag(task, "deps") or [])
    if with_recrdeptasks:
        found.update((d.getVarFlag(task, "recrdeptask") or "").split())
    return found


def tasksbetween(task_start, task_end, d):
    """Tasks on any chain of `deps` from one task to another, both included."""
    tasks = [k for k in d.keys() if d.getVarFlag(k, "task")]
    after = {t: [o for o in tasks if o != t and t in (d.getVarFlag(o, "deps", False) or [])] for t in tasks}
    found = []

    def follow(task, chain):
        if task in chain:
            bb.fatal("Circular task dependencies as %s depends on itself via the chain %s" %
                     (task, " -> ".join(chain)))
        chain = chain + [task]
        if task == task_end:
            found.extend(t for t in chain if t not in found)
            return
        for following in after.get(task, ()):
            follow(following, chain)

    follow(task_start, [])
    return found


# --- stamps ---

def _own_stamps(task, mcfn):
    """Stamps of any hash of a task and of its setscene variant."""
    import glob
    mask = bb.parse.siggen.stampcleanmask_mcfn(task, mcfn)
    if not mask:
        return []
    plain = task.replace("_setscene", "")
    names = glob.glob(mask) + glob.glob(mask.replace(plain, plain + "_setscene"))
    return [name for name in names if _bbc.is_stamp(name)]


def clean_stamp_mcfn(task, mcfn):
    for name in _own_stamps(task, mcfn):
        os.unlink(name)


def clean_stamp(task, d):
    clean_stamp_mcfn(task, d.getVar("BB_FILENAME"))


def make_stamp_mcfn(task, mcfn):
    stamp = bb.parse.siggen.stampfile_mcfn(task, mcfn)
    bb.utils.mkdirhier(os.path.dirname(stamp))
    clean_stamp_mcfn(task, mcfn)
    if stamp:
        bb.utils.remove(stamp)
        open(stamp, "w").close()


def make_stamp(task, d):
    make_stamp_mcfn(task, d.getVar("BB_FILENAME"))


def del_stamp(task, d):
    bb.utils.remove(stampfile(task, d))


def stampfile(task, d):
    return bb.parse.siggen.stampfile_mcfn(task, d.getVar("BB_FILENAME"))


def find_stale_stamps(task, mcfn):
    """Stamps of earlier hashes."""
    siggen = bb.parse.siggen
    current = (siggen.stampfile_mcfn(task, mcfn), siggen.stampfile_mcfn(task + "_setscene", mcfn))
    return [name for name in _own_stamps(task, mcfn) if name not in current]


def write_taint(task, d):
    """Makes the task, and what depends on it, run again next time."""
    bb.parse.siggen.invalidate_task(task, d.getVar("BB_FILENAME"))


def create_progress_handler(func, progress, logfile, d):
    """The filter that the flag `progress` of a shell function asks for, writing on to `logfile`."""
    import bb.progress
    kind, _, rest = progress.partition(":")
    if kind == "percent":
        return bb.progress.BasicProgressHandler(d, regex=rest, outfile=logfile) if rest else \
            bb.progress.BasicProgressHandler(d, outfile=logfile)
    if kind == "outof" and rest:
        return bb.progress.OutOfProgressHandler(d, regex=rest, outfile=logfile)
    if kind == "custom" and rest:
        name, _, otherargs = rest.partition(":")
        try:
            cls = eval(name, bb.utils.get_context())
        except (NameError, AttributeError):
            bb.warn('%s: unknown custom progress handler in task progress varflag value "%s", ignoring' % (func, name))
            return logfile
        return cls(d, outfile=logfile, otherargs=otherargs or None)
    bb.warn('%s: invalid task progress varflag value "%s", ignoring' % (func, progress))
    return logfile


import bb.data
import bb.methodpool as methodpool
import bb.parse
import bb.utils
