# SPDX-License-Identifier: MIT
"""Checksums of local files that tasks depend on."""

import logging
import os
import re
import stat

import bb
import bb.utils

logger = logging.getLogger("BitBake.Cache")


class FileMtimeCache:
    """Times of change of files in whole seconds, as they were when first asked for; all objects share them."""

    cache = {}

    def cached_mtime(self, f):
        return self.cache[f] if f in self.cache else self.update_mtime(f)

    def cached_mtime_noerror(self, f):
        try:
            return self.cached_mtime(f)
        except OSError:
            return 0

    def update_mtime(self, f):
        self.cache[f] = os.stat(f)[stat.ST_MTIME]
        return self.cache[f]

    def clear(self):
        self.cache.clear()


filelist_regex = re.compile(r"(?:(?<=:True)|(?<=:False))\s+")  # between the words of a list of files


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
