# SPDX-License-Identifier: MIT
"""The classes of bb.event: facts about a build, with the attributes that handlers and user interfaces read."""

import sys

__all__ = []


def _public(cls):
    """Classes are known, and pickled, as members of bb.event."""
    cls.__module__ = "bb.event"
    __all__.append(cls.__name__)
    return cls


@_public
class Event:
    """What all events have: the pid of the task they come from, 0 for the build itself."""

    def __init__(self):
        self.pid = sys.modules["bb.event"].worker_pid


@_public
class HeartbeatEvent(Event):
    """Comes every ten seconds while a build runs."""

    def __init__(self, time):
        super().__init__()
        self.time = time


@_public
class OperationStarted(Event):
    def __init__(self, msg="Operation Started"):
        Event.__init__(self)
        self.msg = msg


@_public
class OperationCompleted(Event):
    def __init__(self, total, msg="Operation Completed"):
        Event.__init__(self)
        self.total = total
        self.msg = msg


@_public
class OperationProgress(Event):
    def __init__(self, current, total, msg="Operation in Progress"):
        Event.__init__(self)
        self.current = current
        self.total = total
        self.msg = "%s: %s/%s" % (msg, current, total)


@_public
class ConfigParsed(Event):
    """The base configuration has been read."""


@_public
class MultiConfigParsed(Event):
    """All configurations have been read; `mcdata` maps names to stores."""

    def __init__(self, mcdata):
        self.mcdata = mcdata
        super().__init__()


@_public
class RecipeEvent(Event):
    def __init__(self, fn):
        self.fn = fn
        super().__init__()


@_public
class RecipePreDeferredInherits(RecipeEvent):
    """A recipe has been read; the classes of inherit_defer have not: `inherits` names them, not expanded."""

    def __init__(self, fn, inherits):
        self.inherits = inherits
        super().__init__(fn)


@_public
class RecipePreFinalise(RecipeEvent):
    """A recipe has been read; names are not expanded yet and no anonymous function has run."""


@_public
class RecipePostKeyExpansion(RecipeEvent):
    """Names have been expanded; no anonymous function has run."""


@_public
class RecipeTaskPreProcess(RecipeEvent):
    """The list of tasks is final; how they depend on each other may still be changed."""

    def __init__(self, fn, tasklist):
        self.fn = fn
        self.tasklist = tasklist
        Event.__init__(self)


@_public
class RecipeParsed(RecipeEvent):
    """A recipe is complete."""


@_public
class BuildBase(Event):
    def __init__(self, n, p, failures=0):
        self._name = n
        self._pkgs = p
        Event.__init__(self)
        self._failures = failures

    def getPkgs(self):
        return self._pkgs

    def setPkgs(self, pkgs):
        self._pkgs = pkgs

    def getName(self):
        return self._name

    def setName(self, name):
        self._name = name

    def getFailures(self):
        return self._failures

    pkgs = property(getPkgs, setPkgs)
    name = property(getName, setName)


@_public
class BuildInit(BuildBase):
    """A build was asked for."""

    def __init__(self, p=[]):
        super().__init__(None, list(p))


@_public
class BuildStarted(BuildBase, OperationStarted):
    def __init__(self, n, p, failures=0):
        OperationStarted.__init__(self, "Building Started")
        BuildBase.__init__(self, n, p, failures)


@_public
class BuildCompleted(BuildBase, OperationCompleted):
    def __init__(self, total, n, p, failures=0, interrupted=0):
        OperationCompleted.__init__(self, total, "Building Failed" if failures else "Building Succeeded")
        self._interrupted = interrupted
        BuildBase.__init__(self, n, p, failures)


@_public
class DiskFull(Event):
    """The build was stopped because a watched file system is full."""

    def __init__(self, dev, type, freespace, mountpoint):
        super().__init__()
        self._dev = dev
        self._type = type
        self._free = freespace
        self._mountpoint = mountpoint


class DiskUsageSample:
    """Bytes of a file system: for ordinary users, for root, and in all."""

    def __init__(self, available_bytes, free_bytes, total_bytes):
        self.available_bytes = available_bytes
        self.free_bytes = free_bytes
        self.total_bytes = total_bytes


_public(DiskUsageSample)


@_public
class MonitorDiskEvent(Event):
    """Disk space was looked at; `disk_usage` maps devices to DiskUsageSample."""

    def __init__(self, disk_usage):
        super().__init__()
        self.disk_usage = disk_usage


@_public
class NoProvider(Event):
    """Nothing provides a name that was asked for."""

    def __init__(self, item, runtime=False, dependees=None, reasons=None, close_matches=None):
        super().__init__()
        self._item = item
        self._runtime = runtime
        self._dependees = dependees
        self._reasons = reasons
        self._close_matches = close_matches

    def getItem(self):
        return self._item

    def isRuntime(self):
        return self._runtime

    def __str__(self):
        r = "R" if self._runtime else ""
        text = "Nothing %sPROVIDES '%s'" % (r, self._item)
        if self._dependees:
            text += " (but %s %sDEPENDS on or otherwise requires it)" % (", ".join(self._dependees), r)
        if self._reasons:
            return "\n".join([text, *self._reasons])
        if self._close_matches:
            text += ". Close matches:\n  " + "\n  ".join(sorted(set(self._close_matches)))
        return text


@_public
class MultipleProviders(Event):
    """Several recipes provide a name and nothing says which is wanted."""

    def __init__(self, item, candidates, runtime=False):
        super().__init__()
        self._item = item
        self._candidates = candidates
        self._is_runtime = runtime

    def isRuntime(self):
        return self._is_runtime

    def getItem(self):
        return self._item

    def getCandidates(self):
        return self._candidates

    def __str__(self):
        kind, r = ("runtime ", "R") if self._is_runtime else ("", "")
        return "Multiple providers are available for %s%s (%s)\n" \
            "Consider defining a PREFERRED_%sPROVIDER entry to match %s" % \
            (kind, self._item, ", ".join(self._candidates), r, self._item)


@_public
class ParseStarted(OperationStarted):
    def __init__(self, total):
        super().__init__("Recipe parsing Started")
        self.total = total


@_public
class ParseProgress(OperationProgress):
    def __init__(self, current, total):
        super().__init__(current, total, "Recipe parsing")


@_public
class ParseCompleted(OperationCompleted):
    def __init__(self, cached, parsed, skipped, masked, virtuals, errors, total):
        super().__init__(total, "Recipe parsing Completed")
        self.cached = cached
        self.parsed = parsed
        self.skipped = skipped
        self.virtuals = virtuals
        self.masked = masked
        self.errors = errors
        self.sofar = cached + parsed


@_public
class CacheLoadStarted(OperationStarted):
    def __init__(self, total):
        super().__init__("Loading cache Started")
        self.total = total


@_public
class CacheLoadProgress(OperationProgress):
    def __init__(self, current, total):
        super().__init__(current, total, "Loading cache")


@_public
class CacheLoadCompleted(OperationCompleted):
    def __init__(self, total, num_entries):
        super().__init__(total, "Loading cache Completed")
        self.num_entries = num_entries


@_public
class TreeDataPreparationStarted(OperationStarted):
    def __init__(self):
        super().__init__("Preparing tree data Started")


@_public
class TreeDataPreparationProgress(OperationProgress):
    def __init__(self, current, total):
        super().__init__(current, total, "Preparing tree data")


@_public
class TreeDataPreparationCompleted(OperationCompleted):
    def __init__(self, total):
        super().__init__(total, "Preparing tree data Completed")


@_public
class ReachableStamps(Event):
    """All stamps that the present metadata can lead to, by stamp and task."""

    def __init__(self, stamps):
        super().__init__()
        self.stamps = stamps


@_public
class StaleSetSceneTasks(Event):
    """Setscene tasks that will run again; `tasks` maps them to the stamps of earlier runs."""

    def __init__(self, tasks):
        super().__init__()
        self.tasks = tasks


@_public
class LogExecTTY(Event):
    """Asks the user interface to start a program on its terminal."""

    def __init__(self, msg, prog, sleep_delay, retries):
        super().__init__()
        self.msg = msg
        self.prog = prog
        self.sleep_delay = sleep_delay
        self.retries = retries


@_public
class MetadataEvent(Event):
    """Anything that a class wants to tell: a word for its kind, and data."""

    def __init__(self, eventtype, eventdata):
        super().__init__()
        self.type = eventtype
        self._localdata = eventdata


@_public
class ProcessStarted(Event):
    def __init__(self, processname, total):
        super().__init__()
        self.processname = processname
        self.total = total


@_public
class ProcessProgress(Event):
    def __init__(self, processname, progress):
        super().__init__()
        self.processname = processname
        self.progress = progress


@_public
class ProcessFinished(Event):
    def __init__(self, processname):
        super().__init__()
        self.processname = processname


@_public
class SanityCheck(Event):
    """Asks for sanity checks; with `generateevents` the answer is an event, otherwise an error."""

    def __init__(self, generateevents=True):
        super().__init__()
        self.generateevents = generateevents


@_public
class SanityCheckPassed(Event):
    """The answer to SanityCheck."""


@_public
class SanityCheckFailed(Event):
    """The answer to SanityCheck."""

    def __init__(self, msg, network_error=False):
        super().__init__()
        self._msg = msg
        self._network_error = network_error


@_public
class NetworkTest(SanityCheck):
    """Asks whether the network can be reached; answered like SanityCheck."""


@_public
class NetworkTestPassed(Event):
    """The answer to NetworkTest."""


@_public
class NetworkTestFailed(Event):
    """The answer to NetworkTest."""


@_public
class ParseError(Event):
    """A file could not be read; `_msg` says why."""

    def __init__(self, msg):
        super().__init__()
        self._msg = msg


@_public
class DepTreeGenerated(Event):
    """The dependency tree that was asked for."""

    def __init__(self, depgraph):
        super().__init__()
        self._depgraph = depgraph


@_public
class TargetsTreeGenerated(Event):
    """The targets that can be built."""

    def __init__(self, model):
        super().__init__()
        self._model = model


@_public
class FilesMatchingFound(Event):
    """Files that match a pattern."""

    def __init__(self, pattern, matches):
        super().__init__()
        self._pattern = pattern
        self._matches = matches


@_public
class ConfigFilesFound(Event):
    """Values that a configuration variable may have."""

    def __init__(self, variable, values):
        super().__init__()
        self._variable = variable
        self._values = values


@_public
class ConfigFilePathFound(Event):
    """Where a configuration file is."""

    def __init__(self, path):
        super().__init__()
        self._path = path


@_public
class FindSigInfoResult(Event):
    """The answer to findSigInfo."""

    def __init__(self, result):
        super().__init__()
        self.result = result


@_public
class GetTaskSignatureResult(Event):
    """The answer to getTaskSignatures."""

    def __init__(self, sig):
        super().__init__()
        self.sig = sig


@_public
class MsgBase(Event):
    """A message."""

    def __init__(self, msg):
        super().__init__()
        self._message = msg


for _name in ("Debug", "Note", "Warn", "Error", "Fatal", "Plain"):
    globals()["Msg" + _name] = _public(type("Msg" + _name, (MsgBase,), {"__doc__": "A message of that severity."}))
