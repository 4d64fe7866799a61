#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compare.py on two small trees: what has to differ does not count, everything else does."""

import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compare


def write(root, files):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)


class Compare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.a = self.folder.name + "/a"
        self.b = self.folder.name + "/b"

    def tearDown(self):
        self.folder.cleanup()

    def kind(self, name):
        return next(k for k in compare.kinds(self.a, self.b) if k.name == name)

    def test_numbers_of_processes_do_not_count(self):
        write(self.a, {"tmp/work/x/1/temp/run.do_x.12": "log.do_x.12"})
        write(self.b, {"tmp/work/x/1/temp/run.do_x.345": "log.do_x.345"})
        self.assertEqual(self.kind("run scripts").figure(), "run scripts: 1 of 1 equal")
        self.assertTrue(self.kind("run scripts").is_equal())

    def test_missing_more_and_different(self):
        write(self.a, {"tmp/pkgdata/one": "1", "tmp/pkgdata/two": "2", "tmp/pkgdata/three": "3"})
        write(self.b, {"tmp/pkgdata/one": "1", "tmp/pkgdata/two": "x", "tmp/pkgdata/four": "4"})
        kind = self.kind("pkgdata")
        self.assertEqual(kind.figure(), "pkgdata: 1 of 4 equal")
        self.assertEqual(list(kind.examples()), ["missing 1: three", "more 1: four", "differs 1: two"])

    def test_modes_and_links_count(self):
        write(self.a, {"tmp/work/x/1/one": "", "tmp/work/x/1/two": ""})
        write(self.b, {"tmp/work/x/1/one": "", "tmp/work/x/1/two": ""})
        self.assertTrue(self.kind("work folders").is_equal())
        os.chmod(self.b + "/tmp/work/x/1/one", 0o755)
        os.remove(self.b + "/tmp/work/x/1/two")
        os.symlink("one", self.b + "/tmp/work/x/1/two")
        self.assertEqual(self.kind("work folders").differ, ["x/1/one", "x/1/two"])


if __name__ == "__main__":
    unittest.main()
