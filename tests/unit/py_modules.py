# SPDX-License-Identifier: MIT
"""The parts of bb that are Python, run by test_pymod_modules inside bbc's interpreter."""
import ast
import hashlib
import io
import json
import logging
import os
import stat
import sys
import tempfile
import threading
import unittest

import bb
import bb.build
import bb.cache
import bb.checksum
import bb.codeparser
import bb.cookerdata
import bb.data
import bb.msg
import bb.parsetime
import bb.persist_data
import bb.process
import bb.progress
import bb.providers
import bb.runqueue
import bb.siggen


class InFolder(unittest.TestCase):
    def setUp(self):
        self.d = bb.data.init()
        self.old = os.getcwd()
        self.dir = tempfile.TemporaryDirectory()
        os.chdir(self.dir.name)

    def tearDown(self):
        os.chdir(self.old)
        self.dir.cleanup()

    def write(self, name, text="x"):
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "w") as f:
            f.write(text)
        return name


class ParseTime(InFolder):
    """What parse workers put in place of library functions gives what those give."""

    def setUp(self):
        super().setUp()
        self.originals = os.path.realpath, json._default_decoder
        bb.parsetime.start()

    def tearDown(self):
        os.path.realpath, json._default_decoder = self.originals
        super().tearDown()

    def same_path(self, path):
        self.assertEqual(os.path.realpath(path), self.originals[0](path), path)
        return os.path.realpath(path)

    def test_realpath(self):
        top = self.originals[0](".")
        os.makedirs("a/b/c")
        self.write("a/b/file")
        os.symlink("b", "a/rel")
        os.symlink(top + "/a/rel/c", "abs")
        os.symlink("../a/./rel//file", "a/up")
        os.symlink("round", "round")
        os.symlink("two", "one")
        os.symlink("one/x", "two")
        os.symlink("nowhere/at/all", "dangling")
        for path in ("", ".", "a/b", "/", "//", "/..", "/a/../../b", top, top + "/", top + "/a/rel/c/../file", top + "/abs",
                     top + "/abs/../up", top + "/a/up/more", top + "/round", top + "/round/x", top + "/one/y",
                     top + "/dangling/../z", top + "/none/./b//c/..", top + "//a/rel", "abs/..", "\0", top + "/\u00e4"):
            if "\0" not in path:
                self.same_path(path)
        self.assertRaises(ValueError, os.path.realpath, "/a\0b")
        self.assertEqual(os.path.realpath(top.encode() + b"/abs"), top.encode() + b"/a/b/c")
        self.assertEqual(self.same_path(top + "/abs"), top + "/a/b/c")
        self.assertRaises(OSError, os.path.realpath, top + "/none", strict=True)

    def test_realpath_sees_changes(self):
        top = self.originals[0](".")
        os.makedirs("one")
        os.makedirs("two")
        self.assertEqual(self.same_path(top + "/link"), top + "/link")
        os.symlink("one", "link")
        self.assertEqual(self.same_path(top + "/link"), top + "/one")
        os.unlink("link")
        self.assertEqual(self.same_path(top + "/link"), top + "/link")
        os.symlink("two", "other")
        os.rename("other", "link")
        self.assertEqual(self.same_path(top + "/link"), top + "/two")
        bb.process.run("ln -sfn one link")
        self.assertEqual(self.same_path(top + "/link"), top + "/one")

    def test_json(self):
        text = json.dumps({"list": [{"n": i, "x": [1.5, None, True, "t\u00e4"]} for i in range(500)]})
        plain = self.originals[1].decode(text)
        first, second = json.loads(text), json.loads(text)
        self.assertEqual((first, second), (plain, plain))
        self.assertIsNot(first, second)
        first["list"][3]["x"].append("mine")
        second["list"].clear()
        self.assertEqual(json.loads(text), plain)
        for i in range(9):
            self.assertEqual(json.loads(text[:-1] + ', "%d": 1}' % i)["%d" % i], 1)
        self.assertEqual(json.loads(text), plain)
        self.assertRaises(json.JSONDecodeError, json.loads, text + "x")
        self.assertEqual(json.loads(text.encode(), parse_int=str)["list"][7]["n"], "7")


class Files(InFolder):
    def test_copyfile(self):
        self.write("a", "text")
        os.chmod("a", 0o640)
        os.utime("a", (10, 20))
        self.assertEqual(bb.utils.copyfile("a", "b"), 20)
        st = os.stat("b")
        self.assertEqual((stat.S_IMODE(st.st_mode), int(st.st_mtime), st.st_size), (0o640, 20, 4))
        self.assertEqual(bb.utils.copyfile("a", "c", newmtime=77), 77)
        os.symlink("a", "link")
        bb.utils.copyfile("link", "b")
        self.assertEqual(os.readlink("b"), "a")
        with self.assertLogs("BitBake.Util"):
            self.assertFalse(bb.utils.copyfile("none", "x"))
        self.assertFalse(os.path.exists("b#new"))

    def test_movefile_and_links(self):
        self.write("a")
        os.mkdir("dir")
        bb.utils.movefile("a", "dir")
        self.assertTrue(os.path.exists("dir/a") and not os.path.exists("a"))
        os.link("dir/a", "hard")
        self.assertTrue(bb.utils.break_hardlinks("hard"))
        self.assertEqual(os.stat("dir/a").st_nlink, 1)
        with self.assertLogs("BitBake.Util"):
            self.assertIsNone(bb.utils.movefile("none", "x"))

    def test_remove(self):
        for name in ("a1", "a2", "t/u/v"):
            self.write(name)
        bb.utils.remove("a*")
        bb.utils.remove("nothing")
        bb.utils.remove("t", recurse=True)
        self.assertEqual(os.listdir("."), [])
        for path in ("/", "/home", os.environ.get("HOME", "/root")):
            with self.assertRaises(Exception):
                bb.utils.prunedir(path)

    def test_mkdirhier(self):
        bb.utils.mkdirhier("a/b")
        bb.utils.mkdirhier("a/b")
        self.write("f")
        self.assertRaises(OSError, bb.utils.mkdirhier, "f")
        self.assertRaises(bb.BBHandledException, bb.utils.mkdirhier, "${WORKDIR}/x")

    def test_which(self):
        self.write("p/tool")
        self.write("q/tool")
        os.chmod("q/tool", 0o755)
        here = os.getcwd()
        self.assertEqual(bb.utils.which("none:p:q", "tool"), here + "/p/tool")
        self.assertEqual(bb.utils.which("p:q", "tool", direction=1), here + "/q/tool")
        self.assertEqual(bb.utils.which("p:q", "tool", executable=True), here + "/q/tool")
        self.assertEqual(bb.utils.which("p:x", "none", history=True), ("", ["p/none", "x/none"]))
        self.assertTrue(bb.utils.path_is_descendant("p/tool", ".") and not bb.utils.path_is_descendant("p", "q"))

    def test_locks(self):
        lock = bb.utils.lockfile("l/lock")
        pid = os.fork()
        if pid == 0:
            os._exit(0 if bb.utils.lockfile("l/lock", retry=False) is None else 1)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        bb.utils.unlockfile(lock)
        self.assertFalse(os.path.exists("l/lock"))
        with bb.utils.fileslocked(["a.lock", "b.lock"]):
            self.assertTrue(os.path.exists("a.lock") and os.path.exists("b.lock"))
        self.assertEqual(os.listdir("l"), [])

    def test_checksums(self):
        self.write("f", "abc")
        self.assertEqual(bb.utils.md5_file("f"), "900150983cd24fb0d6963f7d28e17f72")
        self.assertEqual(bb.utils.sha256_file("f")[:8], "ba7816bf")
        self.write("d/sub/g", "abc")
        self.write("d/.git/h", "abc")
        got = bb.checksum.FileChecksumCache().get_checksums("f:True none:False d:True", "pn", [".git"])
        self.assertEqual([path for path, _ in got], ["f", "d/./sub/g"])

    def test_environment(self):
        with bb.utils.environment(BBC_X="1"):
            self.assertEqual(os.environ["BBC_X"], "1")
        self.assertNotIn("BBC_X", os.environ)
        with bb.utils.umask(0o077):
            self.write("private")
        self.assertEqual(stat.S_IMODE(os.stat("private").st_mode), 0o600)

    def test_config_files(self):
        self.write("conf/x.conf", 'A = "1"\n')
        os.makedirs("deep/down")
        os.chdir("deep/down")
        self.assertEqual(bb.cookerdata.findConfigFile("x.conf", self.d), os.path.abspath("../../conf/x.conf"))
        self.assertIsNone(bb.cookerdata.findConfigFile("no-such.conf", self.d))

    def test_reading(self):
        self.write("r_1.0.bb", 'A = "a"\nBBCLASSEXTEND = ""\npython () {\n    d.setVar("B", "b")\n}\n')
        stores = bb.parse.handle(os.path.abspath("r_1.0.bb"), self.d)
        self.assertEqual((stores[""].getVar("A"), stores[""].getVar("B")), ("a", "b"))
        self.assertIsNone(self.d.getVar("A"))
        self.write("bad.bb", "nonsense\n")
        self.assertRaises(bb.parse.ParseError, bb.parse.handle, os.path.abspath("bad.bb"), self.d)
        self.assertRaises(bb.parse.ParseError, bb.parse.handle, "x.txt", self.d)
        self.write("x.inc", 'C = "${A}c"\n')
        self.assertIs(bb.parse.handle(os.path.abspath("x.inc"), self.d, True), self.d)
        self.assertEqual(self.d.getVar("C"), "${A}c")
        self.assertEqual(bb.parse.vars_from_file("/x/pn_1_r2.bb", self.d), ["pn", "1", "r2"])
        self.assertEqual(bb.parse.vars_from_file("/x/pn.inc", self.d), (None, None, None))
        self.assertRaises(bb.parse.ParseError, bb.parse.vars_from_file, "a_b_c_d.bb", self.d)
        self.assertIn(os.path.abspath("x.inc"), bb.parse.get_file_depends(self.d))

    def test_persist(self):
        self.d.setVar("PERSISTENT_DIR", os.getcwd())
        table = bb.persist_data.persist("T", self.d)
        table["a"] = "1"
        table["a"] = "2"
        table["b"] = "3"
        again = bb.persist_data.persist("T", self.d)
        self.assertEqual((dict(again), len(again), "c" in again), ({"a": "2", "b": "3"}, 2, False))
        del again["b"]
        self.assertRaises(KeyError, lambda: table["b"])
        self.assertRaises(TypeError, table.__setitem__, "x", 1)
        with self.assertRaises(RuntimeError), table:
            table["z"] = "1"
            raise RuntimeError
        self.assertNotIn("z", table)


class Commands(InFolder):
    def test_run(self):
        self.assertEqual(bb.process.run("echo out; echo err >&2"), ("out\n", "err\n"))
        self.assertEqual(bb.process.run(["cat"], input=b"in"), ("in", ""))
        with self.assertRaises(bb.process.ExecutionError) as cm:
            bb.process.run("echo why; exit 3")
        self.assertEqual((cm.exception.exitcode, str(cm.exception)),
                         (3, "Execution of 'echo why; exit 3' failed with exit code 3:\nwhy\n"))
        self.assertRaises(bb.process.NotFoundError, bb.process.run, ["/no/such/program"])

    def test_run_with_log(self):
        log = io.StringIO()
        self.assertEqual(bb.process.run("echo a; sleep 0.1; echo b >&2", log=log), ("a\n", "b\n"))
        self.assertEqual(log.getvalue(), "a\nb\n")
        self.assertEqual(bb.process.run("printf '\\303'; sleep 0.1; printf '\\251'", log=log)[0], "\u00e9")
        with self.assertRaises(bb.process.ExecutionError) as cm:
            bb.process.run("echo in log; exit 1", log=log)
        self.assertNotIn("in log", str(cm.exception).split("exit code")[1])
        # a background process that keeps the pipe open does not keep us
        self.assertEqual(bb.process.run("sleep 30 & echo done", log=log)[0], "done\n")

    def test_extrafiles(self):
        os.mkfifo("fifo")
        seen = []
        with open(os.open("fifo", os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as f:
            bb.process.run("echo hello > fifo", log=io.StringIO(), extrafiles=[(f, seen.append)])
        self.assertEqual(b"".join(seen), b"hello\n")

    def test_threads_share_a_store(self):
        self.d.setVar("A", "${@sum(range(1000)) and d.getVar('B')}")
        results = []

        def work():
            for i in range(200):
                copy = self.d.createCopy()
                copy.setVar("B", str(i))
                results.append(copy.getVar("A") == str(i))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual((len(results), all(results)), (800, True))


class Names(unittest.TestCase):
    def test_tids(self):
        rq = bb.runqueue
        self.assertEqual(rq.split_tid_mcfn("/a.bb:do_x"), ("", "/a.bb", "do_x", "/a.bb"))
        self.assertEqual(rq.split_tid_mcfn("mc:m:virtual:native:/a.bb:do_x"),
                         ("m", "virtual:native:/a.bb", "do_x", "mc:m:virtual:native:/a.bb"))
        self.assertEqual(rq.build_tid("m", "/a.bb", "do_x"), "mc:m:/a.bb:do_x")
        self.assertEqual((rq.mc_from_tid("mc:m:/a.bb:do_x"), rq.mc_from_tid("/a.bb:do_x")), ("m", ""))
        self.assertEqual(rq.split_mc("mc:m:target:do_x"), ("m", "target:do_x"))

    def test_variants(self):
        c = bb.cache
        self.assertEqual(c.realfn2virtual("/a.bb", "native", "m"), "mc:m:virtual:native:/a.bb")
        self.assertEqual(c.virtualfn2realfn("mc:m:virtual:multilib:lib32:/a.bb"), ("/a.bb", "multilib:lib32", "m"))
        self.assertEqual(c.variant2virtual("/a.bb", "native"), "virtual:native:/a.bb")

    def test_versions(self):
        u = bb.utils
        for a, b, r in (("1.0", "1.0", 0), ("1.0~rc1", "1.0", -1), ("1.10", "1.9", 1), ("1.0a", "1.0", 1),
                        ("1:0.1", "2.0", 1), ("1.0-r1", "1.0-r2", -1), ("1.0", "1.0.0", -1)):
            self.assertEqual(u.vercmp_string(a, b), r, (a, b))
            self.assertEqual(u.vercmp_string(b, a), -r, (a, b))
        self.assertTrue(u.vercmp_string_op("1", "2", "<<") and u.vercmp_string_op("2", "2", ">="))
        self.assertRaises(u.VersionStringException, u.vercmp_string_op, "1", "2", "~")

    def test_dependency_strings(self):
        u = bb.utils
        text = "b (>= 1.0) a, c (= 2) c (<< 3)"
        self.assertEqual(u.explode_deps(text), ["b", "a,", "c", "c"])
        deps = u.explode_dep_versions2(text)
        self.assertEqual(list(deps.items()), [("a", []), ("b", [">= 1.0"]), ("c", ["= 2", "<< 3"])])
        self.assertEqual(u.join_deps(deps), "a, b (>= 1.0), c (= 2), c (<< 3)")
        self.assertRaises(u.VersionStringException, u.explode_dep_versions2, "a (1.0)")

    def test_booleans(self):
        self.assertEqual([bb.utils.to_boolean(v) for v in ("Yes", "0", "", None, 1)], [True, False, None, None, True])
        self.assertRaises(ValueError, bb.utils.to_boolean, "maybe")

    def test_modules_load_when_named(self):
        self.assertEqual(bb.fetch.URI, bb.fetch2.URI)
        self.assertRaises(AttributeError, lambda: bb.no_such_module)
        self.assertIs(__import__("bb.fetch").fetch, sys.modules["bb.fetch2"])


class Signatures(unittest.TestCase):
    def generator(self, d, stamp):
        d.setVar("BB_SIGNATURE_HANDLER", "basichash")
        d.setVar("STAMP", stamp)
        d.setVar("__BBTASKS", ["do_x"])
        d.setVarFlag("do_x", "stamp-extra-info", "machine")
        generator = bb.siggen.init(d)
        generator.setup_datacache_from_datastore("/a.bb", d)
        generator.taskhash["/a.bb:do_x"] = "abc"
        return generator

    def test_stamps(self):
        d = bb.data.init()
        generator = self.generator(d, "/s/pn-1")
        self.assertEqual(generator.stampfile_mcfn("do_x", "/a.bb"), "/s/pn-1.do_x.abc.machine")
        self.assertEqual(generator.stampfile_mcfn("do_x_setscene", "/a.bb"), "/s/pn-1.do_x_setscene.abc.machine")
        self.assertEqual(generator.stampcleanmask_mcfn("do_x", "/a.bb"), "/s/pn-1.do_x.*.machine")
        d.setVar("BB_SIGNATURE_HANDLER", "nosuch")
        with self.assertLogs("BitBake.SigGen"):
            noop = bb.siggen.init(d)
        self.assertEqual(noop.name, "noop")
        self.assertEqual(noop.stampfile("/s/pn-1", "/a.bb", "do_x", ""), "/s/pn-1.do_x")
        self.assertEqual(noop.stampfile("/s/pn-1", "/a.bb", "do_x", "machine"), "/s/pn-1.do_x.machine")
        self.assertRaises(TypeError, noop.stampfile, "/s/pn-1", "/a.bb", None, "")

    def test_files_of_stamps(self):
        d = bb.data.init()
        d.setVar("BB_FILENAME", "/a.bb")
        with tempfile.TemporaryDirectory() as top:
            base = os.path.join(top, "sigdata", "pn-1")
            generator = bb.parse.siggen = self.generator(d, base)
            self.assertIsNone(generator.read_taint("/a.bb", "do_x", base))
            bb.build.write_taint("do_x", d)
            taint = generator.read_taint("/a.bb", "do_x", base)
            self.assertRegex(taint, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$")
            bb.build.write_taint("do_x", d)
            self.assertNotEqual(generator.read_taint("/a.bb", "do_x", base), taint)
            for name in ("do_x.old.machine", "do_x_setscene.old.machine", "do_x.sigdata.old.machine", "do_y.old.machine"):
                open("%s.%s" % (base, name), "w").close()
            self.assertEqual(bb.build.find_stale_stamps("do_x", "/a.bb"),
                             [base + ".do_x.old.machine", base + ".do_x_setscene.old.machine"])
            bb.build.make_stamp("do_x", d)
            self.assertEqual(sorted(os.listdir(os.path.dirname(base))),
                             ["pn-1.do_x.abc.machine", "pn-1.do_x.sigdata.old.machine", "pn-1.do_x.taint",
                              "pn-1.do_y.old.machine"])
            self.assertEqual(bb.build.find_stale_stamps("do_x", "/a.bb"), [])
            bb.build.del_stamp("do_x", d)
            self.assertFalse(os.path.exists(bb.build.stampfile("do_x", d)))

    def test_base_hashes(self):
        import hashlib
        d = bb.data.init()
        d.setVar("do_x", "echo ${A}")
        d.setVarFlag("do_x", "func", "1")
        d.setVarFlag("do_x", "task", "1")
        d.setVarFlag("do_x", "vardeps", "IGNORED")
        d.setVar("__BBTASKS", ["do_x"])
        d.setVar("A", "1 ${B}")
        d.setVar("B", "2")
        d.setVar("IGNORED", "3")
        tasks, deps, values = bb.data.generate_dependencies(d, {"IGNORED"})
        self.assertEqual(tasks, ["do_x"])
        self.assertEqual(deps, {"do_x": {"A"}, "A": {"B"}, "B": set()})
        self.assertEqual(values, {"do_x": "echo ${A}", "A": "1 ${B}", "B": "2"})
        for args in (((), (), d), ((), (), {"IGNORED"}, d), ((), (), (), {"IGNORED"}, d, d)):
            ignored = len(args) > 3
            self.assertEqual(bb.data.build_dependencies("do_x", (), *args),
                             ({"A"} if ignored else {"A", "IGNORED"}, "echo ${A}"))
        expected = hashlib.sha256(b"echo ${A}" b"A1 ${B}" b"B2").hexdigest()
        self.assertEqual(bb.data.generate_dependency_hash(tasks, deps, values, {"IGNORED"}, "/x.bb"),
                         ({"do_x": {"A", "B"}}, {"/x.bb:do_x": expected}))
        d.setVar("BB_BASEHASH_IGNORE_VARS", "IGNORED")
        generator = bb.siggen.SignatureGeneratorBasic(d)
        generator.finalise("/x.bb", d, "native")
        self.assertEqual(generator.basehash, {"virtual:native:/x.bb:do_x": expected})
        self.assertEqual(d.getVar("__siggen_taskdeps"), {"do_x": {"A", "B"}})

    def test_unihashes_of_an_own_client(self):
        import contextlib

        class Generator(bb.siggen.SignatureGeneratorUniHashMixIn):
            answer = "b" * 64

            @contextlib.contextmanager
            def client(self):
                yield self

            def get_unihash_batch(self, asked):
                return [self.answer for _ in asked]

        generator = Generator.__new__(Generator)
        generator.method, generator.extramethod, generator.setscenetasks = "m", {}, set()
        generator.taskhash, generator.tidtopn = {"/x.bb:do_x": "a" * 64}, {"/x.bb:do_x": "x"}
        generator.unihash, generator.unitaskhashes = {}, {}
        for wrong in ("${@1}", "b" * 63, "B" * 64):
            generator.answer = wrong
            self.assertRaises(bb.BBHandledException, generator.get_unihashes, ["/x.bb:do_x"])
            self.assertEqual(generator.unihash, {})
        generator.answer = "b" * 64
        self.assertEqual(generator.get_unihashes(["/x.bb:do_x"]), {"/x.bb:do_x": "b" * 64})

    def test_hash_of_go_modules(self):
        import hashlib
        import zipfile
        digest = hashlib.sha256(b"text").hexdigest()
        with tempfile.TemporaryDirectory() as folder:
            for members in ("go.mod",), ("z", "b/a"):
                path = os.path.join(folder, members[0])
                if len(members) == 1:
                    with open(path, "wb") as f:
                        f.write(b"text")
                else:
                    with zipfile.ZipFile(path, "w") as z:
                        for name in members:
                            z.writestr(name, b"text")
                text = "".join("%s  %s\n" % (digest, name) for name in sorted(members))
                self.assertEqual(bb.utils.goh1_file(path), hashlib.sha256(text.encode()).hexdigest())

    def test_tasks_between(self):
        d = bb.data.init()
        for task, after in (("do_a", None), ("do_b", "do_a"), ("do_c", "do_b"), ("do_x", None)):
            bb.build.addtask(task, None, after, d)
        self.assertEqual(sorted(bb.build.tasksbetween("do_a", "do_c", d)), ["do_a", "do_b", "do_c"])
        self.assertEqual(bb.build.preceedtask("do_c", False, d), {"do_b"})
        bb.build.deltask("do_b", d)
        self.assertEqual(d.getVar("__BBTASKS", False), ["do_a", "do_c", "do_x"])
        self.assertEqual(d.getVarFlag("do_c", "deps"), [])


class Interface(unittest.TestCase):
    """Names that layers and their tools call; tests/oracle/pymod_interface.py says which there are."""

    def test_differences(self):
        self.assertEqual(bb.siggen.worddiff_str("a b c", "a x c d"), '"a [-b-] {+x+} c {+d+}"')
        self.assertEqual(bb.siggen.worddiff_str("a  b", "a b"), '"a [--] b" (whitespace changed)')
        colors = bb.siggen.init_colors(True)
        self.assertEqual(bb.siggen.worddiff_str("a", "a b", colors), '"a \033[0;32m{+b+}\033[0m"')
        self.assertEqual(bb.siggen.list_inline_diff(["a", "b"], ["a", "c"]), "['a', -b, +c]")

    def test_hashes_of_data(self):
        data = {"basewhitelist": ["x"], "task": "t", "taskdeps": ["b", "a"], "varvals": {"t": None, "a": "1", "b": None}}
        bb.siggen.handle_renames(data)
        self.assertEqual(data["basehash_ignore_vars"], ["x"])
        sha = lambda text: hashlib.sha256(text.encode()).hexdigest()
        data["basehash"] = bb.siggen.calc_basehash(data)
        self.assertEqual(data["basehash"], sha("a1b"))
        data.update(runtaskdeps=["d"], runtaskhashes={"d": "dd"}, file_checksum_values=[("f", "ff"), ("./g", "gg"), ("h", None)])
        self.assertEqual(bb.siggen.calc_taskhash(data), sha(data["basehash"] + "ddff./ggg"))
        for taint, counted in (("nostamp:n", "n"), ("t", "t")):
            data["taint"] = taint
            self.assertEqual(bb.siggen.calc_taskhash(data), sha(data["basehash"] + "ddff./ggg" + counted))

    def test_events(self):
        self.assertEqual(bb.event.ConfigFilesFound("V", values=["a"])._values, ["a"])
        self.assertEqual(bb.event.MsgWarn(msg="m")._message, "m")
        self.assertRaises(TypeError, bb.event.DepTreeGenerated)
        bb.event.check_for_interrupts()
        bb.event.check_for_interrupts(None)

    def test_providers(self):
        match = bb.providers.preferredVersionMatch
        self.assertTrue(match(None, "1.2", "r0", None, "1.%", None) and match("1", "1.2", "r0", "1", "1.2", "r0"))
        self.assertFalse(match(None, "2.2", "r0", None, "1.%", None) or match("1", "1.2", "r0", "2", "1.2", "r0"))
        self.assertFalse(match(None, "1.2", "r0", None, None, None))
        self.assertTrue(issubclass(bb.providers.NoProvider, bb.BBHandledException))
        d = bb.data.init()
        d.setVar("PREFERRED_VERSION_x86_y", "3")
        self.assertEqual(bb.providers.versionVariableMatch(d, "PREFERRED", "x86_y"), "3")
        self.assertIsNone(bb.providers.versionVariableMatch(d, "REQUIRED", "x86_y"))

    def test_code(self):
        for text in ("x = 1", "\nx = 1", "  x = 1", "\n\n\tx = 1\n\ty = 2"):
            lines = [node.lineno for node in ast.walk(ast.parse(bb.codeparser.check_indent(text))) if isinstance(node, ast.Assign)]
            self.assertEqual(lines[0], text.count("\n", 0, text.index("x")) + (text[0] == " ") + 1)
        log = bb.codeparser.BufferedLogger("x", logging.INFO, logging.getLogger("BitBake.Interface"))
        with self.assertLogs("BitBake.Interface", "INFO") as seen:
            log.warning("first")
            self.assertEqual(seen.output, [])
            log.flush()
        self.assertEqual(len(seen.output), 1)

    def test_context(self):
        d = bb.data.init()
        d.setVar("A", "1")
        d.setVar("oe", "2")
        self.assertEqual(eval("A + d.getVar('A')", bb.data_smart.DataContext(d)), "11")
        self.assertRaises(NameError, eval, "oe", bb.data_smart.DataContext(d))

    def test_progress_of_programs(self):
        from bb.fetch2.git import GitProgressHandler
        from bb.fetch2.wget import WgetProgressHandler
        events = []
        bb.event.register("h", lambda e, d: events.append((e.progress, e.rate)), ["bb.build.TaskProgress"])
        out, sys.stdout = sys.stdout, io.StringIO()
        try:
            WgetProgressHandler(None).write("  50K .......... 42% 1.5M 1s\nother\n")
            git = GitProgressHandler(None)
            git.write("remote: Counting objects: 5\r")
            git.write("Receiving objects:  40% (4/10), 1 MiB | 2.5 MB/s\r")
            shown = sys.stdout.getvalue()
        finally:
            sys.stdout = out
            bb.event.remove("h", None)
        self.assertEqual(events, [(0, None), (42, "1.5M/s"), (-1, None), (-5, None), (45, "2.5 MB/s")])
        self.assertEqual(shown, "other\nremote: Counting objects: 5\rReceiving objects:  40% (4/10), 1 MiB | 2.5 MB/s\r")

    def test_signals(self):
        import signal
        old = bb.utils.sigmask(signal.SIG_BLOCK, bb.utils.valid_signals)
        self.assertIn(signal.SIGTERM, bb.utils.sigmask(signal.SIG_SETMASK, old))


class Messages(unittest.TestCase):
    def test_format(self):
        formatter = bb.msg.BBLogFormatter("%(levelname)s: %(message)s")
        make = lambda level: logging.LogRecord("BitBake", level, "f", 1, "text", (), None)
        self.assertEqual([formatter.format(make(level)) for level in (10, 19, 20, 21, 29, 30, 40, 50)],
                         ["DEBUG: text", "NOTE: text", "NOTE: text", "text", "WARNING: text", "WARNING: text",
                          "ERROR: text", "ERROR: text"])

    def test_catcher(self):
        catcher = bb.utils.LogCatcher()
        bb.logger.addHandler(catcher)
        try:
            bb.warn("wa", "rn")
        finally:
            bb.logger.removeHandler(catcher)
        self.assertTrue(catcher.contains("WARNING: warn"))

    def test_progress(self):
        events = []
        bb.event.register("h", lambda e, d: events.append(e.progress), ["bb.build.TaskProgress"])
        try:
            out = io.StringIO()
            handler = bb.build.create_progress_handler("f", "outof:(\\d+)/(\\d+)", out, None)
            handler.write("1/4 done\n2/4 done\n")
        finally:
            bb.event.remove("h", None)
        self.assertEqual((events, out.getvalue()), ([0, 50.0], "1/4 done\n2/4 done\n"))


unittest.main(argv=["py_modules"], verbosity=1)
