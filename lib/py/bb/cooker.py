# SPDX-License-Identifier: MIT
"""Which recipe files belong to which layer, and the cooker's last event; the rest of the cooker is native."""

import logging
import re

import bb.event
import bb.utils

logger = logging.getLogger("BitBake")


class CookerExit(bb.event.Event):
    """The cooker ends."""


class CookerCollectFiles:
    """`priorities` lists the layers: (name, pattern, compiled pattern, priority)."""

    def __init__(self, priorities, mc=""):
        self.mc = mc
        # the longest pattern first, so that a layer within another is found before it
        self.bbfile_config_priorities = sorted(priorities, key=lambda layer: len(layer[1]), reverse=True)
        self.bbappends = []

    def calc_bbfile_priority(self, filename):
        """(priority, pattern) of the layer that a file belongs to; (0, None) when none has it."""
        for _, _, regex, priority in self.bbfile_config_priorities:
            if regex.match(filename):
                return priority, regex
        return 0, None

    def collection_priorities(self, pkgfns, fns, d):
        """{file: priority}; layers that have no file at all are warned about."""
        priorities, used = {}, set()
        for name in pkgfns:
            priorities[name], regex = self.calc_bbfile_priority(bb.cache.virtualfn2realfn(name)[0])
            used.add(regex)
        for name in fns:
            used.add(self.calc_bbfile_priority(name)[1])
        for collection, pattern, regex, _ in self.bbfile_config_priorities:
            if regex not in used and not bb.utils.to_boolean(d.getVar("BBFILE_PATTERN_IGNORE_EMPTY_%s" % collection)):
                logger.warning("No bb files in %s matched BBFILE_PATTERN_%s '%s'", self.mc or "default", collection,
                               pattern)
        return priorities
