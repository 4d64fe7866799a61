# SPDX-License-Identifier: MIT
"""Names of tasks ("[mc:NAME:]FILE:TASK") and the events of the run queue, which itself is native."""

import json
import re

import _bbc
import bb.event


def split_tid_mcfn(tid):
    """(configuration, file, task, file with its configuration)"""
    mcfn, task = tid.rsplit(":", 1)
    mc, fn = split_mc(mcfn) if tid.count(":") >= 2 else ("", mcfn)
    return mc, fn, task, mcfn


def split_tid(tid):
    return split_tid_mcfn(tid)[:3]


def split_mc(n):
    if n.startswith("mc:") and n.count(":") >= 2:
        _, mc, rest = n.split(":", 2)
        return mc, rest
    return "", n


def fn_from_tid(tid):
    return tid.rsplit(":", 1)[0]


def taskname_from_tid(tid):
    return tid.rsplit(":", 1)[1]


def mc_from_tid(tid):
    return tid.split(":")[1] if tid.startswith("mc:") and tid.count(":") >= 2 else ""


def build_tid(mc, fn, taskname):
    return "%s%s:%s" % ("mc:%s:" % mc if mc else "", fn, taskname)


def task_dep_data(text):
    """BB_TASKDEPDATA of the text that build/taskdeps.c makes; releases before TaskData have lists."""
    data = {}
    for tid, (pn, task, fn, deps, provides, taskhash, unihash, hashfn, hashed) in json.loads(text).items():
        first = pn, task, fn, set(deps), provides, taskhash, unihash
        if _bbc.has_rule("TASK_DATA"):
            data[tid] = bb.TaskData(*first, hashfn, set(hashed) if hashed is not None else None)
        else:
            data[tid] = [*first, hashfn] if _bbc.has_rule("NAMED_DEPENDENCIES") else list(first)
    return data


class RunQueueStats:
    """How many tasks there are, of which kinds; `setscene_` ones apart."""

    def __init__(self, total, setscene_total):
        self.completed = self.skipped = self.failed = self.active = 0
        self.setscene_active = self.setscene_covered = self.setscene_notcovered = 0
        self.setscene_total = setscene_total
        self.total = total

    def copy(self):
        other = type(self)(self.total, self.setscene_total)
        vars(other).update(vars(self))
        return other


class _Hashes:
    """What the constructors of events ask of a run queue: the hash of the task that they are about."""

    def __init__(self, taskhash):
        self.taskhash = taskhash
        self.rqdata = self

    def get_task_hash(self, tid):
        return self.taskhash


def queue_event(name, tid, taskhash, counts, detail):
    """The event of that class, from what the scheduler knows."""
    stats = RunQueueStats(counts["total"], counts["setscene_total"])
    vars(stats).update(counts)
    if name == "runQueueExitWait":
        return runQueueExitWait(stats.active + stats.setscene_active)
    if name == "sceneQueueComplete":
        return sceneQueueComplete(stats, _Hashes(taskhash))
    return globals()[name](task=tid, stats=stats, rq=_Hashes(taskhash), **detail)


def tree_event(tree):
    """DepTreeGenerated, from what the cooker knows: some of its lists are tuples there."""
    tree["providermap"] = {name: tuple(provider) for name, provider in tree["providermap"].items()}
    tree["layer-priorities"] = [(name, pattern, re.compile(pattern), priority)
                                for name, pattern, priority in tree["layer-priorities"]]
    return bb.event.DepTreeGenerated(tree)


class TaskFailure(Exception):
    """A task of the run queue failed."""

    def __init__(self, x):
        super().__init__()
        self.args = x


class runQueueExitWait(bb.event.Event):
    """Waiting for tasks that still run."""

    def __init__(self, remain):
        super().__init__()
        self.remain = remain
        self.message = "Waiting for %s active tasks to finish" % remain


class runQueueEvent(bb.event.Event):
    """What events about a task in the queue say; `stats` has total, completed, active, failed, skipped."""

    def __init__(self, task, stats, rq):
        super().__init__()
        self.taskid = task
        self.taskstring = task
        self.taskname = taskname_from_tid(task)
        self.taskfile = fn_from_tid(task)
        self.taskhash = rq.rqdata.get_task_hash(task)
        self.stats = stats.copy()


class sceneQueueEvent(runQueueEvent):
    def __init__(self, task, stats, rq, noexec=False):
        super().__init__(task, stats, rq)
        self.taskstring = task + "_setscene"
        self.taskname += "_setscene"


class runQueueTaskStarted(runQueueEvent):
    def __init__(self, task, stats, rq, noexec=False):
        super().__init__(task, stats, rq)
        self.noexec = noexec


class sceneQueueTaskStarted(sceneQueueEvent):
    def __init__(self, task, stats, rq, noexec=False):
        super().__init__(task, stats, rq)
        self.noexec = noexec


class runQueueTaskFailed(runQueueEvent):
    def __init__(self, task, stats, exitcode, rq, fakeroot_log=None):
        super().__init__(task, stats, rq)
        self.exitcode = exitcode
        self.fakeroot_log = fakeroot_log

    def __str__(self):
        return "Task (%s) failed with exit code '%s'" % (self.taskstring, self.exitcode)


class sceneQueueTaskFailed(sceneQueueEvent):
    def __init__(self, task, stats, exitcode, rq):
        super().__init__(task, stats, rq)
        self.exitcode = exitcode

    def __str__(self):
        return "Setscene task (%s) failed with exit code '%s' - real task will be run instead" % \
            (self.taskstring, self.exitcode)


class sceneQueueComplete(sceneQueueEvent):
    def __init__(self, stats, rq):
        bb.event.Event.__init__(self)
        self.stats = stats.copy()


class runQueueTaskCompleted(runQueueEvent):
    """A task has ended well."""


class sceneQueueTaskCompleted(sceneQueueEvent):
    """A setscene task has ended well."""


class runQueueTaskSkipped(runQueueEvent):
    """A task need not run; `reason` says why in a word."""

    def __init__(self, task, stats, rq, reason):
        super().__init__(task, stats, rq)
        self.reason = reason


class taskUniHashUpdate(bb.event.Event):
    def __init__(self, task, unihash):
        super().__init__()
        self.taskid = task
        self.unihash = unihash
