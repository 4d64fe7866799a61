# SPDX-License-Identifier: MIT
"""Checksums of local files that tasks depend on."""

import os

import bb
import bb.utils


class FileChecksumCache:
    """MD5 sums by path, remembered while time of change and size stay the same."""

    def __init__(self):
        self._known = {}

    def get_checksum(self, f):
        st = os.stat(f)
        key = (st.st_mtime_ns, st.st_size)
        known = self._known.get(f)
        if not known or known[0] != key:
            known = self._known[f] = (key, bb.utils.md5_file(f))
        return known[1]

    def _file(self, path, pn):
        try:
            return self.get_checksum(path)
        except OSError as exc:
            bb.warn("Unable to get checksum for %s SRC_URI entry %s: %s" % (pn, os.path.basename(path), exc))
            return None

    def _folder(self, path, pn, localdirsexclude):
        if path == "/":
            bb.fatal("Refusing to checksum /")
        found = []
        for root, dirs, files in os.walk(path):
            dirs[:] = sorted(d for d in dirs if d not in localdirsexclude)
            for name in sorted(files + [d for d in dirs if os.path.islink(os.path.join(root, d))]):
                full = os.path.join(root, name)
                digest = self._file(full, pn) if not os.path.islink(full) or os.path.isfile(full) else None
                if digest:
                    found.append((os.path.join(path, ".", os.path.relpath(full, path)), digest))
        return found

    def get_checksums(self, filelist, pn, localdirsexclude):
        """[(path, sum)] of "path:True path:False ...", ordered by sum; of folders all files."""
        import glob
        found = []
        for word in filelist.split():
            path, _, exists = word.rpartition(":")
            if exists != "True":
                continue
            for name in glob.glob(path) if "*" in path else [path]:
                if os.path.isdir(name) and not os.path.islink(name):
                    found += self._folder(name, pn, localdirsexclude)
                else:
                    digest = self._file(name, pn)
                    if digest:
                        found.append((name, digest))
        return sorted(found, key=lambda entry: entry[1])
