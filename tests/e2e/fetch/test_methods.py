# SPDX-License-Identifier: MIT
"""The methods for crates, submodules, npm, svn and ssh: what their URLs mean, and fetching from local places."""

import base64
import contextlib
import json
import os

import bb
import bb.fetch2
import _bb_fetch

from common import FetchTest, sha256


class Crate(FetchTest):
    def setUp(self):
        super().setUp()
        self.write("src/left-pad-1.2.0/src/lib.rs", "fn f() {}")
        os.mkdir(self.path("www"))
        self.run_command("tar", "-czf", self.path("www/left-pad-1.2.0.crate"), "left-pad-1.2.0", cwd=self.path("src"))
        with open("www/left-pad-1.2.0.crate", "rb") as f:
            self.sum = sha256(f.read())
        self.url = "crate://crates.io/left-pad/1.2.0"

    def test_urls(self):
        self.d.setVarFlag("SRC_URI", "left-pad-1.2.0.sha256sum", self.sum)
        self.d.setVarFlag("SRC_URI", "x.sha256sum", "1" * 64)
        plain, named, other = self.url, self.url + ";name=x", "crate://reg.org/a/b/left-pad/1.2.0"
        ud = self.fetcher(plain, named, other).ud
        self.assertEqual(ud[plain].url, "https://crates.io/api/v1/crates/left-pad/1.2.0/download")
        self.assertEqual(ud[other].url, "https://reg.org/a/b/left-pad/1.2.0/download")
        self.assertEqual(ud[plain].localpath, self.dldir + "/left-pad-1.2.0.crate")
        self.assertEqual((ud[plain].type, ud[plain].names, ud[plain].parm),
                         ("crate", ["default"], {"downloadfilename": "left-pad-1.2.0.crate", "name": "left-pad-1.2.0"}))
        self.assertEqual([ud[u].sha256_expected for u in (plain, named, other)], [self.sum, "1" * 64, self.sum])
        self.assertTrue(ud[plain].method.recommends_checksum(ud[plain]))
        with self.assertRaisesRegex(bb.fetch2.ParameterError, "Must be crate://HOST/NAME/VERSION"):
            self.fetcher("crate://left-pad/1.2.0")

    def fetch_crate(self):
        self.d.setVarFlag("SRC_URI", "left-pad-1.2.0.sha256sum", self.sum)
        with self.server() as server:
            self.d.setVar("PREMIRRORS", "https://.*/.* %s/" % server.url)
            return self.fetch(self.url)

    def test_vendored(self):
        fetcher = self.fetch_crate()
        fetcher.unpack(self.work)
        self.assertEqual(self.read("work/cargo_home/bitbake/left-pad-1.2.0/src/lib.rs"), "fn f() {}")
        self.assertEqual(json.loads(self.read("work/cargo_home/bitbake/left-pad-1.2.0/.cargo-checksum.json")),
                         {"files": {}, "package": self.sum})

    def test_own_crate(self):
        self.d.setVar("BP", "left-pad-1.2.0")
        self.fetch_crate().unpack(self.work)
        self.assertEqual(os.listdir(self.work), ["left-pad-1.2.0"])
        self.assertEqual(os.listdir(self.work + "/left-pad-1.2.0"), ["src"])

    def test_damaged(self):
        self.write("downloads/left-pad-1.2.0.crate", "no archive")
        with self.assertRaisesRegex(bb.fetch2.UnpackError, "left-pad-1.2.0.crate"):
            self.fetcher(self.url).unpack(self.work)


class Submodules(FetchTest):
    def setUp(self):
        super().setUp()
        for name, value in (("user.name", "t"), ("user.email", "t@x.org"), ("init.defaultBranch", "main"),
                            ("protocol.file.allow", "always")):
            self.run_command("git", "config", "--global", name, value)
        self.repo("deep", {"f": "deep"})
        self.repo("lib", {"f": "lib"}, {"inner": "../deep"})
        self.first = self.repo("top", {"f": "top"}, {"third/party lib": self.path("up/lib")})
        self.run_command("git", "config", "--global", "--unset", "protocol.file.allow")
        self.url = "gitsm://%s/up/top;protocol=file;branch=main" % self.dir
        self.d.setVar("SRCREV", self.first)

    def git(self, name, *args):
        return self.run_command("git", *args, cwd=self.path("up", name))

    def repo(self, name, files, submodules={}):
        os.makedirs(self.path("up", name))
        self.git(name, "init", "-q")
        for path, content in files.items():
            self.write("up/%s/%s" % (name, path), content)
        for path, url in submodules.items():
            self.git(name, "remote", "add", "origin", self.path("up", name))
            self.git(name, "submodule", "add", "-q", "--name", path.replace(" ", "-"), url, path)
        return self.commit(name)

    def commit(self, name):
        self.git(name, "add", ".")
        self.git(name, "commit", "-qm", "c")
        return self.git(name, "rev-parse", "HEAD")

    def test_recursive(self):
        fetcher = self.fetch(self.url)
        ud = fetcher.ud[self.url]
        self.assertEqual((ud.revision, ud.clonedir), (self.first, "%s/git2/%s.up.top"
                                                      % (self.dldir, self.dir.strip("/").replace("/", "."))))
        self.assertEqual([os.path.basename(u.clonedir).rpartition(".")[2] for u in fetcher.expanded_urldata()],
                         ["top", "lib", "deep"])
        os.rename(self.path("up"), self.path("gone"))
        fetcher.unpack(self.work)
        self.assertEqual([self.read("work/git" + p) for p in ("/f", "/third/party lib/f", "/third/party lib/inner/f")],
                         ["top", "lib", "deep"])

    def test_update(self):
        """A new revision of a submodule brings an update of its mirror, one that is there brings none."""
        self.fetch(self.url)
        fetcher = self.fetcher(self.url)
        self.assertFalse(fetcher.ud[self.url].method.need_update(fetcher.ud[self.url], self.d))
        self.write("up/deep/f", "deeper")
        deep = self.commit("deep")
        self.git("lib/inner", "-c", "protocol.file.allow=always", "fetch", "-q")
        self.git("lib/inner", "checkout", "-q", deep)
        lib = self.commit("lib")
        self.git("top/third/party lib", "fetch", "-q")
        self.git("top/third/party lib", "checkout", "-q", lib)
        self.d.setVar("SRCREV", self.commit("top"))
        self.fetch(self.url).unpack(self.work)
        self.assertEqual(self.read("work/git/third/party lib/inner/f"), "deeper")

    def test_without_submodules(self):
        self.d.setVar("SRCREV", self.git("deep", "rev-parse", "HEAD"))
        self.fetch("gitsm://%s/up/deep;protocol=file;branch=main" % self.dir).unpack(self.work)
        self.assertEqual(self.read("work/git/f"), "deep")

    def test_missing_submodule(self):
        os.rename(self.path("up/lib"), self.path("gone"))
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Unable to fetch URL from any source"):
            self.fetch(self.url)

    def hostile(self, name, path, url, wrong):
        """A repository whose .gitmodules is not what git itself would write; nothing of it may be run or written."""
        self.d.setVar("SRCREV", self.first)
        fetcher = self.fetcher(self.url)
        text = '[submodule "%s"]\n\tpath = %s\n\turl = "%s"\n' % (name, path, url)
        self.write("up/top/.gitmodules", text)
        lib = self.git("lib", "rev-parse", "HEAD")
        self.git("top", "update-index", "--add", ".gitmodules")
        if not path.startswith("-") and ".." not in path and not path.startswith("/"):
            self.git("top", "update-index", "--add", "--cacheinfo", "160000,%s,%s" % (lib, path))
        self.git("top", "commit", "-qm", "hostile")
        self.d.setVar("SRCREV", self.git("top", "rev-parse", "HEAD"))
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Unable to fetch URL from any source"):
            self.fetch(self.url)
        ud = self.fetcher(self.url).ud[self.url]
        with self.assertRaisesRegex(bb.fetch2.FetchError, wrong):
            ud.method._submodules(ud, self.d, ud.clonedir)
        with self.assertRaises(bb.fetch2.BBFetchException):
            self.fetcher(self.url).unpack(self.work)
        self.assertFalse(os.path.exists(self.path("ran")))
        self.assertFalse([name for name in ("escaped", "work/escaped") if os.path.lexists(self.path(name))])

    def test_code_in_gitmodules(self):
        code = "${@open('%s', 'w')}" % self.path("ran")
        self.hostile("m", "m", "file:///x/" + code, "the url of a submodule '.*' has '\\$\\{' in it")
        self.hostile(code, "m", "/srv/lib", "the name of a submodule '.*' has '\\$\\{' in it")
        self.hostile("m", "m", "file:///x/%24%7B@1}", "has '\\$\\{' in it")

    def test_parameters_in_gitmodules(self):
        self.hostile("m", "m", "/srv/lib;localpath=/etc/passwd", "is none that a URL can have")
        self.hostile("m;destsuffix=../../escaped", "m", self.path("up/lib"), "is none that a URL can have")

    def test_places_in_gitmodules(self):
        for name in ("a/../../../escaped", "/escaped"):
            self.hostile(name, "m", self.path("up/lib"), "the name of a submodule, '.*', leads to another place")
        for path in ("../escaped", "-x"):
            self.hostile("m", path, self.path("up/lib"), "the path of a submodule, '.*', leads to another place")

    def test_forms_of_urls(self):
        url = "gitsm://host/a/top;protocol=https;branch=main"
        ud = self.fetcher(url).ud[url]
        for given, place, proto in (("https://x.org/r.git", "x.org/r.git", "https"), ("../r", "host/a/r", "https"),
                                    ("git@x.org:/r", "git@x.org/r", "ssh"), ("git@x.org:r", "git@x.org/r", "ssh"),
                                    ("/srv/r", "/srv/r", "file")):
            self.assertEqual(ud.method._submodule_url(ud, "m", given),
                             "gitsm://%s;protocol=%s;name=m;subpath=m;nobranch=1;bareclone=1" % (place, proto))
        with self.assertRaisesRegex(bb.fetch2.FetchError, "Submodule refers to the parent repository"):
            ud.method._submodule_url(ud, "m", "../top")


def integrity(path, kind="sha512"):
    return "%s-%s" % (kind, base64.b64encode(bytes.fromhex(_bb_fetch.digests(path, [kind])[kind])).decode())


class Npm(FetchTest):
    def setUp(self):
        super().setUp()
        self.write("src/package/index.js", "x = 1")
        self.pack("www/pad-1.0.0.tgz")
        self.url = "npm://reg.org/npm/;package=@me/pad;version=1.0.0"

    def pack(self, path):
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        self.run_command("tar", "-czf", self.path(path), "package", cwd=self.path("src"))

    def test_urls(self):
        ud = self.fetcher(self.url).ud[self.url]
        self.assertEqual((ud.registry, ud.localpath, ud.resolvefile, ud.lockfile),
                         ("https://reg.org/npm/", self.dldir + "/npm2/me-pad-1.0.0.tgz",
                          self.dldir + "/npm2/me-pad-1.0.0.tgz.resolved", None))
        for url, wrong in (("npm://h;version=1.0.0", "Parameter 'package' required"),
                           ("npm://h;package=p", "Parameter 'version' required"),
                           ("npm://h;package=p;version=1", "Invalid 'version' parameter")):
            with self.assertRaisesRegex(bb.fetch2.BBFetchException, wrong):
                self.fetcher(url)

    @contextlib.contextmanager
    def registry(self, **dist):
        """A fetcher whose registry is a server of ours."""
        with self.server() as server:
            view = {"version": "1.0.0", "dist": dict({"tarball": server.url + "/pad-1.0.0.tgz"}, **dist)}
            self.write("www/@me/pad/1.0.0", json.dumps(view))
            fetcher = self.fetcher(self.url)
            fetcher.ud[self.url].registry = server.url
            # the server takes %2f for /, which a registry need not
            yield fetcher, server

    def test_fetch(self):
        with self.registry(integrity=integrity("www/pad-1.0.0.tgz")) as (fetcher, server):
            fetcher.download()
            self.assertEqual(server.requests, ["/@me%2fpad/1.0.0", "/pad-1.0.0.tgz"])
            fetcher.download()
            self.assertEqual(len(server.requests), 2)
        self.assertEqual(sorted(os.listdir(self.dldir + "/npm2")),
                         ["me-pad-1.0.0.tgz", "me-pad-1.0.0.tgz.done", "me-pad-1.0.0.tgz.resolved"])
        self.fetcher(self.url).unpack(self.work)
        self.assertEqual(self.read("work/npm/index.js"), "x = 1")
        fetcher.clean()
        self.assertEqual(os.listdir(self.dldir + "/npm2"), [])

    def test_code_in_the_answer(self):
        """What a registry says is a URL, and never expanded."""
        code = "http://127.0.0.1:1/pad-1.0.0.tgz?${@open('%s','w')}" % self.path("ran")
        with self.registry(shasum="0" * 40, tarball=code) as (fetcher, server):
            with self.assertRaisesRegex(bb.fetch2.FetchError, r"has '\$\{' in it, which is not expanded"):
                fetcher.download()
        self.assertFalse(os.path.exists(self.path("ran")))

    def test_wrong_content(self):
        with self.registry(shasum="0" * 40) as (fetcher, server):
            with self.assertRaises(bb.fetch2.FetchError):
                fetcher.download()
        self.assertFalse(os.path.exists(self.dldir + "/npm2/me-pad-1.0.0.tgz"))

    def test_shrinkwrap(self):
        self.pack("local/own.tgz")
        with self.server() as server:
            checksum = integrity("www/pad-1.0.0.tgz")
            pad = {"version": "1.0.0", "resolved": server.url + "/pad-1.0.0.tgz", "integrity": checksum}
            path = self.write("npm-shrinkwrap.json", json.dumps({"dependencies": {
                "pad": dict(pad, dependencies={"web": {"version": pad["resolved"], "integrity": checksum}}),
                "tests": dict(pad, dev=True), "inside": dict(pad, bundled=True),
                "own": {"version": "file:%s" % self.path("local/own.tgz")}}}))
            self.d.setVar("S", self.path("work/s"))
            self.fetch("npmsw://" + path).unpack(self.work)
        self.assertEqual(sorted(os.listdir("work/s/node_modules")), ["own", "pad"])
        for folder in ("own", "pad", "pad/node_modules/web"):
            self.assertEqual(self.read("work/s/node_modules/%s/index.js" % folder), "x = 1")
        self.assertTrue(os.path.exists("work/s/npm-shrinkwrap.json"))
        self.assertEqual(self.read("downloads/npm2/pad-1.0.0.tgz.resolved").split(";")[0], pad["resolved"])

    def test_shrinkwrap_of_packages(self):
        from bb.fetch2.npmsw import foreach_dependencies
        seen = []
        packages = {"": {}, "node_modules/@a/b": {"n": 1}, "node_modules/c/node_modules/d": {"dev": True}}
        foreach_dependencies({"packages": packages}, lambda *args: seen.append(args))
        self.assertEqual(seen, [("@a/b", {"n": 1}, "node_modules/@a/b")])
        foreach_dependencies({"packages": packages}, lambda *args: seen.append(args[0]), dev=True)
        self.assertEqual(seen[2], "d")

    def test_shrinkwrap_dependencies(self):
        def deps(**params):
            path = self.write("sw.json", json.dumps({"packages": {"node_modules/p": params}}))
            return self.fetcher("npmsw://" + path).ud["npmsw://" + path].deps

        rev = "a" * 40
        for version, place in (("github:o/r#", "github.com/o/r;protocol=https"),
                               ("o/r#", "github.com/o/r;protocol=https"), ("git+ssh://h/r#", "h/r;protocol=ssh")):
            with self.assertLogs("BitBake", "WARNING"):  # such URLs have no branch
                self.assertEqual(deps(version=version + rev)[0]["url"],
                                 "git://%s;rev=%s;destsuffix=node_modules/p" % (place, rev))
        self.assertEqual(deps(version="1.0.0", integrity="sha1-AAAA"), [])
        for params, wrong in ((dict(version="1.0.0"), "Unsupported dependency: p"), ({}, "Unsupported dependency: p"),
                              (dict(version="git+https://h/r#main"), "Invalid git url")):
            with self.assertRaisesRegex(bb.fetch2.ParameterError, wrong):
                deps(**params)
        with self.assertRaisesRegex(bb.fetch2.ParameterError, "Invalid shrinkwrap file"):
            self.fetcher("npmsw://" + self.write("bad.json", "{"))


class Commands(FetchTest):
    """svn and scp are programs of ours here, which note how they are called."""

    def tool(self, name, script):
        path = self.write("bin/" + name, '#!/bin/sh\necho "%s $*" >> %s\n%s\n' % (name, self.path("called"), script))
        os.chmod(path, 0o755)
        self.d.setVar("PATH", self.path("bin") + ":" + os.environ["PATH"])
        return path

    def called(self):
        return self.read("called").splitlines()

    def test_svn(self):
        self.d.setVar("FETCHCMD_svn", self.tool("svn", """
            case $1 in
            co) for path; do :; done; mkdir -p $path/.svn; echo content > $path/f;;
            log) printf -- '----\\nr42 | me |\\n';;
            esac"""))
        url = "svn://me:secret@svn.org/repo/x;module=trunk/lib;protocol=http;rev=7"
        fetcher = self.fetch(url)
        ud = fetcher.ud[url]
        self.assertEqual((ud.revision, ud.moddir), ("7", self.dldir + "/svn/svn.org/repo/x/trunk/lib"))
        self.assertEqual(ud.localpath, self.dldir + "/trunk.lib_svn.org_.repo.x_7_1.tar.gz")
        self.assertEqual(self.called()[0], "svn co --no-auth-cache --username me --password secret --ignore-externals "
                                           "-r 7 http://svn.org/repo/x/trunk/lib@7 trunk/lib")
        fetcher.unpack(self.work)
        self.assertEqual(self.read("work/trunk/lib/f"), "content\n")
        self.assertFalse(os.path.exists("work/trunk/lib/.svn"))
        other = "svn://svn.org/repo/x;module=trunk/lib;path_spec=trunk/lib;nopegrevision=1;externals=nowarn"
        self.d.setVar("SRCREV", "8")
        ud = self.fetch(other).ud[other]
        self.assertEqual(self.called()[-2:], ["svn upgrade", "svn update --no-auth-cache --ignore-externals -r 8"])
        self.assertEqual(os.path.basename(ud.localpath), "trunk.lib_svn.org_.repo.x_8_0.tar.gz")

    def test_svn_newest(self):
        self.d.setVar("FETCHCMD_svn", self.tool("svn", "printf -- '----\\nr42 | me |\\n'"))
        self.d.setVar("SRC_URI", "svn://svn.org/repo;module=m")
        self.d.setVar("SRCREV", bb.fetch2.get_autorev(self.d))
        bb.fetch2.fetcher_init(self.d)
        self.assertEqual(bb.fetch2.get_srcrev(self.d), "42")
        self.assertEqual(self.called(), ["svn log --limit 1 --quiet --no-auth-cache svn://svn.org/repo/m/"])
        with self.assertRaisesRegex(bb.fetch2.MissingParameterError, "module"):
            self.fetcher("svn://svn.org/repo;rev=1")

    def test_ssh(self):
        self.tool("scp", "for last; do :; done; echo copied > $last/f.bin")
        self.tool("ssh", "exit 1")
        url = "ssh://me@host:2222/~/dir/f.bin"
        os.mkdir(self.dldir)
        fetcher = self.fetch(url)
        self.assertEqual(fetcher.localpaths(), [self.dldir + "/f.bin"])
        self.assertEqual(self.called(), ["scp -B -r -P 2222 me@host:~/dir/f.bin %s/" % self.dldir])
        self.assertEqual(self.read("downloads/f.bin"), "copied\n")
        with self.assertRaises(bb.fetch2.FetchError):
            self.fetcher("ssh://host/a b").checkstatus()
        self.assertEqual(self.called()[-1], "ssh -o BatchMode=true host [ -e '/a b' ]")
        with self.assertRaisesRegex(bb.fetch2.ParameterError, "git:// prefix with protocol=ssh"):
            self.fetcher("ssh://host/r.git;protocol=git")
        self.d.setVar("BB_NO_NETWORK", "1")
        with self.assertRaises(bb.fetch2.NetworkAccess):
            self.fetch("ssh://host/other")
