#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
A build of many tasks that do nothing, beside the same graph in ninja; figures only, nothing is asserted.

    bench_build_1500.py BBC [--recipes 300] [--tasks 5] [--threads N] [--ninja PROGRAM] [--rounds 3] [--keep FOLDER]

Each recipe has a chain of shell tasks, and the first task waits for the last one of up to three recipes before it. ninja runs
the same edges with a shell that touches its output. What is printed is the best of the rounds for each: wall, user
and system time, children included, and peak memory of the process itself; then a second run with nothing to do.

Then the core layer: a cold `bbc -p` in a fresh build directory and the same again, warm.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

LAYER = {
    'layer/conf/layer.conf': '''\
BBPATH .= ":${LAYERDIR}"
BBFILES += "${LAYERDIR}/recipes/*.bb"
BBFILE_COLLECTIONS += "bench"
BBFILE_PATTERN_bench = "^${LAYERDIR}/"
BBFILE_PRIORITY_bench = "1"
LAYERSERIES_CORENAMES = "bench"
LAYERSERIES_COMPAT_bench = "bench"
''',
    'layer/conf/bitbake.conf': '''\
TMPDIR = "${TOPDIR}/tmp"
CACHE = "${TMPDIR}/cache"
PERSISTENT_DIR = "${TMPDIR}/cache"
PN = "${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[0] or 'none'}"
PV = "1.0"
PR = "r0"
PF = "${PN}-${PV}-${PR}"
WORKDIR = "${TMPDIR}/work/${PF}"
T = "${WORKDIR}/temp"
B = "${WORKDIR}/build"
STAMP = "${TMPDIR}/stamps/${PF}"
PROVIDES = "${PN}"
PACKAGES = "${PN}"
BB_SIGNATURE_HANDLER ?= "basichash"
''',
    'build/conf/bblayers.conf': 'BBLAYERS = "${TOPDIR}/../layer"\nBBPATH = "${TOPDIR}"\nBBFILES ?= ""\n',
}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as f:
        f.write(text)


def waits_for(i):
    """The recipes that recipe i needs: a wide graph with some depth."""
    return sorted({n for n in (i - 10, i - 17, i - 41) if n >= 0})


def make_layer(top, o):
    for name, text in LAYER.items():
        write(os.path.join(top, name), text)
    write(top + '/build/conf/local.conf', f'BB_NUMBER_THREADS = "{o.threads}"\n')
    body = ''
    for t in range(o.tasks):
        last = t == o.tasks - 1
        name = 'build' if last else f'step{t}'
        body += f'do_{name}() {{\n    :\n}}\naddtask {name}' + (f' after do_step{t - 1}' if t else '') + '\n'
    body += f'do_{"step0" if o.tasks > 1 else "build"}[deptask] = "do_build"\n'
    write(top + '/layer/classes/base.bbclass', body)
    for i in range(o.recipes):
        needs = ' '.join(f'r{n}' for n in waits_for(i))
        write(f'{top}/layer/recipes/r{i}_1.0.bb', f'DEPENDS = "{needs}"\n')
    every = ' '.join(f'r{i}' for i in range(o.recipes))
    write(top + '/layer/recipes/every_1.0.bb', f'DEPENDS = "{every}"\n')


def make_ninja(top, o):
    lines = ['rule task', '  command = : && touch $out']
    def edges(name, needs):
        for t in range(o.tasks):
            before = f'{name}.{t - 1}' if t else ' '.join(f'{n}.{o.tasks - 1}' for n in needs)
            lines.append(f'build {name}.{t}: task {before}'.rstrip())
    for i in range(o.recipes):
        edges(f'r{i}', [f'r{n}' for n in waits_for(i)])
    edges('every', [f'r{i}' for i in range(o.recipes)])
    write(top + '/ninja/build.ninja', '\n'.join(lines) + '\n')


class Run:
    """One run of a command: times of it and of what it waited for, its own peak memory."""

    def __init__(self, argv, cwd, env=None):
        start = time.monotonic()
        p = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        self.output = p.stdout.read().decode(errors='replace')
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - start
        self.user, self.sys, self.mb = usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024
        if p.returncode:
            sys.exit(f'{" ".join(argv)} failed:\n{self.output}')

    def show(self, what):
        print(f'{what:<34}{self.wall:8.3f} s wall {self.user:8.3f} user {self.sys:8.3f} sys {self.mb:7.1f} MB peak')


def best(runs):
    return min(runs, key=lambda r: r.wall)


def bench_tasks(top, o):
    make_layer(top, o)
    make_ninja(top, o)
    build, total = top + '/build', (o.recipes + 1) * o.tasks
    env = dict(os.environ, BBPATH=build)
    bbc = lambda: Run([o.bbc, 'every'], build, env)
    ninja = lambda: Run([o.ninja, f'-j{o.threads}'], top + '/ninja')
    ours, theirs = [], []
    print(f'{total} tasks, {o.threads} at once, best of {o.rounds}')
    Run([o.bbc, '-p'], build, env).show('bbc -p, cold')
    for _ in range(o.rounds):
        shutil.rmtree(build + '/tmp/stamps', ignore_errors=True)
        shutil.rmtree(build + '/tmp/work', ignore_errors=True)
        ours.append(bbc())
        subprocess.run([o.ninja, '-t', 'clean'], cwd=top + '/ninja', stdout=subprocess.DEVNULL)
        if os.path.exists(top + '/ninja/.ninja_log'):
            os.unlink(top + '/ninja/.ninja_log')
        theirs.append(ninja())
    a, b = best(ours), best(theirs)
    a.show('bbc, everything to do')
    b.show('ninja, everything to do')
    print(f'{"bbc / ninja":<34}{a.wall / b.wall:8.2f}   wall {(a.user + a.sys) / (b.user + b.sys):8.2f} user + sys')
    best([bbc() for _ in range(o.rounds)]).show('bbc, nothing to do')
    best([ninja() for _ in range(o.rounds)]).show('ninja, nothing to do')


def bench_core(top, o):
    env = {'PATH': os.environ['PATH'], 'HOME': top, 'LANG': 'C.UTF-8'}
    script = f'. {ROOT}/oe-init-build-env {top}/core >/dev/null && exec {o.bbc} -p'
    run = lambda: Run(['/bin/bash', '-c', script], ROOT, env)
    print('\nthe core layer')
    run().show('bbc -p, cold')
    best([run() for _ in range(o.rounds)]).show('bbc -p, warm')


def main():
    p = argparse.ArgumentParser()
    p.add_argument('bbc')
    p.add_argument('--recipes', type=int, default=299)
    p.add_argument('--tasks', type=int, default=5)
    p.add_argument('--threads', type=int, default=os.cpu_count())
    p.add_argument('--rounds', type=int, default=3)
    p.add_argument('--ninja', default=shutil.which('ninja'))
    p.add_argument('--keep', metavar='FOLDER', help='use this folder and leave it')
    o = p.parse_args()
    o.bbc = os.path.abspath(o.bbc)
    if not o.ninja:
        sys.exit('there is no ninja to compare with')
    if o.keep:
        os.makedirs(o.keep, exist_ok=True)
        top = os.path.abspath(o.keep)
        bench_tasks(top, o)
        bench_core(top, o)
    else:
        with tempfile.TemporaryDirectory(prefix='bbc-bench-') as top:
            bench_tasks(top, o)
            bench_core(top, o)


main()
