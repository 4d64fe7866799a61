# SPDX-License-Identifier: MIT
"""Compares what two builds have left. A kind is a set of files of both, by name; what has to differ (process ids, times) is
made equal before."""

import collections
import hashlib
import io
import json
import os
import re
import subprocess
import tarfile

PID = re.compile(r"((?:run|log|fifo)\.[\w.-]+?)\.\d+\b")
DATE = re.compile(r"\b20\d{12}\b")
MAX_TEXT = 4 << 20


def bytes_of(path):
    with open(path, "rb") as f:
        return f.read()


def text(path):
    """A text without the numbers of processes and the time of the build."""
    s = bytes_of(path).decode("latin1")
    return DATE.sub("DATE", PID.sub(r"\1.PID", s)) if len(s) < MAX_TEXT else s


def zstd(path):
    return subprocess.run(["zstd", "-dc", path], stdout=subprocess.PIPE, check=True).stdout


def members(path):
    """What an archive of shared state holds: names, modes, owners, links, contents."""
    found = {}
    with tarfile.open(fileobj=io.BytesIO(zstd(path))) as tar:
        for m in tar:
            content = hashlib.sha256(tar.extractfile(m).read()).hexdigest() if m.isreg() else ""
            found[m.name.rstrip("/")] = (m.type, m.mode, m.uid, m.gid, m.uname, m.gname, m.linkname, content)
    return found


def signature(path):
    raw = zstd(path)
    return json.loads(raw) if raw[:1] == b"{" else raw


def package(path):
    """A Debian package's parts, or the header and the list of an RPM."""
    if path.endswith(".deb"):
        command = "dpkg-deb -f {0}; dpkg-deb -c {0}; dpkg-deb --fsys-tarfile {0} | sha256sum"
    elif path.endswith(".rpm"):
        command = "rpm -qp --nosignature --provides --requires --scripts --dump {0}"
    else:
        return bytes_of(path)
    return subprocess.run(command.format(path), shell=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def whole(path):
    if os.path.islink(path):
        return "-> " + PID.sub(r"\1.PID", os.readlink(path))
    return oct(os.stat(path).st_mode), text(path)


def script(path):
    """A run script. Python's functions stand in the order of a set in the reference's: lines count, not their order."""
    if os.path.islink(path):
        return whole(path)
    mode, s = whole(path)
    return mode, s if s.startswith("#!/bin/sh") else sorted(s.split("\n"))


def nothing(path):
    return None


def tree(root, wanted):
    """{name with PID for process ids: path} of the files below `root` that `wanted` takes."""
    found = {}
    for folder, folders, files in os.walk(root):
        links = [d for d in folders if os.path.islink(os.path.join(folder, d))]
        for name in files + links:
            path = os.path.join(folder, name)
            relative = os.path.relpath(path, root)
            if wanted(relative) and (os.path.islink(path) or os.path.isfile(path)):
                found[DATE.sub("DATE", PID.sub(r"\1.PID", relative))] = path
    return found


class Kind:
    """One kind of files of the two builds `a` and `b`."""

    def __init__(self, name, a, b, read):
        self.name = name
        self.total = len(set(a) | set(b))
        self.missing = sorted(set(a) - set(b))
        self.more = sorted(set(b) - set(a))
        self.differ = sorted(key for key in set(a) & set(b) if read(a[key]) != read(b[key]))

    def is_equal(self):
        return not (self.missing or self.more or self.differ)

    def figure(self):
        bad = len(self.missing) + len(self.more) + len(self.differ)
        return "%s: %d of %d equal" % (self.name, self.total - bad, self.total)

    def examples(self, most=8):
        """The commonest last parts of names, and one of each."""
        for what, names in (("missing", self.missing), ("more", self.more), ("differs", self.differ)):
            count = collections.Counter(os.path.basename(name) for name in names)
            example = {os.path.basename(name): name for name in reversed(names)}
            for base, n in count.most_common(most):
                yield "%s %d: %s" % (what, n, example[base])


def is_temp(name):
    return "/temp/" in name


KINDS = [
    ("logs", "tmp/work", lambda n: is_temp(n) and "/log." in n and not n.endswith("/log.task_order"), whole),
    ("run scripts", "tmp/work", lambda n: is_temp(n) and "/run." in n, script),
    ("other files in temp", "tmp/work", lambda n: is_temp(n) and "/log." not in n and "/run." not in n, nothing),
    ("work folders", "tmp/work", lambda n: not is_temp(n), whole),
    ("stamps", "tmp/stamps", lambda n: ".sigdata." not in n, nothing),
    ("signature data of stamps", "tmp/stamps", lambda n: ".sigdata." in n, signature),
    ("sysroots-components", "tmp/sysroots-components", lambda n: True, whole),
    ("pkgdata", "tmp/pkgdata", lambda n: True, whole),
    ("packages", "tmp/deploy", lambda n: n.endswith((".deb", ".rpm", ".ipk")), package),
    ("licenses and other deployed files", "tmp/deploy", lambda n: not n.endswith((".deb", ".rpm", ".ipk", ".json", ".zst")),
     whole),
    ("manifests of shared state", "tmp/sstate-control", lambda n: True, whole),
    ("shared state: archives", "sstate-cache", lambda n: n.endswith(".tar.zst"), members),
    ("shared state: siginfo", "sstate-cache", lambda n: n.endswith(".siginfo"), signature),
    ("shared state: other", "sstate-cache", lambda n: not n.endswith((".tar.zst", ".siginfo")), nothing),
    ("buildhistory", "buildhistory", lambda n: not n.startswith(".git/"), whole),
    ("buildstats", "tmp/buildstats", lambda n: True, nothing),
]


def kinds(a, b):
    """Each kind of what the builds in the folders `a` and `b` have left, compared."""
    for name, folder, wanted, read in KINDS:
        yield Kind(name, tree(os.path.join(a, folder), wanted), tree(os.path.join(b, folder), wanted), read)
