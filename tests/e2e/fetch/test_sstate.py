# SPDX-License-Identifier: MIT
"""bb.sstate as classes use it."""

import os

import bb.sstate
from bb.sstate import SstateError

from common import FetchTest

NAME = "sstate:app:aarch64-bbc-linux:1.0:r0:aarch64:12:ab%02d_package.tar.zst"


class Sstate(FetchTest):
    def setUp(self):
        super().setUp()
        self.dir_ = self.path("sstate")
        self.d.setVar("SSTATE_DIR", self.dir_)
        self.write("image/usr/bin/app", "app")
        self.write("image/etc/conf", "conf")

    def pack(self, n=1):
        archive = os.path.join(self.dir_, "ab", "%02d" % n, NAME % n)
        size = bb.sstate.pack(archive, self.path("image"), task="package", pn="app", hash="ab%02d" % n, d=self.d)
        self.assertEqual(size, os.path.getsize(archive))
        return archive

    def test_round_trip(self):
        archive = self.pack()
        bb.sstate.verify(archive)
        bb.sstate.unpack(archive, self.path("out"), self.d)
        self.assertEqual(self.read("out/usr/bin/app"), "app")
        (info,) = bb.sstate.info(self.d)
        self.assertEqual((info["path"], info["pn"], info["hash"], info["task"], info["size"], info["origin"]),
                         ("ab/01/" + NAME % 1, "app", "ab01", "package", os.path.getsize(archive), "built"))

    def test_lookup(self):
        archive = self.pack()
        self.assertEqual(bb.sstate.lookup([archive + "x", archive, "/none"], self.d), [archive])

    def test_refused(self):
        archive = self.pack()
        with open(archive, "r+b") as f:
            f.truncate(300)
        with self.assertRaisesRegex(SstateError, "is truncated or was not written by bbc"):
            bb.sstate.unpack(archive, self.path("out"), self.d)
        self.assertFalse(os.path.exists("out"))
        with self.assertRaisesRegex(SstateError, "No such file"):
            bb.sstate.unpack("/no/such/object.tar.zst", self.path("out"), self.d)

    def test_index_is_a_cache(self):
        self.pack(1)
        self.pack(2)
        for name in os.listdir(self.dir_):
            if name.startswith(".index"):
                os.unlink(os.path.join(self.dir_, name))
        self.assertEqual([(e["hash"], e["origin"]) for e in bb.sstate.info(self.d)], [("ab01", "found"), ("ab02", "found")])

    def test_unwritable_index(self):
        """A folder that we may not write to can still be read from."""
        archive = self.pack()
        os.unlink(os.path.join(self.dir_, ".index.sqlite"))
        os.mkdir(os.path.join(self.dir_, ".index.sqlite"))
        bb.sstate.unpack(archive, self.path("out"), self.d)
        self.assertEqual(self.read("out/etc/conf"), "conf")

    def test_remove_and_prune(self):
        archives = [self.pack(n) for n in (1, 2, 3)]
        open(archives[0] + ".siginfo", "w").close()
        self.assertEqual(bb.sstate.remove(self.d, "sstate:app:*:ab01_*"), 1)
        self.assertFalse(os.path.exists(archives[0] + ".siginfo"))
        bb.sstate.touch(archives[1], self.d)
        self.assertEqual(bb.sstate.prune(self.d, max_age=3600), (0, 0))
        count, freed = bb.sstate.prune(self.d, max_bytes=0)
        self.assertEqual((count, freed > 0, bb.sstate.info(self.d)), (2, True, []))

    def test_install_and_clean(self):
        manifest = self.path("manifests/manifest-aarch64-app.package")
        dirs = [(self.path("image"), self.path("deploy") + "/")]
        self.assertEqual(bb.sstate.install(dirs, manifest, self.d), 2)
        self.assertEqual(self.read("deploy/usr/bin/app"), "app")
        other = self.path("manifests/manifest-aarch64-other.package")
        with self.assertRaisesRegex(SstateError, "Recipe recipe is trying to install files into a shared area when those "
                                    "files already exist(.|\n)*matched in manifest-aarch64-app.package"):
            bb.sstate.install(dirs, other, self.d)
        self.d.setVar("SSTATE_ALLOW_OVERLAP_FILES", self.path("deploy"))
        self.assertEqual(bb.sstate.install(dirs, other, self.d), 2)
        self.assertEqual(bb.sstate.clean(manifest, self.d), 5)
        self.assertFalse(os.path.exists("deploy/usr"))
        self.assertEqual(bb.sstate.clean(manifest, self.d), 0)

    def test_many_at_once(self):
        def work(i):
            for n in range(5):
                self.pack(i * 5 + n)
        self.in_processes(4, work)
        self.assertEqual(len(bb.sstate.info(self.d)), 20)
