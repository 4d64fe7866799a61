#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
bbc beside a reference BitBake in one build directory; prints a table of figures, asserts nothing.

    reference.py BUILDDIR --bbc BBC --reference "COMMAND ..." [--class FILE.bbclass] [--target core-image-minimal]

Both programs run in copies of BUILDDIR's conf folder below --work (a temporary folder unless given), so that neither sees the other's
caches and BUILDDIR stays as it is. COMMAND starts the reference with the arguments that follow it, so a wrapper that sets its
environment will do; the environment is this script's. --class names a class whose time of change is set to now for the
row "one class touched": it must be writable, and nothing but its time changes.

The server of the reference is ended before each figure but the one that says so. What takes less than five seconds is
measured --repeat times, the figure is the median. Peak memory is the sum of PSS over all processes of a run, sampled
every 50 ms from /proc.
"""
import argparse
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time


def children_of(pid):
    """`pid` and all below it, from /proc; a server that was started apart is found by its folder instead."""
    todo, found = [pid], []
    while todo:
        p = todo.pop()
        found.append(p)
        try:
            for t in os.listdir(f'/proc/{p}/task'):
                with open(f'/proc/{p}/task/{t}/children') as f:
                    todo += [int(c) for c in f.read().split()]
        except OSError:
            pass
    return found


def in_folder(folder):
    found = []
    for p in filter(str.isdigit, os.listdir('/proc')):
        try:
            if os.readlink(f'/proc/{p}/cwd') == folder:
                found.append(int(p))
        except OSError:
            pass
    return found


def pss(pid):
    try:
        with open(f'/proc/{pid}/smaps_rollup') as f:
            return next(int(line.split()[1]) for line in f if line.startswith('Pss:'))
    except (OSError, StopIteration):
        return 0


class Peak(threading.Thread):
    def __init__(self, pid, folder):
        super().__init__(daemon=True)
        self.pid, self.folder, self.kb, self.stop = pid, folder, 0, threading.Event()

    def run(self):
        while not self.stop.wait(0.05):
            self.kb = max(self.kb, sum(map(pss, set(children_of(self.pid)) | set(in_folder(self.folder)))))


class Side:
    """One of the two programs and its build directory."""

    def __init__(self, name, command, builddir, work, repeat):
        self.name, self.command, self.repeat = name, command, repeat
        self.dir = os.path.join(os.path.realpath(work), name)
        shutil.rmtree(self.dir, ignore_errors=True)
        shutil.copytree(os.path.join(builddir, 'conf'), os.path.join(self.dir, 'conf'))
        self.env = dict(os.environ, BBPATH=self.dir, BUILDDIR=self.dir, PWD=self.dir)
        self.parsed = ''

    def run(self, *args, memory=False):
        """Seconds, and with `memory` the peak in MB. How many recipes were parsed stays in self.parsed."""
        start = time.monotonic()
        p = subprocess.Popen([*self.command, *args], cwd=self.dir, env=self.env, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        peak = Peak(p.pid, self.dir)
        if memory:
            peak.start()
        output = p.stdout.read().decode(errors='replace')
        p.wait()
        seconds = time.monotonic() - start
        peak.stop.set()
        if p.returncode:
            print(f'{self.name} {" ".join(args)} ended with {p.returncode}: {output[-400:]}', file=sys.stderr)
        found = re.search(r'\d+ cached, (\d+) parsed', output)
        self.parsed = f'{found.group(1)} parsed' if found else ''
        return peak.kb / 1024 if memory else seconds

    def end_server(self):
        self.run('-m')
        while any(p != os.getpid() for p in in_folder(self.dir)):
            time.sleep(0.1)

    def fresh(self, *args, before=lambda: None):
        """The median over runs that each start without a server; `before` prepares each."""
        times = []
        while not times or (len(times) < self.repeat and times[0] < 5):
            before()
            self.end_server()
            times.append(self.run(*args))
        return statistics.median(times)

    def resident(self, *args):
        self.run(*args)
        return statistics.median(self.run(*args) for _ in range(self.repeat))

    def cold(self, memory=False):
        self.end_server()
        for name in ('cache', 'tmp/cache'):
            shutil.rmtree(os.path.join(self.dir, name), ignore_errors=True)
        return self.run('-p', memory=memory)

    def warm(self):
        self.run('-p')
        return self.fresh('-p')

    def edited(self):
        def edit():
            with open(os.path.join(self.dir, 'conf/local.conf'), 'a') as f:
                f.write(f'\nBENCH_{time.time_ns()} = "1"\n')
        return self.fresh('-p', before=edit)

    def touched(self, path):
        return self.fresh('-p', before=lambda: os.utime(path))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('builddir')
    p.add_argument('--bbc', required=True)
    p.add_argument('--reference', help='left out: only the figures of bbc')
    p.add_argument('--class', dest='cls')
    p.add_argument('--target', default='core-image-minimal')
    p.add_argument('--work')
    p.add_argument('--repeat', type=int, default=5)
    o = p.parse_args()
    with tempfile.TemporaryDirectory(prefix='bbc-bench-') as tmp:
        sides = [Side('bbc', shlex.split(o.bbc), o.builddir, o.work or tmp, o.repeat)]
        if o.reference:
            sides.insert(0, Side('reference', shlex.split(o.reference), o.builddir, o.work or tmp, o.repeat))
        rows = [('cold -p, seconds', lambda s: s.cold()),
                ('warm -p, seconds', lambda s: s.warm()),
                ('warm -p, server there, seconds', lambda s: s.resident('-p')),
                (f'-e {o.target}, seconds', lambda s: s.fresh('-e', o.target)),
                ('local.conf edited, -p, seconds', lambda s: s.edited()),
                ('peak PSS of a cold -p, MB', lambda s: s.cold(memory=True))]
        if o.cls:
            rows.insert(4, ('one class touched, -p, seconds', lambda s: s.touched(o.cls)))
        print(f'{"":<36}' + ''.join(f'{s.name:>24}' for s in sides))
        for name, measure in rows:
            cells = [f'{measure(s):.2f} {s.parsed:>13}' for s in sides]
            print(f'{name:<36}' + ''.join(f'{c:>24}' for c in cells), flush=True)
        for s in sides:
            s.end_server()


main()
