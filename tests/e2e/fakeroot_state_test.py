#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The core layer's fakeroot: owners, modes and devices last from one command to the next. Skipped without Debian's fakeroot."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../meta-core/scripts/fakeroot-state")


class FakerootState(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bbc-fakeroot-")
        self.addCleanup(folder.cleanup)
        self.tree = os.path.join(folder.name, "tree")
        os.mkdir(self.tree)
        self.state = os.path.join(folder.name, "state")
        self.env = dict(os.environ, FAKEROOT_STATE=self.state, FAKEROOT_TREE=self.tree,
                        FAKEROOT_IGNORE=os.path.join(self.tree, "ignored"))

    def start(self, shell):
        return subprocess.Popen([sys.executable, SCRIPT, "sh", "-ec", shell], cwd=self.tree, env=self.env, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)

    def run_in(self, shell, status=0):
        p = self.start(shell)
        out, err = p.communicate(timeout=60)
        self.assertEqual((p.returncode, err), (status, ""))
        return out

    def seen(self, *names):
        return self.run_in("stat -c '%n %F %u:%g %a %t,%T' " + " ".join(names)).splitlines()

    def test_lasts(self):
        self.run_in("echo x > file; chown 3:4 file; chmod 4755 file; mknod null c 1 3; mkdir dir; chown 5 dir; ln -s x link;"
                    "chown -h 6 link; test $(id -u) = 0")
        self.assertEqual(self.seen("file", "null", "dir", "link"),
                         ["file regular file 3:4 4755 0,0", "null character special file 0:0 644 1,3",
                          "dir directory 5:0 755 0,0", "link symbolic link 6:0 777 0,0"])
        self.assertTrue(os.path.isfile(os.path.join(self.tree, "null")))

    def test_moved_and_removed(self):
        self.run_in("mkdir d; echo x > d/a; chown 3 d/a; echo x > b; chown 4 b; echo x > c; chown 5 c")
        self.run_in("mv d e; rm b; mv c 'new\nname'")
        self.run_in("echo x > b")
        self.assertEqual(self.seen("e/a", "b"), ["e/a regular file 3:0 644 0,0", "b regular file 0:0 644 0,0"])
        self.assertEqual(self.run_in("stat -c %u new*"), "5\n")

    def test_a_number_that_another_file_got(self):
        """What was removed without fakeroot is forgotten, whoever has its inode number now."""
        self.run_in("echo x > old; chown 3 old; chmod 4755 old")
        number = os.stat(os.path.join(self.tree, "old")).st_ino
        os.rename(os.path.join(self.tree, "old"), os.path.join(self.tree, "other"))
        self.assertEqual(os.stat(os.path.join(self.tree, "other")).st_ino, number)
        self.assertEqual(self.seen("other")[0].split()[3], "0:0")

    def test_ignored(self):
        self.run_in("mkdir ignored; echo x > ignored/a; chown 3 ignored/a; stat -c %u ignored/a")
        self.assertEqual(self.run_in("stat -c %u ignored/a"), "0\n")

    def test_at_the_same_time(self):
        self.run_in("echo x > gone; chown 9 gone")
        mark = os.path.join(self.tree, "go")
        wait = "until test -e %s; do sleep 0.05; done; " % mark
        first = self.start(wait + "echo x > a; chown 3 a; rm gone")
        second = self.start(wait + "echo x > b; chown 4 b")
        time.sleep(0.5)
        open(mark, "w").close()
        self.assertEqual((first.communicate(timeout=60), second.communicate(timeout=60)), (("", ""), ("", "")))
        self.assertEqual([line.split()[3] for line in self.seen("a", "b")], ["3:0", "4:0"])
        self.assertNotIn("gone", open(self.state).read())

    def test_status(self):
        self.run_in("exit 7", status=7)
        p = subprocess.run([sys.executable, SCRIPT, "/nowhere/x"], env=self.env, capture_output=True, text=True, check=False)
        self.assertEqual((p.returncode, p.stderr), (125, "fakeroot-state: /nowhere/x: No such file or directory\n"))

    def test_nothing_stays_behind(self):
        self.run_in("echo x > a; chown 3 a")
        before = open(self.state).read()
        p = self.start("chown 4 a; echo ready; sleep 60")
        p.stdout.readline()
        os.killpg(p.pid, signal.SIGTERM)
        p.communicate(timeout=60)
        for _ in range(100):
            try:
                os.killpg(p.pid, 0)
            except ProcessLookupError:
                break
            time.sleep(0.1)
        else:
            self.fail("a process of the group is still there")
        self.assertEqual(open(self.state).read(), before)


if __name__ == "__main__":
    if not os.path.exists("/usr/bin/faked-sysv"):
        sys.exit(77)
    unittest.main()
