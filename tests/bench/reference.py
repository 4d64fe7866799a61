#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
bbc beside a reference BitBake in one build directory; prints a table of figures, asserts nothing.

    reference.py BUILDDIR --bbc BBC --reference "COMMAND ..." [--class FILE.bbclass] [--target core-image-minimal]

Both programs run in copies of BUILDDIR's conf folder below --work (a temporary folder unless given), so that neither sees the other's
caches and BUILDDIR stays as it is. COMMAND starts the reference with the arguments that follow it, so a wrapper that sets its
environment will do; the environment is this script's. --class names a class whose time of change is set to now for the
row "one class touched": it must be writable, and nothing but its time changes.

Peak memory is the sum of PSS over all processes of a run, sampled every 50 ms from /proc.
"""
import argparse
import os
import shlex
import shutil
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

    def __init__(self, name, command, builddir, work):
        self.name, self.command = name, command
        self.dir = os.path.join(os.path.realpath(work), name)
        shutil.rmtree(self.dir, ignore_errors=True)
        shutil.copytree(os.path.join(builddir, 'conf'), os.path.join(self.dir, 'conf'))
        self.env = dict(os.environ, BBPATH=self.dir, BUILDDIR=self.dir, PWD=self.dir)

    def run(self, *args, memory=False):
        """Seconds, and with `memory` the peak in MB."""
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
        return peak.kb / 1024 if memory else seconds

    def forget(self):
        for name in ('cache', 'tmp/cache'):
            shutil.rmtree(os.path.join(self.dir, name), ignore_errors=True)

    def cold(self, memory=False):
        self.forget()
        return self.run('-p', memory=memory)

    def edited(self):
        with open(os.path.join(self.dir, 'conf/local.conf'), 'a') as f:
            f.write(f'\nBENCH_{time.time_ns()} = "1"\n')
        return self.run('-p')

    def touched(self, path):
        os.utime(path)
        return self.run('-p')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('builddir')
    p.add_argument('--bbc', required=True)
    p.add_argument('--reference', help='left out: only the figures of bbc')
    p.add_argument('--class', dest='cls')
    p.add_argument('--target', default='core-image-minimal')
    p.add_argument('--work')
    o = p.parse_args()
    with tempfile.TemporaryDirectory(prefix='bbc-bench-') as tmp:
        sides = [Side('bbc', shlex.split(o.bbc), o.builddir, o.work or tmp)]
        if o.reference:
            sides.insert(0, Side('reference', shlex.split(o.reference), o.builddir, o.work or tmp))
        rows = [('cold -p, seconds', lambda s: s.cold()),
                ('warm -p, seconds', lambda s: s.run('-p')),
                (f'-e {o.target}, seconds', lambda s: s.run('-e', o.target)),
                ('local.conf edited, -p, seconds', lambda s: s.edited()),
                ('peak PSS of a cold -p, MB', lambda s: s.cold(memory=True))]
        if o.cls:
            rows.insert(3, ('one class touched, -p, seconds', lambda s: s.touched(o.cls)))
        print(f'{"":<36}' + ''.join(f'{s.name:>12}' for s in sides))
        for name, measure in rows:
            print(f'{name:<36}' + ''.join(f'{measure(s):12.2f}' for s in sides), flush=True)


main()
