#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run.py BBC-FOLDER [TARGET ...]: recipes of OpenEmbedded, executed by the reference and by bbc in the same place, one after
the other. Then compares what they have left, kind by kind ("N of M equal"), and lets each restore the other's shared state,
where no task may run.

BBC_EXEC_POKY: a checkout of poky (scarthgap) with its bitbake. BBC_EXEC_DATA: a folder that prepare.py has filled. Without
them, or for root, whom OpenEmbedded refuses, the test is skipped. BBC_EXEC_KEEP: does again only what has left no folder.
"""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compare

HERE = os.path.dirname(os.path.abspath(__file__))
SUMMARY = re.compile(r"Attempted (\d+) tasks of which (\d+) didn't need to be rerun")
RESULTS = ("tmp", "sstate-cache", "buildhistory")


class Bench:
    """The build directory, and the two programs that take turns in it."""

    def __init__(self, poky, data, bbc):
        self.poky = poky
        self.data = data
        self.build = os.path.join(data, "build")
        self.first = {"reference": os.path.join(poky, "bitbake/bin"), "bbc": bbc}

    def set_up(self):
        """Configuration and the one host tool that has to be compiled."""
        conf = os.path.join(self.build, "conf")
        shutil.rmtree(conf, ignore_errors=True)
        self.shell("reference", "true")
        with open(os.path.join(conf, "local.conf"), "a") as f:
            f.write('DL_DIR = "%s/downloads"\nrequire %s/exec.conf\n' % (self.data, HERE))
        with open(os.path.join(conf, "bblayers.conf"), "w") as f:
            layers = ["%s/%s" % (self.poky, name) for name in ("meta", "meta-poky")] + [self.data + "/meta-exec"]
            f.write('BBPATH = "${TOPDIR}"\nBBFILES = ""\nBBLAYERS = "%s"\n' % " ".join(layers))
        source = self.poky + "/meta/recipes-devtools/dwarfsrcfiles/files/dwarfsrcfiles.c"
        tool = self.data + "/hostbin/dwarfsrcfiles"
        subprocess.run(["gcc", "-o", tool, source, "-ldw", "-lelf"], check=True)

    def shell(self, who, command):
        """Its output, with the drop-in commands of `who` first on PATH."""
        env = {k: v for k, v in os.environ.items() if k in ("HOME", "USER", "LOGNAME")}
        env.update(PATH=self.data + "/hostbin:/usr/bin:/bin:/usr/sbin:/sbin", LANG="en_US.UTF-8", PYTHONHASHSEED="0")
        line = "cd %s && . ./oe-init-build-env %s >/dev/null && export PATH=%s:$PATH && %s" % (
            self.poky, self.build, self.first[who], command)
        r = subprocess.run(["bash", "-c", line], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return r.stdout

    def clear(self):
        for name in RESULTS:
            shutil.rmtree(os.path.join(self.build, name), ignore_errors=True)

    def kept(self, who):
        return os.path.join(self.data, who)

    def run(self, who, targets):
        """Builds from nothing and moves the results aside."""
        if os.path.isdir(self.kept(who)) and os.environ.get("BBC_EXEC_KEEP"):
            return
        self.clear()
        shutil.rmtree(self.kept(who), ignore_errors=True)
        output = self.shell(who, "bitbake -k " + " ".join(targets))
        os.makedirs(self.kept(who))
        for name in RESULTS:
            if os.path.isdir(os.path.join(self.build, name)):
                os.rename(os.path.join(self.build, name), os.path.join(self.kept(who), name))
        with open(os.path.join(self.kept(who), "output"), "w") as f:
            f.write(output)

    def restore(self, who, other, targets):
        """`who` builds with nothing but the other's shared state: (tasks attempted, tasks that ran)."""
        self.clear()
        shutil.copytree(os.path.join(self.kept(other), "sstate-cache"), os.path.join(self.build, "sstate-cache"))
        output = self.shell(who, "bitbake " + " ".join(targets))
        with open(os.path.join(self.data, "restore-" + who), "w") as f:
            f.write(output)
        found = SUMMARY.search(output)
        if not found:
            return 0, -1
        return int(found.group(1)), int(found.group(1)) - int(found.group(2))


def summary(bench, who):
    with open(os.path.join(bench.kept(who), "output")) as f:
        found = re.search(r"Tasks Summary: .*", f.read())
    return found.group(0) if found else "no summary: see " + f.name


def main():
    poky, data = os.environ.get("BBC_EXEC_POKY"), os.environ.get("BBC_EXEC_DATA")
    if not poky or not data or os.getuid() == 0:
        print("BBC_EXEC_POKY and BBC_EXEC_DATA are not set, or this is root: skipped")
        return 77
    targets = sys.argv[2:]
    if not targets:
        with open(os.path.join(HERE, "targets.txt")) as f:
            targets = f.read().split()
    bench = Bench(os.path.abspath(poky), os.path.abspath(data), os.path.abspath(sys.argv[1]))
    for folder in bench.first.values():
        if not os.access(folder + "/bitbake", os.X_OK):
            sys.exit("there is no bitbake in " + folder)
    bench.set_up()
    for who in ("reference", "bbc"):
        bench.run(who, targets)
        print("%s: %s" % (who, summary(bench, who)), flush=True)
    failed = summary(bench, "reference") != summary(bench, "bbc")
    for kind in compare.kinds(bench.kept("reference"), bench.kept("bbc")):
        print(kind.figure())
        for line in kind.examples():
            print("    " + line)
        failed = failed or not kind.is_equal()
    for who, other in (("bbc", "reference"), ("reference", "bbc")):
        attempted, ran = bench.restore(who, other, targets)
        print("%s restores the other's shared state: %d tasks, %d run again" % (who, attempted, ran), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
