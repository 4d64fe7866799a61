#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What can be tested without a build: the layer's two programs, the list of archives, packing."""

import os
import subprocess
import tempfile
import unittest

import archives
import prepare

FILES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "meta-source", "recipes", "files")


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = folder.name

    def call(self, program, *args):
        env = dict(os.environ, D=self.root)
        return subprocess.run(["sh", os.path.join(FILES, program), *args], env=env, check=False).returncode


class Alternatives(Folder):
    def link(self):
        path = self.root + "/bin/sh"
        return os.readlink(path) if os.path.lexists(path) else None

    def test_the_highest_priority_has_the_link(self):
        for path, priority in (("/bin/busybox", "50"), ("/bin/bash", "100"), ("/bin/dash", "70")):
            self.assertEqual(self.call("update-alternatives", "--install", "/bin/sh", "sh", path, priority), 0)
        self.assertEqual(self.link(), "/bin/bash")
        self.assertEqual(self.call("update-alternatives", "--remove", "sh", "/bin/bash"), 0)
        self.assertEqual(self.link(), "/bin/dash")
        # A second time changes the priority and adds nothing.
        self.call("update-alternatives", "--install", "/bin/sh", "sh", "/bin/busybox", "90")
        self.assertEqual(self.link(), "/bin/busybox")
        for path in ("/bin/busybox", "/bin/dash"):
            self.call("update-alternatives", "--remove", "sh", path)
        self.assertIsNone(self.link())
        self.assertEqual(self.call("update-alternatives", "--remove", "sh", "/bin/dash"), 0)
        self.assertEqual(self.call("update-alternatives", "--display"), 2)


class Rc(Folder):
    def links(self):
        return sorted("%s/%s" % (d, name) for d in os.listdir(self.root + "/etc") if d != "init.d"
                      for name in os.listdir(self.root + "/etc/" + d))

    def test_links_are_made_and_removed(self):
        self.assertEqual(self.call("update-rc.d", "-r", self.root, "a", "defaults", "20"), 0)
        self.assertEqual(self.call("update-rc.d", "-r", self.root, "b", "start", "39", "S", ".", "stop", "31", "0", "6", "."), 0)
        self.assertEqual(self.links(), ["rc0.d/K20a", "rc0.d/K31b", "rc1.d/K20a", "rc2.d/S20a", "rc3.d/S20a", "rc4.d/S20a",
                                        "rc5.d/S20a", "rc6.d/K20a", "rc6.d/K31b", "rcS.d/S39b"])
        self.assertEqual(os.readlink(self.root + "/etc/rcS.d/S39b"), "../init.d/b")
        self.call("update-rc.d", "-r", self.root, "a", "defaults", "90")
        self.assertNotIn("rc2.d/S90a", self.links())
        os.makedirs(self.root + "/etc/init.d")
        open(self.root + "/etc/init.d/a", "w").close()
        self.assertEqual(self.call("update-rc.d", "-r", self.root, "a", "remove"), 1)
        self.assertEqual(self.call("update-rc.d", "-f", "-r", self.root, "a", "remove"), 0)
        self.assertEqual(self.links(), ["rc0.d/K31b", "rc6.d/K31b", "rcS.d/S39b"])


class Archives(Folder):
    def test_each_line_is_complete(self):
        found = list(archives.entries())
        self.assertGreater(len(found), 50)
        self.assertEqual(len({e["recipe"] for e in found}), len(found))
        zlib = next(e for e in found if e["debian"] == "zlib")
        self.assertEqual((zlib["find"], zlib["version"], zlib["new"]), ("1.2.13.dfsg", "1.2.13", False))
        self.assertEqual(zlib["file"].format(v=zlib["version"]), "zlib-1.2.13.tar.gz")
        musl = next(e for e in found if e["debian"] == "musl")
        self.assertEqual((musl["top"], musl["new"], musl["git"].split(":")[0]), ("git", True, "git"))

    def pack(self, *names):
        for name in names:
            os.makedirs(os.path.dirname(self.root + "/in/" + name), exist_ok=True)
            with open(self.root + "/in/" + name, "w") as f:
                f.write(name)
        os.makedirs(self.root + "/downloads")
        archive = self.root + "/x_1.orig.tar.gz"
        subprocess.run(["tar", "czf", archive, "-C", self.root + "/in", "x-1"], check=True)
        return archive

    def names(self, path):
        text = subprocess.run(["tar", "tf", path], check=True, capture_output=True, text=True).stdout
        return sorted(name for name in text.split() if not name.endswith("/"))

    def test_the_top_folder_and_the_form_change(self):
        archive = self.pack("x-1/a", "x-1/lib/b")
        path = prepare.repack(self.root, archive, "y.tar.xz", "git", "")
        self.assertEqual(self.names(path), ["git/a", "git/lib/b"])
        self.assertEqual(self.names(prepare.repack(self.root, archive, "z.tar.gz", "git", "lib")), ["git/b"])
        self.assertTrue(os.path.samefile(prepare.repack(self.root, archive, "x-1.tar.gz", "x-1", ""), archive))

    def test_a_patch_is_trimmed(self):
        one, two = ("diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n@@ -1 +1 @@\n-x\n+y\n" % ((n,) * 4) for n in ("doc/a", "src/b"))
        self.assertEqual(prepare.without("Why\n\n" + one + two, "doc/"), "Why\n\n" + two)


if __name__ == "__main__":
    unittest.main()
