#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the rules of the house that a compiler does not: who may include whom (docs/architecture.md), no cycles among
headers, one includer for each third-party header, an SPDX line in every source file, no exit() in the library, no function
beyond 60 lines, no file beyond 1000, no folder of lib beyond 6700, no public function that only its own file calls, a unit test for each module of the
folders in TESTED. Prints one line for each violation and fails when there is one."""

import os
import re
import subprocess
import sys

LAYERS = {
    "base": {"base"},
    "os": {"os", "base"},
    "ext": {"ext", "base", "os"},
    "data": {"data", "base"},
    "parse": {"parse", "base", "os", "data"},
    "reuse": {"reuse", "base", "os", "ext", "data"},
    "sig": {"sig", "base", "os", "ext", "data", "reuse"},
    "fetch": {"fetch", "base", "os", "ext", "data"},
    "sstate": {"sstate", "base", "os", "ext", "data"},
    "rpc": {"rpc", "base", "os", "ext"},
    "hashserv": {"hashserv", "rpc", "base", "os", "ext"},
    "prserv": {"prserv", "rpc", "base", "os", "ext"},
    "py": {"py", "base", "os", "data", "reuse", "parse", "sig", "run"},
    "pymod": {"pymod", "py", "base", "os", "data", "fetch", "sstate"},
    "graph": {"graph", "base", "data", "sig"},
    "run": {"run", "base", "os", "data", "graph", "sstate"},
    "cook": {"cook", "reuse", "graph", "pymod", "py", "parse", "sig", "fetch", "data", "ext", "os", "base"},
    "build": {"build", "cook", "reuse", "run", "graph", "py", "parse", "sig", "sstate", "hashserv", "prserv", "rpc", "data", "ext", "os",
              "base"},
    "query": {"query", "cook", "graph", "pymod", "py", "parse", "sig", "fetch", "data", "ext", "os", "base"},
    # The commands pick the machine's services (os) and print values (data) that they are handed.
    "bitbake-c": {"query", "build", "cook", "hashserv", "prserv", "rpc", "data", "os", "base"},
}

# Every header of a library that is not the C library or the kernel, and its one includer.
THIRD_PARTY = {
    "archive.h": "lib/ext/tar_priv.h",
    "archive_entry.h": "lib/ext/tar_priv.h",
    "curl/curl.h": "lib/ext/http.c",
    "jansson.h": "lib/ext/json.c",
    "openssl/evp.h": "lib/ext/digest.c",
    "pcre2.h": "lib/ext/regex.c",
    "sqlite3.h": "lib/ext/db.c",
    "Python.h": "lib/py/impl.h",
    "marshal.h": "lib/py/impl.h",
    "structmember.h": "lib/py/type_data.c",
}

SYSTEM = re.compile(
    r"(sys|linux|netinet|arpa|sanitizer)/.*|"
    r"(assert|ctype|dirent|errno|fcntl|fnmatch|ftw|getopt|glob|grp|inttypes|libgen|limits|locale|math|netdb|poll|pthread|"
    r"pwd|sched|setjmp|signal|spawn|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|"
    r"unistd|utime|wait|wchar)\.h"
)

# Lines between the braces of a function, of a file, of all files of a folder of lib.
MAX_FUNCTION = 60
MAX_FILE = 1000
MAX_FOLDER = 6700

# Folders whose every module has tests/unit/test_<folder>_<module>.c, and why one has none.
TESTED = {"reuse", "cook", "build", "query"}
UNTESTED = {
    "lib/build/execute.c": "it cannot run without a plan, a worker and a scheduler: test_build_build",
    "lib/build/fakeworker.c": "it is the other end of worker.c: test_build_worker",
    "lib/build/recorder.c": "it records whole builds: tests/cases/why",
    "lib/build/why.c": "it asks records of whole builds: tests/cases/why",
    "lib/build/place.c": "its places are in what it serves: tests/cases/why/edits.bbt",
    "lib/build/reparse.c": "it is about recipes that change while they are built: tests/cases/build/reparse.bbt",
    "lib/build/siginfo.c": "it finds what printdiff.c compares: test_build_printdiff",
    "lib/build/taskrun.c": "it is what worker.c runs: test_build_worker",
    "lib/cook/startcache.c": "it is about two starts of the whole program: tests/cases/cache",
}

# The only places that may end the process: a broken invariant and no memory.
MAY_ABORT = {"lib/base/arena.c"}

# Public functions that no other file of the product calls, and why they stay.
UNCALLED = {
    "bb_diag_collect_init": "tests read what was reported",
    "bb_diag_collect_release": "tests read what was reported",
    "bb_fs_set_mtime": "tests make old files",
    "bb_pack_put_hash": "beside put_u32 and the like: fixed width, which hashes need",
    "bb_pack_take_hash": "beside take_u32 and the like",
    "bb_py_main": "tests of what is Python run in this interpreter",
    "bb_sched_outcome": "tests look at each task of a schedule",
    "bb_store_set_flagz": "tests fill stores",
    "bb_tar_list": "tests look into archives",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"')
# With the layout of .clang-format only a function's body has its braces alone in the first column.
BODY = re.compile(r"^\{\n(.*?)^\}\n", re.M | re.S)
ENDS_PROCESS = re.compile(r"(?<![\w.>])(exit|abort|longjmp|siglongjmp|quick_exit)\s*\(")
# A prototype or a definition begins in the first column; static ones are no concern of anybody else.
DECLARED = re.compile(r"^(?!static|typedef|#)[A-Za-z][^\n;{}()=]*?\b(bb_\w+)\(", re.M)
DEFINED = re.compile(r"^(?!static|typedef|#)[A-Za-z][^\n;{}()=]*?\b(bb_\w+)\([^;{]*\)\n\{", re.M)
NAME = re.compile(r"\bbb_\w+")
SOURCE = re.compile(r"\.(c|h|py|sh|cmake)$|(^|/)(CMakeLists\.txt|Makefile)$|^\.ci/|^(meta-[^/]*/)?classes/.*\.bbclass$")


def sources(root):
    """All files of the project: what git knows, or everything where there is no git."""
    try:
        out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=root, check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
        names = [n for n in out.split("\0") if n]
    except (OSError, subprocess.CalledProcessError):
        names = [os.path.relpath(os.path.join(d, f), root) for d, _, files in os.walk(root) for f in files]
        names = [n for n in names if not n.startswith(("build/", ".git/"))]
    return sorted(n for n in set(names) if SOURCE.search(n) and os.path.isfile(os.path.join(root, n)))


def layer_of(name):
    parts = name.split("/")
    if parts[0] == "lib" and len(parts) > 2:
        return parts[1]
    return "bitbake-c" if parts[0] == "bitbake-c" else None


class Checker:
    def __init__(self, root):
        self.root = root
        self.problems = []
        self.headers = {}  # header -> headers of ours that it includes
        self.includers = {}  # third-party header -> files
        self.declared = {}  # public function -> (header, line)
        self.definer = {}  # public function -> file
        self.folders = {}  # folder of lib -> lines of C
        self.users = {}  # name -> how often each file has it, comments and texts left out

    def problem(self, name, line, text):
        self.problems.append("%s:%d: %s" % (name, line, text))

    def check_include(self, name, line, quoted, header):
        layer = layer_of(name)
        if not quoted:
            if header in THIRD_PARTY:
                self.includers.setdefault(header, set()).add(name)
            elif not SYSTEM.fullmatch(header):
                self.problem(name, line, "<%s> is of no library that tools/check_layers.py knows" % header)
            return
        path = os.path.join(self.root, "lib", header)
        if layer == "bitbake-c" and "/" not in header:
            beside = os.path.join(self.root, os.path.dirname(name), header)
            path = beside if os.path.isfile(beside) else os.path.join(self.root, "bitbake-c", header)
        elif "/" not in header:
            self.problem(name, line, '"%s" is not written from lib/: "folder/file.h"' % header)
            return
        elif header.split("/")[0] not in LAYERS[layer]:
            self.problem(name, line, "%s may not include %s" % (layer, header.split("/")[0]))
        if not os.path.isfile(path):
            self.problem(name, line, 'no such header: "%s"' % header)
        elif name.endswith(".h"):
            self.headers.setdefault(name, []).append((os.path.relpath(path, self.root), line))

    def check_c(self, name, text):
        if layer_of(name) not in LAYERS:
            self.problem(name, 1, "folder is not in the table of tools/check_layers.py")
            return
        for m in INCLUDE.finditer(text):
            self.check_include(name, text.count("\n", 0, m.start()) + 1, m.group(1) == '"', m.group(2))
        for m in BODY.finditer(text):
            if m.group(1).count("\n") > MAX_FUNCTION:
                self.problem(name, text.count("\n", 0, m.start()), "function longer than %d lines" % MAX_FUNCTION)
        if name.startswith("lib/") and name not in MAY_ABORT:
            code = COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
            code = TEXT.sub(lambda m: " " * len(m.group()), code)
            for m in ENDS_PROCESS.finditer(code):
                self.problem(name, code.count("\n", 0, m.start()) + 1, "the library does not call %s()" % m.group(1))

    def note_names(self, name, text):
        """For check_callers: what the file declares, defines and names."""
        code = COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
        for m in DECLARED.finditer(code) if name.endswith(".h") else ():
            self.declared.setdefault(m.group(1), (name, code.count("\n", 0, m.start()) + 1))
        for m in DEFINED.finditer(code):
            self.definer[m.group(1)] = name
        for n in NAME.findall(TEXT.sub('""', code)):
            count = self.users.setdefault(n, {})
            count[name] = count.get(name, 0) + 1

    def check_callers(self):
        """A public function has a caller outside its file; or one inside and a test of its own."""
        for n, (header, line) in sorted(self.declared.items()):
            users, own = dict(self.users[n]), self.definer.get(n)
            inside = users.pop(own, 0) > 1
            users[header] -= 1
            tested = any(u.startswith("tests/") and c for u, c in users.items())
            if any(c and not u.startswith("tests/") for u, c in users.items()) or inside and tested:
                continue
            if n not in UNCALLED:
                self.problem(header, line, "%s() has no caller outside %s" % (n, own))

    def check_file(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8", errors="replace") as f:
            text = f.read()
        head = text.split("\n", 2)[:2]
        # Sources of recipes may have a licence of their own: a kernel module has to.
        licence = "" if re.match(r"(meta-[^/]*/)?recipes-", name) else "MIT"
        if not any("SPDX-License-Identifier: " + licence in line for line in head):
            self.problem(name, 1, "no SPDX-License-Identifier line")
        if text.count("\n") > MAX_FILE:
            self.problem(name, MAX_FILE, "longer than %d lines" % MAX_FILE)
        if name.endswith((".c", ".h")) and name.startswith(("lib/", "bitbake-c/", "tests/")):
            self.note_names(name, text)
        if name.endswith((".c", ".h")) and layer_of(name):
            self.check_c(name, text)
        if name.startswith("lib/") and name.endswith(".c"):
            folder = os.path.dirname(name)
            self.folders[folder] = self.folders.get(folder, 0) + text.count("\n")

    def check_folders(self):
        for folder, lines in sorted(self.folders.items()):
            if lines > MAX_FOLDER:
                self.problem(folder, 1, "%d lines of C, more than %d" % (lines, MAX_FOLDER))

    def check_cycles(self):
        done, path = set(), []

        def visit(header):
            if header in path:
                chain = path[path.index(header):] + [header]
                self.problem(header, 1, "headers include each other: " + " -> ".join(chain))
                return
            if header in done:
                return
            path.append(header)
            for other, _ in self.headers.get(header, []):
                visit(other)
            path.pop()
            done.add(header)

        for header in sorted(self.headers):
            visit(header)

    def check_tested(self, names):
        for name in names:
            parts = name.split("/")
            if parts[0] != "lib" or len(parts) != 3 or parts[1] not in TESTED or not name.endswith(".c"):
                continue
            test = "tests/unit/test_%s_%s" % (parts[1], parts[2])
            if name not in UNTESTED and not os.path.isfile(os.path.join(self.root, test)):
                self.problem(name, 1, "no " + test)

    def check_third_party(self):
        for header, files in sorted(self.includers.items()):
            for name in sorted(files - {THIRD_PARTY[header]}):
                self.problem(name, 1, "<%s> is included by %s only" % (header, THIRD_PARTY[header]))

    def run(self):
        names = sources(self.root)
        for name in names:
            self.check_file(name)
        self.check_tested(names)
        self.check_cycles()
        self.check_folders()
        self.check_third_party()
        self.check_callers()
        for p in sorted(self.problems):
            print(p)
        return 1 if self.problems else 0


if __name__ == "__main__":
    sys.exit(Checker(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))).run())
