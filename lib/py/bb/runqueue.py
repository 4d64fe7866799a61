# SPDX-License-Identifier: MIT
"""Names of tasks ("[mc:NAME:]FILE:TASK") and the events of the run queue, which itself is native."""

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

    def __init__(self, task, stats, rq=None):
        super().__init__()
        self.taskid = task
        self.taskstring = task
        self.taskname = taskname_from_tid(task)
        self.taskfile = fn_from_tid(task)
        self.taskhash = getattr(rq, "taskhash", None)
        self.stats = stats


class sceneQueueEvent(runQueueEvent):
    def __init__(self, task, stats, rq=None, noexec=False):
        super().__init__(task, stats, rq)
        self.taskstring = task + "_setscene"
        self.taskname += "_setscene"


class runQueueTaskStarted(runQueueEvent):
    def __init__(self, task, stats, rq=None, noexec=False):
        super().__init__(task, stats, rq)
        self.noexec = noexec


class sceneQueueTaskStarted(sceneQueueEvent):
    def __init__(self, task, stats, rq=None, noexec=False):
        super().__init__(task, stats, rq)
        self.noexec = noexec


class runQueueTaskFailed(runQueueEvent):
    def __init__(self, task, stats, exitcode, rq=None, fakeroot_log=None):
        super().__init__(task, stats, rq)
        self.exitcode = exitcode
        self.fakeroot_log = fakeroot_log

    def __str__(self):
        return "Task (%s) failed with exit code '%s'" % (self.taskstring, self.exitcode)


class sceneQueueTaskFailed(sceneQueueEvent):
    def __init__(self, task, stats, exitcode, rq=None):
        super().__init__(task, stats, rq)
        self.exitcode = exitcode

    def __str__(self):
        return "Setscene task (%s) failed with exit code '%s' - real task will be run instead" % \
            (self.taskstring, self.exitcode)


class sceneQueueComplete(sceneQueueEvent):
    def __init__(self, stats, rq=None):
        bb.event.Event.__init__(self)
        self.stats = stats


class runQueueTaskCompleted(runQueueEvent):
    """A task has ended well."""


class sceneQueueTaskCompleted(sceneQueueEvent):
    """A setscene task has ended well."""


class runQueueTaskSkipped(runQueueEvent):
    """A task need not run; `reason` says why in a word."""

    def __init__(self, task, stats, rq=None, reason=None):
        super().__init__(task, stats, rq)
        self.reason = reason


class taskUniHashUpdate(bb.event.Event):
    def __init__(self, task, unihash):
        super().__init__()
        self.taskid = task
        self.unihash = unihash
