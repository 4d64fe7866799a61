#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the reference's own tests of its hash equivalence server (hashserv.tests of the BitBake that BBC_REFERENCE names) against
bbc-hashserv, and bbc-hashclient against it. The reference's classes stay as they are; what starts a server there starts ours.

    hashserv_reference.py FOLDER-OF-BIN [unittest's arguments: NAME ..., -v, -k PATTERN]

Tests for websockets and for databases other than SQLite skip themselves or are left out: bbc has neither."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

LEFT_OUT = ("Websocket", "External")


class Process:
    """As a multiprocessing.Process, as far as the tests look at it."""

    def __init__(self, popen):
        self.popen = popen

    @property
    def exitcode(self):
        return self.popen.poll()

    def terminate(self):
        self.popen.terminate()

    def join(self, timeout=None):
        try:
            self.popen.wait(timeout)
        except subprocess.TimeoutExpired:
            pass


class Server:
    def __init__(self, command):
        self.command = command

    def serve_as_process(self, *, prefunc=None, args=(), log_level=None):
        """prefunc runs in the reference's server process and only sets up logging there, or holds it up."""
        popen = subprocess.Popen(self.command, stderr=subprocess.PIPE, encoding="utf-8")
        self.process = Process(popen)
        for line in popen.stderr:
            if "listening on " in line:
                self.address = line.split("listening on ", 1)[1].strip()
                break
            sys.stderr.write(line)
        else:
            raise RuntimeError("bbc-hashserv ended with %s" % popen.wait())
        # It may log more, and must not wait for a reader.
        self.drain = subprocess.Popen(["cat"], stdin=popen.stderr, stdout=subprocess.DEVNULL)
        popen.stderr.close()


def make_create_server(program):
    def create_server(addr, dbname, *, sync=True, upstream=None, read_only=False, anon_perms=None, admin_username=None,
                      admin_password=None, **_):
        command = [program, "--bind", addr, "--database", dbname, "--log", "INFO"]
        command += ["--upstream", upstream] if upstream else []
        command += ["--read-only"] if read_only else []
        command += ["--anon-perms", ",".join(sorted(anon_perms)) or "@none"] if anon_perms is not None else []
        command += ["--admin-user", admin_username, "--admin-password", admin_password] if admin_username else []
        return Server(command)

    return create_server


def run_tests(module):
    """Runs a module's tests as the command line says, and says how many pass; an exit status."""
    result = unittest.main(module=module, argv=sys.argv[:1] + sys.argv[2:], exit=False, warnings="ignore").result
    bad = len(result.failures) + len(result.errors)
    print("%d of %d tests pass, %d skipped" % (result.testsRun - bad - len(result.skipped), result.testsRun, len(result.skipped)))
    os.chdir("/")
    return 1 if bad or not result.testsRun else 0


def main():
    bin_dir = Path(sys.argv[1]).resolve()
    reference = os.environ.get("BBC_REFERENCE")
    lib = reference and Path(reference).resolve() / "lib"
    if not lib or not (lib / "hashserv" / "tests.py").is_file():
        print("no reference BitBake (BBC_REFERENCE)")
        return 77
    sys.path.insert(0, str(lib))
    import bb  # noqa: F401  the tests expect it to be there
    import hashserv.tests as tests

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["HOME"] = folder
        links = Path(folder) / "bin"
        links.mkdir()
        (links / "bitbake-hashclient").symlink_to(bin_dir / "bbc-hashclient")
        tests.BIN_DIR = links
        tests.create_server = make_create_server(str(bin_dir / "bbc-hashserv"))
        for name in [n for n in vars(tests) if n.startswith("Test") and any(word in n for word in LEFT_OUT)]:
            delattr(tests, name)
        return run_tests(tests)


if __name__ == "__main__":
    sys.exit(main())
