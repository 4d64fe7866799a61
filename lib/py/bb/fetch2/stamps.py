# SPDX-License-Identifier: MIT
"""
Checksums of downloads and the `.done` stamps that remember them. A stamp holds the checksums of the file as a pickled
dict, so that the recipe's checksums are compared every time but computed once.
"""

import os

import bb
import bb.utils
import _bb_fetch

from .errors import ChecksumError, NoChecksumError

_ORDER = ("md5", "sha256", "sha1", "sha384", "sha512")


def compute(path, kinds=_ORDER):
    """{kind: hex digest}, in one reading of the file."""
    return _bb_fetch.digests(path, kinds)


def _missing_checksum(ud, d, sums, line):
    """No checksum is given: an error, silence or a warning, as BB_STRICT_CHECKSUM says."""
    strict = d.getVar("BB_STRICT_CHECKSUM") or "0"
    if strict == "1":
        raise NoChecksumError(line)
    bb.event.fire(bb.fetch2.MissingChecksumEvent(ud.url, **{kind + "sum": value for kind, value in sums.items()}), d)
    if strict != "ignore":
        bb.fetch2.logger.warning("Missing checksum for '%s', consider adding at least one to the recipe:\n%s"
                                 % (ud.localpath, line))


def verify_checksum(ud, d, precomputed={}, localpath=None, fatal_nochecksum=True):
    """
    Compares the download with the recipe's checksums and returns what it has. ChecksumError on a difference,
    NoChecksumError when none is given and BB_STRICT_CHECKSUM is "1".
    """
    if ud.ignore_checksums or not ud.method.supports_checksum(ud):
        return {}
    localpath = localpath or ud.localpath
    expected = {kind: getattr(ud, kind + "_expected") or None for kind in _ORDER}
    missing = [kind for kind in _ORDER if kind not in precomputed]
    sums = dict(precomputed)
    if missing:
        sums.update(compute(localpath, missing))
    sums = {kind: sums[kind] for kind in _ORDER}
    line = 'SRC_URI[%s] = "%s"' % (ud.sha256_name, sums["sha256"])
    if fatal_nochecksum and ud.method.recommends_checksum(ud) and not any(expected.values()):
        _missing_checksum(ud, d, sums, line)
        return sums
    wrong = [kind for kind in _ORDER if expected[kind] and expected[kind] != sums[kind]]
    if not wrong:
        return sums
    lines = ["Checksum mismatch!"]
    for kind in wrong:
        lines.append("File: '%s' has %s checksum '%s' when '%s' was expected"
                     % (localpath, kind, sums[kind], expected[kind]))
    lines += ["If this change is expected (e.g. you have upgraded to a new version without updating the checksums) "
              "then you can use these lines within the recipe:", line,
              "Otherwise you should retry the download and/or check with upstream to determine if the file has become "
              "corrupted or otherwise unexpectedly modified."]
    raise ChecksumError("\n".join(lines), ud.url, sums[wrong[-1]])


def _read(ud):
    """The stamp's checksums, {} when the file is newer than the stamp or the stamp is empty or damaged."""
    try:
        if not os.path.isdir(ud.localpath) and os.path.getmtime(ud.localpath) >= os.path.getmtime(ud.donestamp):
            return {}
        with open(ud.donestamp, "rb") as f:
            data = f.read()
    except OSError:
        return {}
    if not data:
        return {}
    import pickle
    try:
        return dict(pickle.loads(data))
    except Exception as exc:
        bb.fetch2.logger.warning("Couldn't load checksums from donestamp %s: %s (msg: %s)"
                                 % (ud.donestamp, type(exc).__name__, exc))
        return {}


def _write(ud, sums):
    """Beside and renamed: another process may be reading it."""
    import pickle
    beside = "%s.%d" % (ud.donestamp, os.getpid())
    try:
        with open(beside, "wb") as f:
            f.write(pickle.dumps(sums, 2))
        os.rename(beside, ud.donestamp)
    except BaseException:
        bb.utils.remove(beside)
        raise


def rename_bad_checksum(ud, suffix):
    """Puts a wrong download out of the way, where it can be looked at."""
    if ud.localpath is None:
        return
    bad = "%s_bad-checksum_%s" % (ud.localpath, suffix)
    bb.warn("Renaming %s to %s" % (ud.localpath, bad))
    try:
        os.rename(ud.localpath, bad)
    except OSError as exc:
        bb.warn("Renaming %s to %s failed: %s" % (ud.localpath, bad, exc.strerror))


def _discard(ud, exc):
    bb.fetch2.logger.warning("Checksum mismatch for local file %s\nCleaning and trying again." % ud.localpath)
    if os.path.exists(ud.localpath):
        rename_bad_checksum(ud, exc.checksum)
    bb.utils.remove(ud.donestamp)


def verify_donestamp(ud, d, origud=None):
    """
    Whether the download is there, complete and the one the recipe wants. When not, the stamp goes, and a file with a
    wrong checksum is renamed.
    """
    if not ud.needdonestamp or (origud and not origud.needdonestamp):
        return True
    if not os.path.exists(ud.localpath):
        bb.utils.remove(ud.donestamp)
        return False
    if not ud.method.supports_checksum(ud) or (origud and not origud.method.supports_checksum(origud)):
        return os.path.exists(ud.donestamp)
    known = _read(ud) if os.path.exists(ud.donestamp) else {}
    try:
        sums = verify_checksum(ud, d, known)
        if sums != known:
            _write(ud, sums)
        return True
    except ChecksumError as exc:
        _discard(ud, exc)
    return False


def update_stamp(ud, d):
    """Makes the stamp after a download, or touches it to show that the download is in use."""
    if not ud.needdonestamp:
        return
    if os.path.exists(ud.donestamp):
        try:
            os.utime(ud.donestamp, None)
        except OSError:
            pass  # a read-only DL_DIR is fine
        return
    try:
        _write(ud, verify_checksum(ud, d))
    except ChecksumError as exc:
        _discard(ud, exc)
        raise
