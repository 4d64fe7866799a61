#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds with hash equivalence by both programs, the BitBake that BBC_REFERENCE names and bbc, in one build directory, so with one
TMPDIR, one server's database and one shared state: whatever one has done, the other has nothing to do. Then the reference's own
tests of its run queue with hash equivalence, with bbc in the reference's place.

    equiv_reference.py FOLDER-OF-BIN FOLDER-OF-DROP-IN"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CLASS = '''
BB_SIGNATURE_HANDLER = "TestEquivHash"
BB_HASHSERVE = "auto"
BB_BASEHASH_IGNORE_VARS += "BB_HASHSERVE SSTATE_HASHEQUIV_OWNER"
def sstate_output_hash(path, sigfile, task, d):
    import hashlib, os
    texts = [name + open(os.path.join(path, name)).read() for name in sorted(os.listdir(path))]
    return hashlib.sha256("".join(texts).encode()).hexdigest()
python tell_equiv() {
    bb.parse.siggen.report_unihash(d.getVar("OUT"), "make", d)
}
do_make[postfuncs] =+ "tell_equiv"
do_make[vardepsexclude] += "tell_equiv"
'''
RECIPE = '''
do_make() {
    echo %s > ${OUT}/made
}
WORD = "one"
do_make[vardeps] += "WORD"
'''
UPPER = 'DEPENDS = "a"\ndo_make[deptask] = "do_make"\n'


class BothPrograms(unittest.TestCase):
    """`self.first` and `self.second` build in turn."""

    programs = {}

    def setUp(self):
        self.top = Path(tempfile.mkdtemp())
        for name in ("mini", "scene"):
            shutil.copytree(FIXTURES / name, self.top / name)
        (self.top / "scene/recipes").mkdir()
        (self.top / "scene/classes/equiv.bbclass").write_text(CLASS)
        (self.top / "scene/recipes/a_1.bb").write_text(RECIPE % "a")
        (self.top / "scene/recipes/b_1.bb").write_text(RECIPE % "b" + UPPER)
        (self.top / "build/conf").mkdir(parents=True)
        (self.top / "build/conf/equiv.conf").write_text('INHERIT += "equiv"\n')
        (self.top / "build/conf/bblayers.conf").write_text(
            'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "%s/mini %s/scene"\n' % (self.top, self.top))

    def tearDown(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def build(self, program, *args):
        """The tasks that it runs, sorted: "a:do_make", "b:do_make_setscene"."""
        run = subprocess.run([self.programs[program], "-R", "conf/equiv.conf", *args], cwd=self.top / "build",
                             capture_output=True, text=True, timeout=120)
        said = run.stdout + run.stderr
        self.assertEqual(run.returncode, 0, said)
        self.assertNotIn("WARNING", said)
        self.await_end()
        return sorted("%s:%s" % pair for pair in re.findall(r"Running (?:setscene )?task .*/(\w+)_1\.bb:(\w+)\)", said))

    def await_end(self):
        """The reference's server may outlive its client a little."""
        for _ in range(200):
            if not (self.top / "build/hashserve.sock").exists() and not (self.top / "build/bitbake.sock").exists():
                return
            subprocess.run(["sleep", "0.05"])

    def edit(self, text):
        with open(self.top / "scene/recipes/a_1.bb", "a") as f:
            f.write(text)

    def in_turn(self, first, second):
        all_tasks = ["a:do_make", "b:do_build", "b:do_make"]
        self.assertEqual(self.build(first, "b"), all_tasks)
        self.assertEqual(self.build(second, "b"), [])
        self.edit('WORD = "two"\n')  # the result stays the same
        self.assertEqual(self.build(first, "b"), ["a:do_make"])
        self.assertEqual(self.build(second, "b"), [])
        self.edit('WORD = "three"\n')
        self.assertEqual(self.build(second, "b"), ["a:do_make"])
        self.assertEqual(self.build(first, "b"), [])
        shutil.rmtree(self.top / "build/tmp/stamps")
        self.assertEqual(self.build(second, "b"), ["a:do_make_setscene", "b:do_build", "b:do_make_setscene"])
        self.assertEqual(self.build(first, "b"), [])
        self.edit('do_make:append() {\n    echo more >> ${OUT}/made\n}\n')  # and now it does not
        self.assertEqual(self.build(first, "b"), all_tasks)
        self.assertEqual(self.build(second, "b"), [])

    def test_reference_first(self):
        self.in_turn("reference", "bbc")

    def test_bbc_first(self):
        self.in_turn("bbc", "reference")


def main():
    bbc, drop_in = (Path(path).resolve() for path in sys.argv[1:3])
    reference = os.environ.get("BBC_REFERENCE")
    lib = reference and Path(reference).resolve() / "lib"
    if not lib or not (lib / "bb/tests/runqueue.py").is_file():
        print("no reference BitBake (BBC_REFERENCE)")
        return 77
    BothPrograms.programs = {"bbc": bbc / "bbc", "reference": Path(reference).resolve() / "bin/bitbake"}
    sys.path.insert(0, str(lib))
    os.environ["PATH"] = "%s:%s" % (drop_in, os.environ["PATH"])
    import bb  # noqa: F401  the tests expect it to be there
    from bb.tests import runqueue

    loader = unittest.TestLoader()
    suite = unittest.TestSuite([loader.loadTestsFromTestCase(BothPrograms)])
    names = [name for name in loader.getTestCaseNames(runqueue.RunQueueTests) if "hashserv" in name]
    suite.addTests(runqueue.RunQueueTests(name) for name in names)
    result = unittest.TextTestRunner(verbosity=2, buffer=True).run(suite)
    return 0 if result.wasSuccessful() and len(names) >= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
