# SPDX-License-Identifier: MIT
"""apt:// entries, against a small archive made here: no network."""

import os
import shutil
import unittest

import bb.fetch2

from common import FetchTest, sha256


@unittest.skipUnless(shutil.which("apt-get") and shutil.which("dpkg-deb"), "needs apt")
class Apt(FetchTest):
    def setUp(self):
        super().setUp()
        self.packages = []
        self.deb("lib1", "1.0", "Provides: virt")
        self.deb("app", "1:2.0-1", "Depends: lib1 (>= 1), helper | other\nRecommends: extra")
        self.deb("helper", "3", "Depends: deep", arch="all")
        self.deb("deep", "4")
        self.deb("extra", "5")
        self.deb("kernel-6.1.0-9-arm64", "6.1.9")
        self.deb("kernel-arm64", "6.1.9", "Depends: kernel-6.1.0-9-arm64 (= 6.1.9), helper")
        self.index()
        self.d.setVar("APT_SOURCES", "Types: deb\\nURIs: file:%s\\nSuites: ./\\nTrusted: yes" % self.path("repo"))
        self.d.setVar("TARGET_ARCH", "aarch64")

    def deb(self, name, version, fields="", arch="arm64"):
        root = self.path("build", name + version.replace(":", "."))
        self.write(os.path.join(root, "usr/share", name), "%s %s" % (name, version))
        control = "Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: t <t@x.org>\nDescription: t\n%s" \
            % (name, version, arch, fields + "\n" if fields else "")
        self.write(os.path.join(root, "DEBIAN/control"), control)
        os.makedirs(self.path("repo"), exist_ok=True)
        file = "%s_%s_%s.deb" % (name, version.partition(":")[2] or version, arch)
        self.run_command("dpkg-deb", "--root-owner-group", "-b", root, self.path("repo", file))
        self.packages.append((control, file))

    def index(self):
        text = ""
        for control, file in self.packages:
            with open(self.path("repo", file), "rb") as f:
                data = f.read()
            text += "%sFilename: ./%s\nSize: %d\nSHA256: %s\n\n" % (control, file, len(data),
                                                                   sha256(data))
        self.write("repo/Packages", text)
        self.write("repo/Release", "Date: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n %s %d Packages\n"
                   % (sha256(text.encode()), len(text)))

    def names(self, *urls):
        """The packages that the URLs bring, by what is unpacked."""
        shutil.rmtree(self.work)
        os.mkdir(self.work)
        self.fetch(*urls).unpack(self.work)
        return sorted(os.listdir(self.path("work/usr/share")))

    def record(self, url):
        ud = self.fetcher(url).ud[url]
        with open(ud.localpath) as f:
            return f.read()

    def test_one_package(self):
        self.assertEqual(self.names("apt://app"), ["app"])
        self.assertEqual(self.read("work/usr/share/app"), "app 1:2.0-1")
        self.assertRegex(self.record("apt://app"), r"^# apt://app\napp 1:2.0-1 arm64 \d+ [0-9a-f]{64} app_1%3a2.0-1_arm64.deb\n$")
        self.assertEqual(sorted(n for n in os.listdir(self.dldir + "/apt/pool")), ["app_1%3a2.0-1_arm64.deb"])

    def test_closure(self):
        self.assertEqual(self.names("apt://app;deps=1"), ["app", "deep", "helper", "lib1"])
        self.assertEqual(self.names("apt://app;deps=1;exclude=helper"), ["app", "lib1"])
        self.assertEqual(self.names("apt://app;deps=1;only=a*,lib*"), ["app", "lib1"])
        self.assertEqual(self.names("apt://kernel-arm64;deps=1;only=kernel-[0-9]*"), ["kernel-6.1.0-9-arm64"])
        with self.assertRaises(bb.fetch2.FetchError):
            self.fetch("apt://app;deps=1;only=zebra")

    def test_long_names(self):
        """A list of packages may be longer than a file name."""
        some = ",".join("no-such-package-%d" % i for i in range(40))
        self.assertEqual(self.names("apt://app;deps=1;only=app,%s" % some), ["app"])
        self.assertEqual(self.names("apt://app;deps=1;only=lib1,%s" % some), ["lib1"])

    def test_places(self):
        self.fetch("apt://app;subdir=root;striplevel=2", "apt://lib1;unpack=0;subdir=debs").unpack(self.work)
        self.assertEqual(self.read("work/root/share/app"), "app 1:2.0-1")
        self.assertEqual(os.listdir(self.path("work/debs")), ["lib1_1.0_arm64.deb"])

    def test_versions(self):
        self.deb("app", "1:3.0-1", "Depends: lib1")
        self.index()
        self.assertEqual(self.names("apt://app=1:2.0-1"), ["app"])
        self.assertEqual(self.read("work/usr/share/app"), "app 1:2.0-1")
        self.names("apt://app")
        self.assertEqual(self.read("work/usr/share/app"), "app 1:3.0-1")
        ud = self.fetcher("apt://app=9").ud["apt://app=9"]
        with self.assertRaisesRegex(bb.fetch2.FetchError, "E: Version '9' for 'app' was not found"):
            ud.method.download(ud, self.d)
        ud = self.fetcher("apt://nothing").ud["apt://nothing"]
        with self.assertRaisesRegex(bb.fetch2.FetchError, "E: "):
            ud.method.download(ud, self.d)

    def test_index_stays(self):
        """What the index said once holds until asked otherwise, or until the archive has moved on."""
        self.names("apt://lib1")
        self.deb("app", "1:3.0-1")
        self.index()
        self.names("apt://app")
        self.assertEqual(self.read("work/usr/share/app"), "app 1:2.0-1")
        self.d.setVar("APT_INDEX_AGE", "0")
        os.utime(self.fetcher("apt://app").ud["apt://app"].apt_root + "/state/updated", (0, 0))
        bb.utils.remove(self.fetcher("apt://app").ud["apt://app"].localpath)
        self.names("apt://app")
        self.assertEqual(self.read("work/usr/share/app"), "app 1:3.0-1")

    def test_archive_moved_on(self):
        self.names("apt://lib1")
        self.packages = [p for p in self.packages if not p[1].startswith("app")]
        os.unlink(self.path("repo/app_2.0-1_arm64.deb"))
        self.deb("app", "1:3.0-1")
        self.index()
        self.assertEqual(self.names("apt://app"), ["app"])
        self.assertEqual(self.read("work/usr/share/app"), "app 1:3.0-1")

    def test_offline(self):
        self.names("apt://app;deps=1")
        shutil.move(self.path("repo"), self.path("gone"))
        self.d.setVar("BB_NO_NETWORK", "1")
        self.assertEqual(self.names("apt://app;deps=1"), ["app", "deep", "helper", "lib1"])
        self.assertEqual(self.names("apt://deep"), ["deep"])  # not asked for before, but the pool has it
        with self.assertRaises(bb.fetch2.NetworkAccess):
            self.fetch("apt://extra")

    def test_flipped_byte(self):
        """apt takes a cached file as it is; we do not."""
        self.names("apt://app")
        file = self.dldir + "/apt/pool/app_1%3a2.0-1_arm64.deb"
        with open(file, "r+b") as f:
            f.seek(100)
            byte = f.read(1)[0]
            f.seek(100)
            f.write(bytes([byte ^ 1]))
        with self.assertRaisesRegex(bb.fetch2.UnpackError, "Checksum mismatch!"):
            self.fetcher("apt://app").unpack(self.work)
        os.unlink(self.fetcher("apt://app").ud["apt://app"].donestamp)
        ud = self.fetcher("apt://app").ud["apt://app"]
        ud.method.download(ud, self.d)
        self.assertEqual(self.names("apt://app"), ["app"])

    def test_wrong_package(self):
        """The archive's file is not the one its index names."""
        with open(self.path("repo/app_2.0-1_arm64.deb"), "ab") as f:
            f.write(b"more")
        with self.assertRaises(bb.fetch2.FetchError):
            self.fetch("apt://app")
        self.assertEqual(os.listdir(self.dldir + "/apt/pool"), [])

    def test_unsigned(self):
        self.d.setVar("APT_SOURCES", "Types: deb\\nURIs: file:%s\\nSuites: ./" % self.path("repo"))
        ud = self.fetcher("apt://app").ud["apt://app"]
        with self.assertRaisesRegex(bb.fetch2.FetchError, "E: The repository .* is not signed"):
            ud.method.download(ud, self.d)

    def test_pinned_sum(self):
        self.d.setVarFlag("SRC_URI", "app.sha256sum", "0" * 64)
        ud = self.fetcher("apt://app;name=app").ud["apt://app;name=app"]
        with self.assertRaisesRegex(bb.fetch2.ChecksumError, "when '0{64}' was expected"):
            ud.method.download(ud, self.d)
        with open(self.path("repo/app_2.0-1_arm64.deb"), "rb") as f:
            self.d.setVarFlag("SRC_URI", "app.sha256sum", sha256(f.read()))
        self.assertEqual(self.names("apt://app;name=app"), ["app"])

    def test_strict(self):
        self.names("apt://app")
        self.deb("app", "1:3.0-1")
        self.index()
        self.d.setVar("APT_STRICT", "1")
        self.d.setVar("APT_INDEX_AGE", "0")
        ud = self.fetcher("apt://app").ud["apt://app"]
        os.utime(ud.apt_root + "/state/updated", (0, 0))
        with self.assertRaisesRegex(bb.fetch2.FetchError, "differ from those recorded"):
            ud.method.download(ud, self.d)

    def test_damaged_record(self):
        self.names("apt://app")
        ud = self.fetcher("apt://app").ud["apt://app"]
        self.write(ud.localpath, "app ../../evil\n")
        self.assertEqual(self.names("apt://app"), ["app"])

    def test_bad_urls(self):
        for url, text in (("apt://app;type=rpm", "'type' must be bin or src"), ("apt://a/b", "a package name must follow")):
            with self.assertRaisesRegex(bb.fetch2.ParameterError, text):
                self.fetcher(url)

    def test_permissions(self):
        self.d.setVar("APT_SOURCES", "Types: deb\\nURIs: http://a.example.org/debian\\nSuites: ./")
        self.d.setVar("BB_ALLOWED_NETWORKS", "b.example.org")
        ud = self.fetcher("apt://app").ud["apt://app"]
        with self.assertRaisesRegex(bb.fetch2.UntrustedUrl, "a.example.org"):
            ud.method.download(ud, self.d)

    def test_many_at_once(self):
        urls = ["apt://app;deps=1", "apt://app", "apt://helper;deps=1", "apt://lib1"]
        self.in_processes(4, lambda i: self.fetch(urls[i]).unpack(self.path("work", "w%d" % i)))
        self.assertEqual([len(os.listdir(self.path("work/w%d/usr/share" % i))) for i in range(4)], [4, 1, 2, 1])
        self.assertEqual([n for n in os.listdir(self.dldir + "/apt/pool") if n.startswith(".")], [])

    def test_the_machines_apt_is_left_alone(self):
        def state():
            found = {}
            for top in ("/var/lib/apt/lists", "/var/cache/apt", "/var/lib/dpkg/status"):
                for root, _, files in os.walk(top):
                    for f in files:
                        st = os.lstat(os.path.join(root, f))
                        found[os.path.join(root, f)] = (st.st_mtime_ns, st.st_size)
            return found
        before = state()
        self.names("apt://app;deps=1")
        self.assertEqual(state(), before)
