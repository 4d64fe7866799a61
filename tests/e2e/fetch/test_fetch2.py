# SPDX-License-Identifier: MIT
"""bb.fetch2 as classes use it: local files, downloads, mirrors, git, checksums, permissions."""

import os
import unittest
import zipfile

import bb
import bb.data
import bb.fetch
import bb.fetch2
from bb.fetch2 import URI, decodeurl, encodeurl

from common import FetchTest, sha256


class Urls(unittest.TestCase):
    def test_decode_and_encode(self):
        self.assertEqual(decodeurl("git://u:p@h:1/a%20b;x=1;y=a=b"),
                         ("git", "h:1", "/a b", "u", "p", {"x": "1", "y": "a=b"}))
        self.assertEqual(encodeurl(("git", "h", "/a//b c", "u", "p", {"x": "1"})), "git://u:p@h/a/b%20c;x=1")
        with self.assertRaises(bb.fetch2.MalformedUrl) as e:
            decodeurl("nonsense")
        self.assertEqual(str(e.exception), "The URL: 'nonsense' is invalid and cannot be interpreted")
        with self.assertRaises(bb.fetch2.MissingParameterError):
            encodeurl(("", "h", "/", "", "", {}))
        self.assertIs(bb.fetch, bb.fetch2)

    def test_uri(self):
        uri = URI("http://me:secret@host:8080/a%20b?q=1&r;x=y;z")
        self.assertEqual((uri.scheme, uri.username, uri.password, uri.hostname, uri.port, uri.path, uri.query, uri.params),
                         ("http", "me", "secret", "host", 8080, "/a b", {"q": "1", "r": None}, {"x": "y", "z": None}))
        self.assertEqual(str(uri), "http://me:secret@host:8080/a%20b?q=1&r;x=y;z")
        uri.path, uri.port, uri.username = "/c", None, "you"
        self.assertEqual(str(uri), "http://you:secret@host/c?q=1&r;x=y;z")
        for text, shown, relative in (("file://a/b;c=d", "file:a/b;c=d", True), ("file:///a", "file:///a", False),
                                      ("git:///a.git", "git:///a.git", False), ("file:x", "file:x", True)):
            self.assertEqual((str(URI(text)), URI(text).relative), (shown, relative))
        uri = URI()
        uri.scheme, uri.hostname, uri.path = "https", "x.org", "/p q"
        self.assertEqual(str(uri), "https://x.org/p%20q")

    def test_exceptions(self):
        self.assertEqual(str(bb.fetch2.FetchError("text", "http://x")), "Fetcher failure for URL: 'http://x'. text")
        self.assertEqual(str(bb.fetch2.FetchError("text")), "Fetcher failure: text")
        self.assertEqual(bb.fetch2.ChecksumError("m", "u", "c").checksum, "c")
        self.assertEqual(str(bb.fetch2.UnpackError("text", "u")), "Unpack failure for URL: 'u'. text")


class Local(FetchTest):
    def test_fetch_and_unpack(self):
        self.write("layer/files/sub/one.cfg", "1")
        self.write("layer/files/two", "2")
        os.symlink("two", self.path("layer/files/link"))
        self.d.setVar("FILESPATH", "/nowhere:" + self.path("layer/files"))
        fetcher = self.fetch("file://sub/one.cfg", "file://link;subdir=s", "file://sub")
        self.assertEqual(fetcher.localpaths()[0], self.path("layer/files/sub/one.cfg"))
        fetcher.unpack(self.work)
        self.assertEqual(self.read("work/sub/one.cfg"), "1")
        self.assertEqual(self.read("work/s/link"), "2")
        self.assertFalse(os.path.exists(self.dldir + "/one.cfg.done"))

    def test_missing(self):
        self.d.setVar("FILESPATH", "/here:/there")
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Unable to fetch URL from any source"):
            self.fetch("file://none.patch")
        with self.assertRaisesRegex(bb.fetch2.ParameterError, "globbing"):
            self.fetcher("file://*.patch")

    def test_checksum_list(self):
        self.write("f/one", "1")
        self.d.setVar("SRC_URI", "file://one http://x.org/y file://%s" % self.path("f/one"))
        self.d.setVar("FILESPATH", "/nowhere:" + self.path("f"))
        one = self.path("f/one")
        self.assertEqual(bb.fetch2.get_checksum_file_list(self.d), "/nowhere/one:False %s:True %s:True" % (one, one))
        self.d.setVar("SRC_URI", "file://two")
        with self.assertRaises(bb.BBHandledException):
            bb.fetch2.get_checksum_file_list(self.d)

    def test_archives(self):
        self.write("f/top/x", "1")
        self.run_command("tar", "-czf", "a.tar.gz", "top", cwd=self.path("f"))
        self.run_command("gzip", "-k", "top/x", cwd=self.path("f"))
        self.d.setVar("FILESPATH", self.path("f"))
        self.fetch("file://a.tar.gz;subdir=s;striplevel=1", "file://a.tar.gz;unpack=0", "file://top/x.gz").unpack(self.work)
        self.assertEqual(self.read("work/s/x"), "1")
        self.assertTrue(os.path.exists("work/a.tar.gz"))
        self.assertEqual(self.read("work/x"), "1")
        with self.assertRaisesRegex(bb.fetch2.UnpackError, "isn't a subdirectory"):
            self.fetch("file://a.tar.gz;subdir=/tmp").unpack(self.work)
        for level in ("x", "-1", "", "${L}"):
            with self.assertRaisesRegex(bb.fetch2.ParameterError, "for the parameter 'striplevel', which is a number"):
                self.fetch("file://a.tar.gz;striplevel=" + level).unpack(self.work)
        self.write("f/bad.tar.gz", "no archive")
        with self.assertRaisesRegex(bb.fetch2.UnpackError, "bad.tar.gz"):
            self.fetch("file://bad.tar.gz").unpack(self.work)


class Places(FetchTest):
    """Parameters that name other places than the recipe's."""

    def setUp(self):
        super().setUp()
        self.write("f/top/x", "1")
        self.run_command("tar", "-czf", "a.tar.gz", "top", cwd=self.path("f"))
        with zipfile.ZipFile(self.path("f/a.zip"), "w") as archive:
            archive.write(self.path("f/top/x"), "top/x")
        self.write("x", "outside")
        self.d.setVar("FILESPATH", self.path("f"))

    def refused(self, url, wrong="argument isn't a subdirectory of unpack root"):
        with self.assertRaisesRegex(bb.fetch2.BBFetchException, wrong):
            self.fetch(url).unpack(self.work)
        self.assertEqual(set(os.listdir(self.dir)) - {"downloads"}, {"f", "work", "x"})
        self.assertEqual(self.read("x"), "outside")

    def test_folders(self):
        os.symlink("..", self.path("work/up"))
        os.mkdir(self.path("f/up"))
        for place in ("..", "../other", self.dir, self.work + "-other", "up", "up/other", "up/..", "none/../../x", "/"):
            self.refused("file://a.tar.gz;subdir=" + place)
        self.refused("file://a.zip;extract=../x")
        self.refused("file://up/../../f/a.tar.gz;unpack=0")

    def test_folders_of_the_recipe(self):
        self.d.setVar("WORKDIR", self.dir)
        self.d.setVar("S", "/")
        os.symlink("../f", self.path("work/link"))
        self.fetch("file://a.tar.gz;subdir=../other", "file://a.tar.gz;subdir=link/s").unpack(self.work)
        self.assertEqual((self.read("other/top/x"), self.read("f/s/top/x")), ("1", "1"))
        with self.assertRaisesRegex(bb.fetch2.UnpackError, "isn't a subdirectory"):
            self.fetch("file://a.tar.gz;subdir=../../" + os.path.basename(self.dir) + "-other").unpack(self.work)

    def test_repositories(self):
        git = ("git", "-c", "user.name=t", "-c", "user.email=t@x", "-c", "init.defaultBranch=main")
        os.mkdir(self.path("f/repo"))
        for args in (("init", "-q"), ("commit", "-qm", "c", "--allow-empty")):
            self.run_command(*git, *args, cwd=self.path("f/repo"))
        self.d.setVar("SRCREV", self.run_command("git", "rev-parse", "HEAD", cwd=self.path("f/repo")))
        url = "git://%s;protocol=file;branch=main;" % self.path("f/repo")
        self.fetch(url + "destsuffix=%s/s" % self.work).unpack(self.work)
        self.assertTrue(os.path.isdir("work/s/.git"))
        for place in ("destsuffix=../other", "destsuffix=" + self.dir, "subdir=../other", "subpath=a/.."):
            self.refused(url + place)

    def test_downloads(self):
        os.mkdir(self.dldir)
        for url in ("http://h/a;downloadfilename=../x", "http://h/a;downloadfilename=%s/x" % self.dir, "http://h/..",
                    "http://h/%252e%252e%252fx", "http://h/a;downloadfilename=a/../../x", "http://h/a;downloadfilename=.",
                    "ssh://h/..", "svn://h/../../x;module=m;rev=1", "npm://h;package=p;version=1.0.0;downloadfilename=../../x"):
            self.refused(url, "is no name of a file in DL_DIR")
        fetcher = self.fetcher("http://h/a;downloadfilename=folder/../..a")
        self.assertEqual(fetcher.localpaths(), [self.dldir + "/folder/../..a"])


class Downloads(FetchTest):
    def setUp(self):
        super().setUp()
        self.data = bytes(i % 251 for i in range(200000))
        self.write("www/f-1.bin", self.data)
        self.d.setVarFlag("SRC_URI", "sha256sum", sha256(self.data))

    def download(self, name="f-1.bin"):
        with open(os.path.join(self.dldir, name), "rb") as f:
            return f.read()

    def test_once(self):
        with self.server() as server:
            url = server.url + "/f-1.bin"
            fetcher = self.fetch(url)
            self.assertEqual(fetcher.localpaths(), [self.dldir + "/f-1.bin"])
            self.fetch(url)
            self.assertEqual(server.requests, ["/f-1.bin"])
            self.assertEqual(self.download(), self.data)
            self.assertEqual(sorted(os.listdir(self.dldir)), ["f-1.bin", "f-1.bin.done"])
            fetcher.clean()
            self.assertEqual(os.listdir(self.dldir), [])

    def test_other_name(self):
        with self.server() as server:
            self.fetch(server.url + "/f-1.bin;downloadfilename=x.bin;name=n;n.sha256sum=" + sha256(self.data))
        self.assertEqual(self.download("x.bin"), self.data)

    def test_wrong_checksum(self):
        self.d.setVarFlag("SRC_URI", "sha256sum", "0" * 64)
        with self.server() as server:
            with self.assertRaisesRegex(bb.fetch2.FetchError, "Unable to fetch URL from any source"):
                self.fetch(server.url + "/f-1.bin")
            ud = self.fetcher(server.url + "/f-1.bin").ud[server.url + "/f-1.bin"]
            with self.assertRaises(bb.fetch2.ChecksumError) as e:
                ud.method.download(ud, self.d)
        text = str(e.exception)
        self.assertIn("Checksum mismatch!\nFile: '%s/f-1.bin.tmp' has sha256 checksum '%s' when '%s' was expected\n"
                      % (self.dldir, sha256(self.data), "0" * 64), text)
        self.assertIn('SRC_URI[sha256sum] = "%s"' % sha256(self.data), text)
        self.assertEqual(os.listdir(self.dldir), ["f-1.bin_bad-checksum_" + sha256(self.data)])

    def test_no_checksum(self):
        self.d.delVarFlag("SRC_URI", "sha256sum")
        self.d.setVar("BB_STRICT_CHECKSUM", "1")
        with self.server() as server:
            with self.assertRaisesRegex(bb.fetch2.BBFetchException, "missing checksums"):
                self.fetch(server.url + "/f-1.bin")
            self.d.setVar("BB_STRICT_CHECKSUM", "ignore")
            self.fetch(server.url + "/f-1.bin")

    def test_damaged_later(self):
        """A file that was changed after its download is noticed and fetched again."""
        with self.server() as server:
            self.fetch(server.url + "/f-1.bin")
            with open(self.dldir + "/f-1.bin", "r+b") as f:
                f.write(b"X")
            os.utime(self.dldir + "/f-1.bin.done", (0, 0))
            self.fetch(server.url + "/f-1.bin")
            self.assertEqual(len(server.requests), 2)
        self.assertEqual(self.download(), self.data)

    def test_continues(self):
        with self.server() as server:
            url = server.url + "/f-1.bin"
            server.truncate(50000)
            ud = self.fetcher(url).ud[url]
            with self.assertRaises(bb.fetch2.FetchError):
                ud.method.download(ud, self.d)
            self.assertFalse(os.path.exists(self.dldir + "/f-1.bin"))
            self.assertEqual(os.path.getsize(self.dldir + "/f-1.bin.tmp"), 50000)
            server.heal()
            self.fetch(url)
        self.assertEqual(self.download(), self.data)

    def test_bad_beginning(self):
        """What an earlier try left is not the beginning of this file: the download starts over."""
        self.write("downloads/f-1.bin.tmp", b"rubbish")
        with self.server() as server:
            self.fetch(server.url + "/f-1.bin")
        self.assertEqual(self.download(), self.data)

    def test_not_found(self):
        with self.server() as server:
            with self.assertRaises(bb.fetch2.FetchError):
                self.fetch(server.url + "/none.bin")
            self.assertEqual([n for n in os.listdir(self.dldir) if not n.endswith(".lock")], [])
            self.assertRaises(bb.fetch2.FetchError, self.fetcher(server.url + "/none.bin").checkstatus)
            self.fetcher(server.url + "/f-1.bin").checkstatus()

    def test_two_at_once(self):
        with self.server() as server:
            url = server.url + "/f-1.bin"
            self.in_processes(3, lambda i: self.fetch(url))
            self.assertEqual(server.requests, ["/f-1.bin"])
        self.assertEqual(self.download(), self.data)


class Permissions(FetchTest):
    def test_no_network(self):
        self.d.setVar("BB_NO_NETWORK", "1")
        with self.assertRaisesRegex(bb.fetch2.NetworkAccess, "BB_NO_NETWORK"):
            self.fetch("http://127.0.0.1:1/x")
        self.assertEqual(self.d.getVar("BB_NO_NETWORK"), "1")

    def test_allowed_networks(self):
        self.d.setVar("BB_ALLOWED_NETWORKS", "*.x.org")
        self.assertTrue(bb.fetch2.trusted_network(self.d, "git://a.x.org/r"))
        self.assertTrue(bb.fetch2.trusted_network(self.d, "file://f"))
        self.assertFalse(bb.fetch2.trusted_network(self.d, "git://y.org/r"))
        with self.assertRaises(bb.fetch2.FetchError):
            self.fetch("http://127.0.0.1:1/x")
        self.d.setVarFlag("BB_ALLOWED_NETWORKS", "recipe", "y.org")
        self.assertTrue(bb.fetch2.trusted_network(self.d, "git://y.org/r"))

    def test_network_setting_is_restored(self):
        self.write("f/one", "1")
        self.d.setVar("FILESPATH", self.path("f"))
        self.d.setVar("BB_FETCH_PREMIRRORONLY", "1")
        self.fetch("file://one")
        self.assertIsNone(self.d.getVar("BB_NO_NETWORK"))


class Mirrors(FetchTest):
    def setUp(self):
        super().setUp()
        self.write("pool/f.bin", "right")
        self.d.setVarFlag("SRC_URI", "sha256sum", sha256(b"right"))
        self.here = "http://.*/.* file://%s/" % self.path("pool")

    def test_premirror(self):
        self.d.setVar("PREMIRRORS", "ftp://.*/.* http://x/ \\n " + self.here)
        self.fetch("http://127.0.0.1:1/f.bin")
        self.assertEqual(self.read("downloads/f.bin"), "right")
        self.assertTrue(os.path.islink(self.dldir + "/f.bin"))

    def test_mirror_after_upstream(self):
        self.d.setVar("MIRRORS", self.here)
        self.fetch("http://127.0.0.1:1/f.bin")
        self.assertEqual(self.read("downloads/f.bin"), "right")

    def test_wrong_premirror(self):
        """A premirror with wrong content does not stop the download from upstream."""
        self.write("pool/f.bin", "wrong")
        self.write("www/f.bin", "right")
        self.d.setVar("PREMIRRORS", self.here)
        with self.server() as server:
            self.fetch(server.url + "/f.bin")
        self.assertEqual(self.read("downloads/f.bin"), "right")

    def test_premirror_only(self):
        self.write("www/g.bin", "right")
        self.d.setVar("PREMIRRORS", self.here)
        self.d.setVar("BB_FETCH_PREMIRRORONLY", "1")
        self.fetch("http://127.0.0.1:1/f.bin")
        with self.assertRaises(bb.fetch2.NetworkAccess):
            self.fetch("http://127.0.0.1:1/g.bin")

    def test_pairs(self):
        self.assertEqual(bb.fetch2.mirror_from_string("a b\\n c d "), [("a", "b"), ("c", "d")])
        self.assertEqual(bb.fetch2.mirror_from_string(None), [])
        ud = self.fetcher("http://h/p/f;name=x").ud["http://h/p/f;name=x"]
        lines = bb.fetch2.mirror_from_string("http://h/.* http://m1/ http://m1/.* http://m2/BASENAME http://.*/.* ftp://m3/")
        self.assertEqual(bb.fetch2.build_mirroruris(ud, lines, self.d)[0],
                         ["http://m1/f;name=x", "http://m2/f;name=x", "ftp://m3/f;name=x"])


class Git(FetchTest):
    def setUp(self):
        super().setUp()
        self.up = self.path("up")
        os.mkdir(self.up)
        for name, value in (("user.name", "t"), ("user.email", "t@x.org"), ("init.defaultBranch", "main")):
            self.run_command("git", "config", "--global", name, value)
        self.git("init", "-q")
        self.first = self.commit("1")
        self.git("tag", "-a", "v1", "-m", "v1")
        self.url = "git://%s;protocol=file;branch=main" % self.up

    def git(self, *args):
        return self.run_command("git", *args, cwd=self.up)

    def commit(self, content):
        self.write("up/sub/f", content)
        self.git("add", ".")
        self.git("commit", "-qm", content)
        return self.git("rev-parse", "HEAD")

    def test_fixed_revision(self):
        self.d.setVar("SRCREV", self.first)
        fetcher = self.fetch(self.url)
        ud = fetcher.ud[self.url]
        self.assertEqual(ud.clonedir, self.dldir + "/git2" + self.up.replace("/", ".").replace(".", "/", 1))
        self.assertEqual((ud.revision, ud.revisions), (self.first, {"default": self.first}))
        fetcher.unpack(self.work)
        self.assertEqual(self.read("work/git/sub/f"), "1")
        second = self.commit("2")
        self.d.setVar("SRCREV", second)
        self.fetch(self.url + ";destsuffix=src").unpack(self.work)
        self.assertEqual(self.read("work/src/sub/f"), "2")
        self.d.setVar("SRCREV", "0" * 40)
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Unable to fetch URL from any source"):
            self.fetch(self.url)

    def test_other_parameters(self):
        self.d.setVar("SRCREV", self.first)
        self.git("checkout", "-q", "--detach")
        loose = self.commit("loose")
        self.git("update-ref", "refs/changes/1", loose)
        self.git("checkout", "-q", "main")
        self.fetch(self.url + ";subpath=sub").unpack(self.work)
        self.assertEqual(self.read("work/sub/f"), "1")
        self.d.setVar("SRCREV", loose)
        self.fetch("git://%s;protocol=file;nobranch=1;destsuffix=l" % self.up).unpack(self.work)
        self.assertEqual(self.read("work/l/sub/f"), "loose")
        with self.assertRaisesRegex(bb.fetch2.ParameterError, "not balanced"):
            self.fetcher(self.url + ";name=a,b")
        with self.assertRaisesRegex(bb.fetch2.ParameterError, "Invalid protocol"):
            self.fetcher("git://h/r;protocol=carrier-pigeon;branch=main")

    def test_no_revision(self):
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Please set a valid SRCREV for url"):
            self.fetcher(self.url)
        self.d.setVar("SRCREV", self.first)
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Conflicting revisions"):
            self.fetcher(self.url + ";rev=" + "1" * 40)

    def test_autorev(self):
        self.d.setVar("SRC_URI", self.url)
        self.d.setVar("SRCREV", bb.fetch2.get_autorev(self.d))
        self.assertEqual(self.d.getVar("BB_DONT_CACHE"), "1")
        bb.fetch2.fetcher_init(self.d)
        self.assertEqual(bb.fetch2.get_srcrev(self.d), "AUTOINC+" + self.first[:10])
        self.assertEqual(bb.fetch2.get_hashvalue(self.d), self.first)
        second = self.commit("2")
        self.assertEqual(bb.fetch2.get_hashvalue(self.d), self.first)  # one build, one answer
        bb.fetch2.fetcher_init(self.d)
        self.assertEqual(bb.fetch2.get_hashvalue(self.d), second)
        self.assertTrue(bb.fetch2.fetcher_compare_revisions(self.d))
        self.d.setVar("BB_SRCREV_POLICY", "sometimes")
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Invalid SRCREV cache policy of: sometimes"):
            bb.fetch2.fetcher_init(self.d)

    def test_tag(self):
        self.commit("2")
        self.d.setVar("SRC_URI", self.url + ";tag=v1")
        with self.assertRaisesRegex(bb.fetch2.FetchError, "floating tag/branch 'v1'"):
            self.fetcher(self.url + ";tag=v1")
        self.assertEqual(bb.fetch2.get_srcrev(self.d), "AUTOINC+" + self.first[:10])

    def test_format(self):
        self.d.setVar("SRCREV_a", self.first)
        self.d.setVar("SRCREV_ab", "f" * 40)
        self.d.setVar("SRC_URI", self.url + ";name=a " + self.url + ";name=ab")
        with self.assertRaisesRegex(bb.fetch2.FetchError, "SRCREV_FORMAT variable must be set"):
            bb.fetch2.get_srcrev(self.store(SRC_URI=self.d.getVar("SRC_URI"), SRCREV="f" * 40))
        self.d.setVar("SRCREV_FORMAT", "a_ab")
        self.assertEqual(bb.fetch2.get_srcrev(self.d), "AUTOINC+%s_%s" % (self.first[:10], "f" * 10))
        self.assertEqual(bb.fetch2.get_hashvalue(self.d), self.first + " " + "f" * 40)

    def test_mirror_tarball(self):
        self.d.setVar("SRCREV", self.first)
        self.d.setVar("BB_GENERATE_MIRROR_TARBALLS", "1")
        ud = self.fetch(self.url).ud[self.url]
        self.assertTrue(os.path.exists(ud.fullmirror))
        os.rename(self.dldir, self.path("pool"))
        os.rename(self.up, self.up + ".gone")
        self.d.setVar("BB_GENERATE_MIRROR_TARBALLS", "0")
        self.d.setVar("PREMIRRORS", "git://.*/.* file://%s/" % self.path("pool"))
        self.fetch(self.url).unpack(self.work)
        self.assertEqual(self.read("work/git/sub/f"), "1")

    def test_two_at_once(self):
        self.d.setVar("SRCREV", self.first)
        self.in_processes(3, lambda i: self.fetch(self.url).unpack(self.path("work", str(i))))
        self.assertEqual([self.read("work/%d/git/sub/f" % i) for i in range(3)], ["1"] * 3)


class Methods(FetchTest):
    def test_own_method(self):
        """Layers may add a way to fetch."""
        class Text(bb.fetch2.FetchMethod):
            def supports(self, ud, d):
                return ud.type == "text"

            def urldata_init(self, ud, d):
                ud.localfile = ud.host + ".txt"

            def download(self, ud, d):
                with open(ud.localpath, "w") as f:
                    f.write(ud.path)

        method = Text()
        bb.fetch2.methods.append(method)
        try:
            self.fetch("text://hello/world").unpack(self.work)
        finally:
            bb.fetch2.methods.remove(method)
        self.assertEqual(self.read("work/hello.txt"), "/world")
        with self.assertRaisesRegex(bb.fetch2.NoMethodError, "Could not find a fetcher which supports the URL: 'text://x/y'"):
            self.fetcher("text://x/y")

    def test_command(self):
        self.d.setVar("HTTPS_PROXY", "proxy:1")
        self.assertEqual(bb.fetch2.runfetchcmd("echo $HTTPS_PROXY; pwd", self.d, workdir=self.work),
                         "proxy:1\n%s\n" % self.work)
        self.write("partial", "x")
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Fetch command .*exit 3.* failed with exit code 3, output:\nno"):
            bb.fetch2.runfetchcmd("echo no >&2; exit 3", self.d, cleanup=[self.path("partial")])
        self.assertFalse(os.path.exists("partial"))
        self.assertEqual(bb.fetch2.get_fetcher_environment(self.d)["HTTPS_PROXY"], "proxy:1")

    def test_connection_cache(self):
        class Connection:
            closed = False

            def close(self):
                self.closed = True

        cache, one, two = bb.fetch2.FetchConnectionCache(), Connection(), Connection()
        cache.add_connection("h", 1, one)
        cache.add_connection("h", 2, two)
        self.assertIs(cache.get_connection("h", 1), one)
        self.assertIsNone(cache.get_connection("h", 3))
        cache.remove_connection("h", 1)
        cache.close_connections()
        self.assertTrue(one.closed and two.closed)
