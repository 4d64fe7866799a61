#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs text cases (tests/cases/**/*.bbt): files and a command in, its output compared.

A case is made of sections; each starts with a line "@WORD argument" and lasts until the next one. Text before the first
section is the case's title. A line that shall begin with such a word is written with "\\" before the "@".

  @LAYER name       a layer: a copy of tests/fixtures/<name> where there is one, else a new folder with a conf/layer.conf that
                    takes recipes-*/*/*.bb and *.bbappend. build/conf/bblayers.conf is written to list the layers in order,
                    unless the case has a @FILE of that name.
  @FILE path        a file in the case's folder $T; "@T@" in its text becomes that folder
  @ENV              NAME=value lines, added to a nearly empty environment
  @NEEDS command    the case is skipped where this bash command line fails
  @RUN command      a bash command line, run in $T/build when that folder exists, else in $T. Several are run in turn,
                    each compared with the sections that follow it:
  @EXPECT           its whole standard output
  @STDERR           its whole standard error
  @MATCH [stdout]   regular expressions, one a line, that must be found in standard error (or output) in this order; "!" before
                    one: it must be found nowhere
  @STATUS n         its exit status; 0 when not given
  @ORACLE           the same must hold for BitBake: `--oracle DIR` runs only these cases, with the programs of DIR

In outputs the case's folder is written $T; empty lines at the end do not count. `--rewrite` puts what was seen into the
cases; look at the diff before you commit it.
"""

import argparse
import concurrent.futures
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

WORDS = ("FILE", "LAYER", "ENV", "NEEDS", "RUN", "EXPECT", "STDERR", "MATCH", "STATUS", "ORACLE")
SECTION = re.compile(r"@(%s)(?:[ \t]+(.*))?$" % "|".join(WORDS))
TIMEOUT = 120
HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(HERE), "fixtures")
LAYER_CONF = """BBPATH .= ":${LAYERDIR}"
BBFILES += "${LAYERDIR}/recipes-*/*/*.bb ${LAYERDIR}/recipes-*/*/*.bbappend"
BBFILE_COLLECTIONS += "%(name)s"
BBFILE_PATTERN_%(name)s = "^${LAYERDIR}/"
BBFILE_PRIORITY_%(name)s = "%(priority)d"
"""


class Bad(Exception):
    """The case itself is wrong."""


class Section:
    def __init__(self, word, arg, line):
        self.word, self.arg, self.line, self.lines = word, arg, line, []

    def text(self):
        """The content, without the empty lines that only separate sections."""
        lines = [re.sub(r"^\\@", "@", line) for line in self.lines]
        while lines and not lines[-1]:
            lines.pop()
        return "".join(line + "\n" for line in lines)

    def set_text(self, text):
        new = [re.sub(r"^(?=@)", r"\\", line) for line in text.rstrip("\n").split("\n")] if text.strip("\n") else []
        trailing = 0
        while trailing < len(self.lines) and not self.lines[-1 - trailing]:
            trailing += 1
        self.lines = new + [""] * trailing

    def render(self):
        head = "@" + self.word + (" " + self.arg if self.arg else "")
        return "".join(line + "\n" for line in [head] + self.lines)


class Case:
    def __init__(self, path):
        self.path = path
        self.title, self.sections = [], []
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
            content = f.read()
        for number, line in enumerate(content.split("\n")[:-1] if content.endswith("\n") else content.split("\n"), 1):
            m = SECTION.match(line)
            if m:
                self.sections.append(Section(m.group(1), m.group(2) or "", number))
            elif self.sections:
                self.sections[-1].lines.append(line)
            else:
                self.title.append(line)
        self.check()

    def check(self):
        runs = 0
        for s in self.sections:
            if s.word == "RUN":
                runs += 1
            elif s.word in ("EXPECT", "STDERR", "MATCH", "STATUS") and not runs:
                raise Bad("line %d: @%s before any @RUN" % (s.line, s.word))
            if s.word in ("FILE", "LAYER", "NEEDS", "RUN", "STATUS") and not s.arg:
                raise Bad("line %d: @%s needs an argument" % (s.line, s.word))
        if not runs:
            raise Bad("no @RUN")

    def all(self, word):
        return [s for s in self.sections if s.word == word]

    def steps(self):
        """(RUN section, its checks) in order."""
        out = []
        for s in self.sections:
            if s.word == "RUN":
                out.append((s, []))
            elif s.word in ("EXPECT", "STDERR", "MATCH", "STATUS"):
                out[-1][1].append(s)
        return out

    def save(self):
        text = "".join(line + "\n" for line in self.title) + "".join(s.render() for s in self.sections)
        with open(self.path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
            f.write(text)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
        f.write(text)


def inside(top, name):
    path = os.path.normpath(os.path.join(top, name))
    if not path.startswith(top + "/"):
        raise Bad("'%s' is outside of the case's folder" % name)
    return path


def lay_out(case, top):
    """Puts the case's files and layers into the folder."""
    layers = []
    for s in case.all("LAYER"):
        name = s.arg.strip()
        path = inside(top, name)
        if os.path.isdir(os.path.join(FIXTURES, name)):
            shutil.copytree(os.path.join(FIXTURES, name), path, symlinks=True)
        else:
            write(path + "/conf/layer.conf",
                  LAYER_CONF % {"name": os.path.basename(name), "priority": 5 + len(layers)})
        layers.append(path)
    if layers:
        write(top + "/build/conf/bblayers.conf",
              'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "%s"\n' % " ".join(layers))
    for s in case.all("FILE"):
        write(inside(top, s.arg.strip()), s.text().replace("@T@", top))


def environment(case, top, programs):
    env = {"PATH": programs + ":/usr/local/bin:/usr/bin:/bin", "HOME": top, "LANG": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1",
           "USER": "tester", "T": top, "S": os.path.dirname(os.path.dirname(HERE))}
    for name in os.environ:
        if name.endswith("SAN_OPTIONS"):
            env[name] = os.environ[name]
    for s in case.all("ENV"):
        for line in s.text().splitlines():
            if "=" not in line:
                raise Bad("line %d: @ENV wants NAME=value" % s.line)
            name, value = line.split("=", 1)
            env[name] = value.replace("@T@", top)
    return env


def run(command, cwd, env):
    """(status, stdout, stderr); a status of 128+n for signal n, "time-out" when it took too long."""
    p = subprocess.Popen(["bash", "-c", command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = p.communicate(timeout=TIMEOUT)
        status = p.returncode if p.returncode >= 0 else 128 - p.returncode
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        out, err = p.communicate()
        status = "time-out"
    return status, out.decode("utf-8", "surrogateescape"), err.decode("utf-8", "surrogateescape")


def tidy(text, top):
    return text.replace(os.path.realpath(top), "$T").replace(top, "$T").rstrip("\n")


def diff(expected, seen, what):
    lines = difflib.unified_diff(expected.split("\n"), seen.split("\n"), "expected " + what, "actual " + what, lineterm="")
    return "\n".join(lines)


def check_match(section, seen):
    at, problems = 0, []
    for line in section.text().splitlines():
        if line.startswith("!"):
            if re.search(line[1:], seen, re.M):
                problems.append("line %d: found, but must not be: %s" % (section.line, line[1:]))
            continue
        m = re.compile(line, re.M).search(seen, at)
        if m:
            at = m.end()
        else:
            problems.append("line %d: not found%s: %s" % (section.line, " after the one before" if at else "", line))
    return problems


def compare(step, checks, status, out, err, rewrite):
    """The differences as text; with `rewrite` they go into the sections instead."""
    problems = []
    wanted = "0"
    for s in checks:
        if s.word in ("EXPECT", "STDERR"):
            seen = out if s.word == "EXPECT" else err
            if s.text().rstrip("\n") != seen:
                if rewrite:
                    s.set_text(seen)
                else:
                    problems.append(diff(s.text().rstrip("\n"), seen, "stdout" if s.word == "EXPECT" else "stderr"))
        elif s.word == "MATCH":
            problems += check_match(s, out if s.arg == "stdout" else err)
        elif s.word == "STATUS":
            if rewrite and status != "time-out":
                s.arg = str(status)
            wanted = s.arg
    if str(status) != wanted:
        problems.append("exit status %s, expected %s" % (status, wanted))
    if not problems:
        return ""
    head = "line %d: @RUN %s" % (step.line, step.arg)
    shown = [s.word for s in checks]
    if "EXPECT" not in shown and out:
        problems.append("stdout:\n" + out)
    if "STDERR" not in shown and err:
        problems.append("stderr:\n" + err)
    return head + "\n" + "\n".join(problems)


def run_case(path, programs, rewrite):
    """"" when it passes, None when it cannot be run here, else what is wrong."""
    top = tempfile.mkdtemp(prefix="bbt-")
    try:
        case = Case(path)
        lay_out(case, top)
        env = environment(case, top, programs)
        cwd = top + "/build" if os.path.isdir(top + "/build") else top
        if any(run(s.arg, cwd, env)[0] != 0 for s in case.all("NEEDS")):
            return None
        failures = []
        for step, checks in case.steps():
            status, out, err = run(step.arg, cwd, env)
            failures.append(compare(step, checks, status, tidy(out, top), tidy(err, top), rewrite))
        if rewrite:
            case.save()
        return "\n".join(f for f in failures if f)
    except (Bad, OSError, re.error) as e:
        return str(e)
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", top], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(top, ignore_errors=True)


def find_cases(paths):
    for path in paths:
        if os.path.isdir(path):
            for d, _, files in os.walk(path):
                yield from (os.path.join(d, f) for f in files if f.endswith(".bbt"))
        else:
            yield path


def make_oracle(directory):
    """A folder in which BitBake's programs go by bbc's names."""
    shims = tempfile.mkdtemp(prefix="bbt-oracle-")
    for name in ("", "-getvar", "-layers", "-diffsigs", "-dumpsig"):
        target = os.path.join(directory, "bitbake" + name)
        if os.path.exists(target):
            shim = os.path.join(shims, "bbc" + name)
            write(shim, '#!/bin/sh\nexec "%s" "$@"\n' % target)  # BitBake finds its library by its own path
            os.chmod(shim, 0o755)
    return shims


def main():
    p = argparse.ArgumentParser(description="Runs text cases.")
    p.add_argument("paths", nargs="*", default=[os.path.join(os.path.dirname(HERE), "cases")])
    p.add_argument("--bin", default=os.environ.get("BBC_BIN", ""), help="the bbc program, or its folder (BBC_BIN)")
    p.add_argument("--oracle", metavar="DIR", help="run the @ORACLE cases with the BitBake in this bin folder")
    p.add_argument("--rewrite", action="store_true", help="put what was seen into the cases")
    p.add_argument("-j", type=int, default=2, metavar="N", help="cases at a time (2)")
    args = p.parse_args()

    programs = args.bin if os.path.isdir(args.bin) else os.path.dirname(args.bin)
    if args.oracle:
        if not os.path.exists(os.path.join(args.oracle, "bitbake")):
            print("no bitbake in %s: skipped" % args.oracle)
            return 77
        programs = make_oracle(args.oracle)
    elif not os.path.exists(os.path.join(programs, "bbc")):
        p.error("no bbc: set BBC_BIN or give --bin")
    programs = os.path.abspath(programs)

    cases = sorted(set(find_cases(args.paths)))
    if args.oracle:
        cases = [c for c in cases if Case(c).all("ORACLE")]
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        results = pool.map(lambda c: run_case(c, programs, args.rewrite), cases)
        for case, problem in zip(cases, results):
            if problem is None:
                skipped += 1
            elif problem:
                failed += 1
                print("FAIL %s\n%s\n" % (os.path.relpath(case), problem.encode("utf-8", "replace").decode()))
            else:
                passed += 1
    if args.oracle:
        shutil.rmtree(programs)
    print("%d passed, %d failed%s" % (passed, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
