#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the case runner: a case that must pass, cases that must fail and why, and rewriting."""

import os
import subprocess
import sys
import tempfile
import unittest

RUNNER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_cases.py")


class RunCases(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.program("bbc", "#!/bin/sh\necho called in $PWD with \"$@\"; echo complaint >&2; exit ${CODE:-0}\n")

    def program(self, name, text):
        path = os.path.join(self.dir.name, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, 0o755)

    def run_case(self, text, *options):
        self.case = os.path.join(self.dir.name, "x.bbt")
        with open(self.case, "w", encoding="utf-8") as f:
            f.write(text)
        p = subprocess.run([sys.executable, RUNNER, "--bin", self.dir.name, *options, self.case], check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return p.returncode, p.stdout.decode()

    def test_passes(self):
        code, out = self.run_case(
            "A title.\n@FILE sub/f\nin $T: @T@\n\\@RUN is text\n\n@ENV\nCODE=3\nHERE=@T@\n"
            "@RUN bbc a b\n@EXPECT\ncalled in $T with a b\n\n@STDERR\ncomplaint\n@STATUS 3\n"
            "@RUN cat sub/f; echo $HERE; pwd >&2\n@EXPECT\nin $T: $T\n\\@RUN is text\n$T\n@MATCH\n^.T$\n!other\n@ORACLE\n")
        self.assertEqual((code, out), (0, "1 passed, 0 failed\n"))

    def test_layers(self):
        code, out = self.run_case(
            "@LAYER one\n@LAYER two\n@RUN pwd; cat conf/bblayers.conf; grep PRIORITY ../two/conf/layer.conf\n@EXPECT\n"
            "$T/build\nBBPATH = \"${TOPDIR}\"\nBBFILES ?= \"\"\nBBLAYERS = \"$T/one $T/two\"\n"
            "BBFILE_PRIORITY_two = \"6\"\n")
        self.assertEqual((code, out), (0, "1 passed, 0 failed\n"))

    def test_fails(self):
        for text, why in (
                ("@RUN echo a\n@EXPECT\nb\n", "-b\n+a"),
                ("@RUN echo a\n@EXPECT\n", "+a"),
                ("@RUN echo a >&2\n@STDERR\nb\n", "-b\n+a"),
                ("@RUN false\n", "exit status 1, expected 0"),
                ("@RUN kill -9 $$\n", "exit status 137, expected 0"),
                ("@RUN true\n@STATUS 2\n", "exit status 0, expected 2"),
                ("@RUN echo ab >&2\n@MATCH\nb\na\n", "not found after the one before: a"),
                ("@RUN echo ab\n@MATCH stdout\n!b\n", "found, but must not be: b"),
                ("@RUN true\n@MATCH\n(\n", "missing )"),
                ("@EXPECT\n", "@EXPECT before any @RUN"),
                ("text only\n", "no @RUN"),
                ("@FILE ../x\n@RUN true\n", "outside of the case's folder"),
        ):
            with self.subTest(text):
                code, out = self.run_case(text)
                self.assertEqual(code, 1)
                self.assertIn(why, out)
                self.assertTrue(out.endswith("0 passed, 1 failed\n"))

    def test_rewrites(self):
        code, _ = self.run_case("Title.\n\n@RUN echo @FILE; echo b >&2; exit 4\n@EXPECT\nold\n\n@STDERR\n@STATUS 0\n",
                                "--rewrite")
        self.assertEqual(code, 0)
        with open(self.case, encoding="utf-8") as f:
            self.assertEqual(f.read(), "Title.\n\n@RUN echo @FILE; echo b >&2; exit 4\n@EXPECT\n\\@FILE\n\n@STDERR\nb\n"
                                       "@STATUS 4\n")

    def test_oracle(self):
        self.program("bitbake", "#!/bin/sh\necho the other\n")
        case = "@RUN bbc\n@EXPECT\nthe other\n@ORACLE\n"
        self.assertEqual(self.run_case(case, "--oracle", self.dir.name), (0, "1 passed, 0 failed\n"))
        self.assertEqual(self.run_case("@RUN bbc\n@EXPECT\nx\n", "--oracle", self.dir.name), (0, "0 passed, 0 failed\n"))
        self.assertEqual(self.run_case(case, "--oracle", "/nonexistent")[0], 77)


if __name__ == "__main__":
    unittest.main()
