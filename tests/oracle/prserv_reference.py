#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the reference's own tests of its service of package revisions (prserv.tests of the BitBake that BBC_REFERENCE names, 2.9 or
later) against bbc-prserv. The reference's clients stay as they are; what starts a server there starts ours.

    prserv_reference.py FOLDER-OF-BIN [unittest's arguments: NAME ..., -v, -k PATTERN]"""

import os
import sys
import tempfile
from pathlib import Path

from hashserv_reference import Server, run_tests


def main():
    bin_dir = Path(sys.argv[1]).resolve()
    reference = os.environ.get("BBC_REFERENCE")
    lib = reference and Path(reference).resolve() / "lib"
    if not lib or not (lib / "prserv" / "tests.py").is_file():
        print("no reference BitBake of 2.9 or later (BBC_REFERENCE)")
        return 77
    sys.path.insert(0, str(lib))
    import bb  # noqa: F401  the tests expect it to be there
    import prserv.tests as tests

    def create_server(addr, dbpath, upstream=None, read_only=False):
        host, port = addr.split(":")
        command = [str(bin_dir / "bbc-prserv"), "--start", "--foreground", "--host", host, "--port", port, "-f", dbpath]
        command += ["--upstream", upstream] if upstream else []
        command += ["--read-only"] if read_only else []
        return Server(command)

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        links = Path(folder) / "bin"
        links.mkdir()
        (links / "bitbake-prserv").symlink_to(bin_dir / "bbc-prserv")
        tests.BIN_DIR = links
        tests.create_server = create_server
        return run_tests(tests)


if __name__ == "__main__":
    sys.exit(main())
