# SPDX-License-Identifier: MIT
"""
A build directory for tests: the core layer, meta-sel4 and the fixture layer beside this file. The command under test is
BBC_BIN (default: bbc on PATH, else that of a preset's build folder).
"""

import os
import re
import shutil
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CORE = os.path.join(ROOT, "meta-core")
LAYERS = [CORE, os.path.join(ROOT, "meta-sel4"), os.path.join(HERE, "fixture-layer")]


def find_bbc():
    wanted = os.environ.get("BBC_BIN")
    if wanted:
        return wanted
    for preset in ("release", "dev"):
        path = os.path.join(ROOT, "build", preset, "bin", "bbc")
        if os.path.exists(path):
            return path
    return shutil.which("bbc")


class Result:
    """What a run of bbc said: `text` is stdout and stderr."""

    def __init__(self, process):
        self.status = process.returncode
        self.text = process.stdout

    def tasks(self):
        """(recipe, task) of each task that was run, in the order of their starts."""
        return re.findall(r"NOTE: recipe (\S+)-[^-\s]+-r\d+: task (\w+): Started", self.text)


class Build:
    """A build directory. `shared`: where DL_DIR and SSTATE_DIR are, to share them with another one."""

    def __init__(self, local="", layers=LAYERS, shared=None):
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="bbc-e2e-"))
        self.shared = shared or self.top
        os.mkdir(os.path.join(self.top, "conf"))
        self.layers(layers)
        self.local(local)

    def remove(self):
        subprocess.run(["rm", "-rf", self.top], check=True)

    def path(self, *names):
        return os.path.join(self.top, *names)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        return path

    def layers(self, layers, more=""):
        self.write("conf/bblayers.conf", 'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS ?= "%s"\n%s' % (" ".join(layers), more))

    def local(self, text=""):
        self.write("conf/local.conf", 'MACHINE ??= "vm-raspberrypi4-64"\nDISTRO ?= "bbc"\nBB_NO_NETWORK ?= "1"\n'
                   'require conf/host-tools.inc\n'
                   'DL_DIR ?= "%s/downloads"\nSSTATE_DIR ?= "%s/sstate-cache"\n%s\n' % (self.shared, self.shared, text))

    def run(self, *arguments, cwd=None, binary=None, **environment):
        env = {name: value for name, value in os.environ.items()
               if name in ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LD_LIBRARY_PATH")
               or name.startswith(("ASAN_", "UBSAN_", "LSAN_"))}
        env.update(LANG="C.UTF-8", BBPATH=self.top, PYTHONHASHSEED="0")
        env.update(environment)
        process = subprocess.run([binary or find_bbc()] + list(arguments), cwd=cwd or self.top, env=env, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                 errors="replace", timeout=900)
        return Result(process)

    def values(self, *names, recipe=None, **environment):
        """Final values, as `bbc -e` shows them."""
        result = self.run("-e", *([recipe] if recipe else []), **environment)
        if result.status:
            raise AssertionError("bbc -e %s: %s" % (recipe or "", result.text[-3000:]))
        found = []
        for name in names:
            match = re.search(r'^(?:export )?%s="((?:[^"\\]|\\.)*)"$' % re.escape(name), result.text, re.M | re.S)
            found.append(re.sub(r'\\\s*\n', ' ', match.group(1)).replace('\\"', '"') if match else None)
        return found if len(found) > 1 else found[0]

    def words(self, name, recipe=None, **environment):
        return (self.values(name, recipe=recipe, **environment) or "").split()

    def deployed(self, *names, machine="vm-raspberrypi4-64"):
        return self.path("tmp", "deploy", "images", machine, *names)

    def manifest(self, image, machine="vm-raspberrypi4-64"):
        with open(self.deployed("%s-%s.manifest" % (image, machine), machine=machine)) as f:
            return [line.split()[0] for line in f]

    def work(self, recipe, *names):
        """A path in a recipe's work folder."""
        import glob
        found = glob.glob(self.path("tmp", "work", "*", recipe, "*"))
        if len(found) != 1:
            raise AssertionError("%d work folders of %s" % (len(found), recipe))
        return os.path.join(found[0], *names)
