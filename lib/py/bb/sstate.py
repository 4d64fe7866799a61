# SPDX-License-Identifier: MIT
"""
Shared state for classes: packing a task's result, restoring it, and the list of files a task put into a shared area.

An object is one file below SSTATE_DIR, `ab/cd/sstate:...:HASH_TASK.tar.zst`. It appears under its name only when it is
complete, so readers and any number of writers need no lock. The index beside the objects (who made it, how large, last
used) is a cache: deleting it loses nothing but the record of last use.

Functions raise SstateError with one clear sentence. For unpack() this means "run the task instead": nothing was put
into the destination.
"""

import os

import _bb_sstate

SstateError = _bb_sstate.SstateError


def _dir(d):
    return d.getVar("SSTATE_DIR") or ""


def pack(archive, srcdir, *, task, pn, hash, d):
    """
    Packs everything below `srcdir` into `archive`, an absolute path below SSTATE_DIR, and enters it into the index.
    Written under a unique name beside and renamed: an existing object is replaced, a failure (a full disk) leaves
    nothing. The order of members is sorted, owners and modes are as seen by this process (fakeroot's included).
    Returns the object's size in bytes.
    """
    size = _bb_sstate.pack(archive, srcdir)
    if _dir(d):
        _bb_sstate.record(_dir(d), archive, hash, task, pn, size, d.getVar("BB_SSTATE_ORIGIN") or "built")
    return size


def unpack(archive, dest, d):
    """
    Verifies `archive` (complete, written by pack(), under the name it was packed as, no member outside `dest`) and
    puts its content into `dest`, an existing or new folder. Nothing appears in `dest` before the whole archive has
    been verified. Set-user-ID and set-group-ID bits are dropped; devices, fifos and sockets are an error. Notes the
    use in the index.
    """
    _bb_sstate.unpack(archive, dest)
    touch(archive, d)


def verify(archive):
    """Reads `archive` to its end as unpack() would, without writing anything."""
    _bb_sstate.verify(archive)


def lookup(paths, d):
    """Those of `paths` (absolute file names) that exist, in the order given. Notes no use."""
    return _bb_sstate.lookup(list(paths))


def touch(archive, d):
    """Notes that `archive` was used now: its mtime and the index's last use, which prune() goes by."""
    _bb_sstate.touch(_dir(d), archive)


def remove(d, pattern):
    """
    Removes the objects below SSTATE_DIR whose base name matches the shell pattern (`*` crosses every character but
    '/'), with what stands beside them (.siginfo, .sig). Returns how many objects went.
    """
    return _bb_sstate.remove(_dir(d), pattern)


def prune(d, max_age=None, max_bytes=None):
    """
    Removes objects not used for `max_age` seconds, then the longest unused ones until the rest fits into `max_bytes`.
    None: no such limit. Returns (objects removed, bytes freed).
    """
    return _bb_sstate.prune(_dir(d), -1 if max_age is None else int(max_age),
                            -1 if max_bytes is None else int(max_bytes))


def info(d):
    """What the index knows: a list of dicts with path, hash, task, pn, size, created, used and origin, by path."""
    return _bb_sstate.info(_dir(d))


def install(dirs, manifest, d, allow=()):
    """
    Puts task output into shared areas: `dirs` is a list of (source folder, destination folder). Every source is
    hard-linked (copied where that cannot be) to its destination and listed in the file `manifest`, which is written
    before the first file (docs/formats.md). Nothing is installed through a symbolic link, and nothing from a source
    that is one; devices, fifos and sockets are an error, programs lose their set-user-ID and set-group-ID bits.
    When a destination file exists already and does not begin with an entry of `allow` (default: the words of
    SSTATE_ALLOW_OVERLAP_FILES), nothing is installed and SstateError says who else has it, found by reading the other
    manifests in the same folder. Returns how many files were installed.
    """
    allow = list(allow) or (d.getVar("SSTATE_ALLOW_OVERLAP_FILES") or "").split()
    pairs = [(os.path.normpath(src), os.path.normpath(dst)) for src, dst in dirs]
    return _bb_sstate.install(pairs, manifest, d.getVar("PN") or "", allow)


def clean(manifest, d):
    """
    Removes what an earlier install() listed in `manifest`, folders only once they are empty, then the manifest
    itself. A missing manifest is no error. What is outside of the folders that it was installed to is never removed.
    Returns how many files and folders were removed.
    """
    return _bb_sstate.clean(manifest)
