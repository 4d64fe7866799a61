# SPDX-License-Identifier: MIT
"""Progress of a task, read from its output or told in stages."""

import re
import sys
import time

import bb
import bb.build
import bb.event

ANSI_ESCAPE_REGEX = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def filter_color(string):
    return ANSI_ESCAPE_REGEX.sub("", string)


def filter_color_n(string):
    """(text without colour codes, how many there were)"""
    return ANSI_ESCAPE_REGEX.subn("", string)


class _Stdout:
    """Writes to whatever sys.stdout is at the time."""

    @property
    def name(self):
        return getattr(sys.stdout, "name", "<mem>")

    def write(self, string):
        return sys.stdout.write(string)

    def flush(self):
        sys.stdout.flush()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass


class ProgressHandler:
    """Stands in for a file and watches what is written to it."""

    def __init__(self, d, outfile=None):
        self._data = d
        self._outfile = outfile or _Stdout()
        self._progress = 0
        self._lastevent = 0

    def __enter__(self):
        self._outfile.__enter__()
        return self

    def __exit__(self, *exc):
        self._outfile.__exit__(*exc)

    def _fire_progress(self, taskprogress, rate=None):
        bb.event.fire(bb.build.TaskProgress(taskprogress, rate), self._data)

    def write(self, string):
        self._outfile.write(string)

    def flush(self):
        self._outfile.flush()

    def update(self, progress, rate=None):
        """Tells a new figure at once, the same one at most every second."""
        now = time.time()
        progress = min(progress, 100)
        if progress != self._progress or now > self._lastevent + 1:
            self._fire_progress(progress, rate)
            self._lastevent = now
            self._progress = progress


class LineFilterProgressHandler(ProgressHandler):
    """Hands whole lines to writeline(), which says whether they shall be written on; of overwritten lines the last."""

    def __init__(self, d, outfile=None):
        self._linebuffer = ""
        super().__init__(d, outfile)

    def write(self, string):
        self._linebuffer += string
        while True:
            end = self._linebuffer.find("\n")
            if end < 0:
                end = self._linebuffer.find("\r")
            if end < 0:
                return
            line, self._linebuffer = self._linebuffer[:end + 1], self._linebuffer[end + 1:]
            start = line.rfind("\r") + 1
            if 0 < start < len(line):
                line = line[start:]
            if self.writeline(filter_color(line)):
                super().write(line)

    def writeline(self, line):
        return True


class _PatternHandler(ProgressHandler):
    def __init__(self, d, regex, outfile=None):
        super().__init__(d, outfile)
        self._regex = re.compile(regex)
        self._fire_progress(0)

    def write(self, string):
        matches = self._regex.findall(filter_color(string))
        if matches:
            self.update(self._percent(matches[-1]))
        super().write(string)


class BasicProgressHandler(_PatternHandler):
    """The pattern's group is a percentage."""

    def __init__(self, d, regex=r"(\d+)%", outfile=None):
        super().__init__(d, regex, outfile)

    def _percent(self, match):
        return int(match)


class OutOfProgressHandler(_PatternHandler):
    """The pattern's two groups are how much is done, out of how much."""

    def _percent(self, match):
        return float(match[0]) / float(match[1]) * 100


class MultiStageProgressReporter:
    """
    Progress of work in stages of known weights: next_stage() before each, update() within one, finish() at the end.
    With `debug`, measured weights are shown at the end.
    """

    def __init__(self, d, stage_weights, debug=False):
        self._data = d
        total = sum(stage_weights)
        self._weights = [w / total for w in stage_weights]
        self._stage = -1
        self._stage_total = None
        self._base = 0
        self._debug = debug
        self._finished = False
        self._times = [time.time()]
        self._fire_progress(0)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def _fire_progress(self, taskprogress):
        bb.event.fire(bb.build.TaskProgress(taskprogress), self._data)

    def next_stage(self, stage_total=None):
        self._stage += 1
        self._stage_total = stage_total
        if self._stage == 0:
            self._times = [time.time()]
            return
        self._times.append(time.time())
        if self._stage < len(self._weights):
            self._base = sum(self._weights[:self._stage]) * 100
        elif not self._debug:
            bb.warn("ProgressReporter: current stage beyond declared number of stages")
            self._base = 100
        self._fire_progress(self._base)

    def update(self, stage_progress):
        """Percent of the stage, or out of its total when next_stage() gave one."""
        if self._stage < 0:
            bb.warn("ProgressReporter: update called before first call to next_stage()")
            return
        if self._stage_total:
            stage_progress = float(stage_progress) / self._stage_total * 100
        weight = self._weights[self._stage] if self._stage < len(self._weights) else 0
        progress = min(self._base + stage_progress * weight, 100)
        if progress:
            self._fire_progress(progress)

    def finish(self):
        if self._finished:
            return
        self._finished = True
        if self._debug:
            marks = self._times + [time.time()]
            spans = [b - a for a, b in zip(marks, marks[1:])]
            unit = max(min(spans), 0.01)
            bb.warn("Stage weights: %s" % [-int(-span // unit) for span in spans])


class MultiStageProcessProgressReporter(MultiStageProgressReporter):
    """The same for work that is no task, by events of a process."""

    def __init__(self, d, processname, stage_weights, debug=False):
        self._processname = processname
        self._started = False
        super().__init__(d, stage_weights, debug)

    def start(self):
        if not self._started:
            self._started = True
            bb.event.fire(bb.event.ProcessStarted(self._processname, 100), self._data)

    def _fire_progress(self, taskprogress):
        if taskprogress == 0:
            self.start()
        else:
            bb.event.fire(bb.event.ProcessProgress(self._processname, taskprogress), self._data)

    def finish(self):
        super().finish()
        bb.event.fire(bb.event.ProcessFinished(self._processname), self._data)


class DummyMultiStageProcessProgressReporter(MultiStageProgressReporter):
    """Takes the calls and says nothing."""

    def __init__(self):
        super().__init__(None, [])

    def _fire_progress(self, taskprogress, rate=None):
        pass

    def start(self):
        pass

    def next_stage(self, stage_total=None):
        pass

    def update(self, stage_progress):
        pass

    def finish(self):
        pass
