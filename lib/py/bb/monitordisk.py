# SPDX-License-Identifier: MIT
"""
The disk monitor: BB_DISKMON_DIRS is a list of ACTION,FOLDER,SPACE,INODES, of which SPACE or INODES may be left out. When less
is free there the user is warned, and STOPTASKS starts no further task, HALT ends those that run, too.
"""

import logging
import os

import bb.event
import bb.utils

logger = logging.getLogger("BitBake.Monitor")

_UNITS = {"k": 1024, "m": 1024 ** 2, "g": 1024 ** 3}


class _Bad(Exception):
    """The variable cannot be understood: nothing is watched."""


def convertGMK(unit):
    """The number of "50", "50K", "50M" or "50G"; None for anything else."""
    text = unit.rstrip()
    factor = _UNITS.get(text[-1:].lower(), 1)
    digits = text[:-1] if factor > 1 else text
    return int(digits) * factor if digits.isdecimal() and digits[0] != "0" else None


def getMountedDev(path):
    """The device of the file system that a path is in, as /proc/mounts names it; None when it is not there."""
    dev = os.stat(path).st_dev
    while path != "/" and os.stat(os.path.dirname(path)).st_dev == dev:
        path = os.path.dirname(path)
    with open("/proc/mounts", encoding="utf-8", errors="surrogateescape") as f:
        for line in f:
            words = line.split()
            if words[1] == path:
                return words[0]
    return None


def _limit(text, what, variable):
    if not text:
        return None
    number = convertGMK(text)
    if not number:
        raise _Bad("Invalid %s value in %s: %s" % (what, variable, text))
    return number


class _Watched:
    """One entry of BB_DISKMON_DIRS, with what was free when the user was last warned."""

    def __init__(self, entry):
        fields = entry.split(",", 3)
        if len(fields) < 3:
            raise _Bad("Invalid value in BB_DISKMON_DIRS: %s" % entry)
        self.action = fields[0]
        if self.action == "ABORT":
            logger.warnonce('The BB_DISKMON_DIRS "ABORT" action has been renamed to "HALT", update configuration')
            self.action = "HALT"
        if self.action not in ("HALT", "STOPTASKS", "WARN"):
            raise _Bad("Unknown disk space monitor action: %s" % self.action)
        self.path = os.path.realpath(fields[1])
        self.limits = {"disk": _limit(fields[2], "disk space", "BB_DISKMON_DIRS"),
                       "inode": _limit(fields[3] if len(fields) > 3 else "", "inode", "BB_DISKMON_DIRS")}
        if not any(self.limits.values()):
            raise _Bad("No disk space or inode value in found BB_DISKMON_DIRS: %s" % entry)
        bb.utils.mkdirhier(self.path)
        self.dev = getMountedDev(self.path)
        self.warned = {"disk": 0, "inode": 0}
        self.acted = False


class diskMonitor:
    def __init__(self, configuration):
        self.configuration = configuration
        self.watched, self.intervals = [], {}
        try:
            entries = {(w.path, w.action): w for w in map(_Watched, (configuration.getVar("BB_DISKMON_DIRS") or "").split())}
            space, _, inodes = (configuration.getVar("BB_DISKMON_WARNINTERVAL") or "").partition(",")
            self.intervals = {
                "disk": _limit(space, "disk space interval", "BB_DISKMON_WARNINTERVAL") or 50 * 1024 ** 2,
                "inode": _limit(inodes.strip(), "disk inode interval", "BB_DISKMON_WARNINTERVAL") or 5 * 1024}
            self.watched = list(entries.values())
        except _Bad as exc:
            logger.error("%s\n       Disk space monitor will NOT be enabled" % exc)
        self.enableMonitor = bool(self.watched)

    def _low(self, w, kind, free):
        """Warns, and gives the action that is due."""
        warned = w.warned[kind]
        if not warned or (warned - free > self.intervals[kind] and not w.acted):
            shown = "%.3fGB" % (free / 1024 ** 3) if kind == "disk" else "%.3fK" % (free / 1024)
            logger.warning("The free %s of %s (%s) is running low (%s left)",
                           "space" if kind == "disk" else "inode", w.path, w.dev, shown)
            w.warned[kind] = free
        if w.action == "WARN" or w.acted:
            return ""
        w.acted = True
        logger.error('No new tasks can be executed since the disk space monitor action is "STOPTASKS"!'
                     if w.action == "STOPTASKS" else
                     'Immediately halt since the disk space monitor action is "HALT"!')
        bb.event.fire(bb.event.DiskFull(w.dev, kind, free, w.path), self.configuration)
        return w.action

    def look(self):
        """Tells handlers what is free; the strongest action that is due now: "HALT", "STOPTASKS" or ""."""
        usage, due = {}, set()
        for w in self.watched:
            st = os.statvfs(w.path)
            free = {"disk": st.f_bavail * st.f_frsize, "inode": st.f_favail}
            usage[w.dev] = bb.event.DiskUsageSample(free["disk"], st.f_bfree * st.f_frsize, st.f_blocks * st.f_frsize)
            if st.f_files == 0 or st.f_favail == -1:
                w.limits["inode"] = None  # the file system makes inodes as it needs them
            for kind, limit in w.limits.items():
                if limit and free[kind] < limit:
                    due.add(self._low(w, kind, free[kind]))
        if self.enableMonitor:
            bb.event.fire(bb.event.MonitorDiskEvent(usage), self.configuration)
        return "HALT" if "HALT" in due else "STOPTASKS" if "STOPTASKS" in due else ""


_monitor = None


def look(d):
    """For the build that runs in this process."""
    global _monitor
    if _monitor is None:
        _monitor = diskMonitor(d)
    return _monitor.look()
