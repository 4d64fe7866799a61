#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
The whole parse against damaged recipes: those of real layers, a little changed, parsed in batches by a bbc that was built with
sanitizers.

    fuzz_recipes.py --bin BBC [--seconds 60 | --rounds N] [--seed N] [--batch 40] [--found DIR] [--local TEXT] LAYER...

The first LAYER has conf/bitbake.conf. Each round copies some recipe folders into a layer of its own, changes files in them and
runs `bbc -k -p` over that layer, with the classes and configuration of LAYERs. Errors in recipes are what is expected; a
sanitizer's report, a signal, another exit status than 0 or 1, a Python traceback of bbc or too long a time is a finding. Its
folder goes to --found with the output, alone where it fails alone; --seed does a round again. Python of recipes is run: do this
as a user who cannot do harm.
"""

import argparse
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

BAD = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|UndefinedBehavior|DEADLYSIGNAL|"
                 r"BUG:|Traceback \(most recent call last\)|Fatal Python error|ended with signal|worker .* (died|was killed)")
TIMEOUT = 300
# What has a meaning for the language, and what is rarely met.
WORDS = ["${", "}", "${@", "'", '"', "\\\n", "\n", "\\", " ", "\t", "#", ":", ":append", ":prepend", ":remove", ":append:x:remove",
         "_append", "[", "]", "[noexec]", "[depends]", " = ", " := ", " ??= ", " ?= ", " += ", " =. ", " .= ", "inherit ",
         "inherit_defer ", "require ", "include ", "include_all ", "export ", "unset ", "addtask ", "deltask ", "addhandler ",
         "EXPORT_FUNCTIONS ", "addpylib ", "python () {\n", "python do_x() {\n", "fakeroot ", "do_compile() {\n", "}\n",
         "def f(d):\n", "    return d.getVar('A')\n", "${A${B}}", "${${PN}}", "BBCLASSEXTEND = \"native\"\n", "after do_x before ",
         "OVERRIDES .= \":x\"\n", "\0", "\xff\xfe", "\u00e4", "\ufeff", "\r\n", "A" * 5000, "${" * 300, "(" * 300, "pn-", "~", "%s",
         "${@'${A}'}", "${@bb.utils.contains('A', 'b', '${C}', '', d)}", "mc::x:y:do_z", "virtual:", "git://;branch=", "file://*;"]


class Mutator:
    """Changes texts; `others` are texts to take lines from."""

    def __init__(self, rng, others):
        self.rng = rng
        self.others = others

    def text(self, text):
        # Most are kept as they can be read, so that what comes after the lexer is reached.
        kinds = self.rng.choice(((self.value, self.statement), (self.value, self.statement),
                                 (self.lines, self.word, self.character, self.cut)))
        for _ in range(self.rng.choice((1, 1, 2, 3, 8))):
            text = self.rng.choice(kinds)(text)
        return text

    def value(self, text):
        """Something else in a value that stands on one line."""
        found = list(re.finditer(r'^[^\s#"\'][^"\'\n]*=\s*"([^"\n\\]*)"', text, re.M))
        if not found:
            return text
        match = self.rng.choice(found)
        word = self.rng.choice([word for word in WORDS if not set(word) & set('"\n\\\0\r')])
        at = self.rng.randrange(match.start(1), match.end(1) + 1)
        return text[:at] + word + text[min(at + self.rng.choice((0, 0, 3)), match.end(1)):]

    def statement(self, text):
        """One of another recipe, or one twice, between statements of this one."""
        whole = re.compile(r'^(?:[^\s#"\'][^"\'\n]*=\s*"[^"\n\\]*"|(?:inherit|require|include|addtask|deltask) .*)\n', re.M)
        mine, other = list(whole.finditer(text)), list(whole.finditer(self.rng.choice(self.others + [text])))
        if not mine or not other:
            return text
        at = self.rng.choice(mine).start()
        line = self.rng.choice(other).group(0)
        # To another variable, with another operator.
        if self.rng.random() < 0.5 and "=" in line:
            name, _, value = line.partition("=")
            line = self.rng.choice((name.split()[0] + self.rng.choice((" +=", " ??=", " .=", ":append =", ":remove =", ":x =", "[y] =")),
                                    self.rng.choice(("PN", "PV", "DEPENDS", "OVERRIDES", "SRC_URI", "BBCLASSEXTEND", "FILE", "T", "B",
                                                     "PACKAGES", "do_compile[depends]", "do_fetch[vardeps]", "SRCREV")) + " =")) + value
        return text[:at] + line + text[at:]

    def lines(self, text):
        lines = text.splitlines(True) or [""]
        at = self.rng.randrange(len(lines))
        end = min(len(lines), at + self.rng.choice((1, 1, 2, 5, 20)))
        kind = self.rng.randrange(4)
        if kind == 0:
            del lines[at:end]
        elif kind == 1:
            lines[at:at] = lines[at:end] * self.rng.choice((1, 1, 2, 50))
        elif kind == 2:
            other = self.rng.choice(self.others).splitlines(True) or [""]
            start = self.rng.randrange(len(other))
            lines[at:at] = other[start:start + self.rng.choice((1, 3, 10))]
        else:
            to = self.rng.randrange(len(lines))
            lines[at], lines[to] = lines[to], lines[at]
        return "".join(lines)

    def word(self, text):
        at = self.rng.randrange(len(text) + 1)
        return text[:at] + self.rng.choice(WORDS) + text[at + self.rng.choice((0, 0, 1, 5)):]

    def character(self, text):
        at = self.rng.randrange(len(text) + 1)
        return text[:at] + chr(self.rng.choice((self.rng.randrange(128), self.rng.randrange(32, 127)))) + text[at + 1:]

    def cut(self, text):
        at = self.rng.randrange(len(text) + 1)
        return text[:at] if self.rng.random() < 0.3 else text[:at] + text[at + self.rng.randrange(1, 40):]


def read(path):
    with open(path, errors="surrogateescape", newline="") as f:
        return f.read()


class Fuzzer:
    def __init__(self, options):
        self.o = options
        self.top = tempfile.mkdtemp(prefix="fuzz-recipes-")
        self.layers = [os.path.abspath(layer) for layer in options.layers]
        self.folders = sorted({os.path.dirname(path) for layer in self.layers
                               for path in glob.glob(layer + "/recipes-*/*/*.bb")})
        if not self.folders:
            raise SystemExit("no recipes in recipes-*/*/ of %s" % " ".join(self.layers))
        self.texts = [read(path) for folder in self.folders for path in sorted(glob.glob(folder + "/*.bb"))]
        self.findings = 0

    def write(self, name, text):
        path = os.path.join(self.top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", errors="surrogateescape", newline="") as f:
            f.write(text)

    def configure(self):
        series = re.search(r'LAYERSERIES_CORENAMES\s*=\s*"([^"]*)"', read(self.layers[0] + "/conf/layer.conf"))
        self.write("layer/conf/layer.conf", 'BBPATH .= ":${LAYERDIR}"\nBBFILES = "${LAYERDIR}/recipes-*/*/*.bb"\n'
                   'BBFILE_COLLECTIONS += "fuzz"\nBBFILE_PATTERN_fuzz = "^${LAYERDIR}/"\nBBFILE_PRIORITY_fuzz = "9"\n'
                   'LAYERSERIES_COMPAT_fuzz = "%s"\n' % (series.group(1) if series else ""))
        self.write("build/conf/bblayers.conf", 'LCONF_VERSION = "7"\nBBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "%s"\n'
                   % " ".join(self.layers + [self.top + "/layer"]))
        self.write("build/conf/local.conf", 'CONF_VERSION = "2"\nMACHINE ??= "qemux86-64"\nBB_NO_NETWORK = "1"\n'
                   'INHERIT:remove = "sanity"\n%s\n' % self.o.local)

    def fill(self, rng):
        """The layer's recipes of this round: copies of folders, files of which are changed."""
        mutator = Mutator(rng, self.texts)
        shutil.rmtree(self.top + "/layer/recipes-fuzz", ignore_errors=True)
        chosen = rng.sample(self.folders, min(self.o.batch, len(self.folders)))
        for number, folder in enumerate(chosen):
            target = os.path.join(self.top, "layer/recipes-fuzz", "%02d-%s" % (number, os.path.basename(folder)))
            os.makedirs(target)
            for name in sorted(os.listdir(folder)):
                path = os.path.join(folder, name)
                if not name.endswith((".bb", ".inc")):
                    os.symlink(path, os.path.join(target, name))
                elif rng.random() < 0.8:
                    self.write(os.path.join(target, name), mutator.text(read(path)))
                else:
                    shutil.copyfile(path, os.path.join(target, name))

    def parse(self):
        """What is wrong with a run, or None, and its output."""
        shutil.rmtree(self.top + "/build/cache", ignore_errors=True)
        env = {"PATH": os.environ["PATH"], "HOME": self.top, "BBPATH": self.top + "/build", "LANG": "C.UTF-8"}
        process = subprocess.Popen([self.o.bin, "-k", "-p"], cwd=self.top + "/build", env=env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                   start_new_session=True)
        try:
            text = process.communicate(timeout=TIMEOUT)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            return "it took more than %d seconds" % TIMEOUT, process.communicate()[0]
        bad = BAD.search(text)
        if bad:
            return bad.group(0), text
        return (None if process.returncode in (0, 1) else "exit status %d" % process.returncode), text

    def single_out(self, what):
        """Leaves the one folder with which it fails too, if there is one."""
        recipes = self.top + "/layer/recipes-fuzz"
        aside = self.top + "/aside"
        for name in sorted(os.listdir(recipes)):
            shutil.rmtree(aside, ignore_errors=True)
            os.rename(recipes, aside)
            shutil.copytree(os.path.join(aside, name), os.path.join(recipes, name), symlinks=True)
            again, text = self.parse()
            if again == what:
                return text
            shutil.rmtree(recipes)
            os.rename(aside, recipes)
        return None

    def keep(self, seed, what, text):
        self.findings += 1
        alone = self.single_out(what)
        target = os.path.join(self.o.found, "seed-%d" % seed)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.top + "/layer/recipes-fuzz", target + "/recipes", symlinks=True)
        with open(target + "/output", "w", errors="replace") as f:
            f.write(alone or text)
        print("FINDING: %s; seed %d, in %s" % (what, seed, target), flush=True)

    def run(self):
        self.configure()
        end, seed, rounds, recipes, errors = time.monotonic() + self.o.seconds, self.o.seed, 0, 0, 0
        while rounds < self.o.rounds if self.o.rounds else time.monotonic() < end:
            self.fill(random.Random(seed))
            what, text = self.parse()
            counted = re.search(r"Parsing of (\d+) \.bb files complete .* (\d+) errors", text)
            recipes += int(counted.group(1)) if counted else 0
            errors += int(counted.group(2)) if counted else 0
            if what:
                self.keep(seed, what, text)
            elif not counted:
                print(text[-3000:])
                raise SystemExit("the layers cannot be used: nothing was parsed")
            rounds, seed = rounds + 1, seed + 1
        print("%d rounds, %d recipes, %d of them in error, seeds %d to %d: %d findings"
              % (rounds, recipes, errors, self.o.seed, seed - 1, self.findings))
        return 1 if self.findings else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip(), formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="the bbc to test")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=40, help="recipe folders in a round")
    parser.add_argument("--found", default="found", help="folder for findings")
    parser.add_argument("--local", default="", help="more lines for local.conf")
    parser.add_argument("layers", nargs="+", metavar="LAYER")
    fuzzer = Fuzzer(parser.parse_args())
    try:
        return fuzzer.run()
    finally:
        shutil.rmtree(fuzzer.top, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
