# SPDX-License-Identifier: MIT
"""Getting a URL from PREMIRRORS and MIRRORS instead."""

import errno
import os

import bb
import bb.utils
import _bb_fetch

from .data import FetchData
from .errors import BBFetchException, ChecksumError, MalformedUrl, NetworkAccess, NoChecksumError
from .stamps import rename_bad_checksum, update_stamp, verify_donestamp
from .uri import decodeurl


def mirror_from_string(data):
    """[(pattern, replacement)] of PREMIRRORS or MIRRORS."""
    words = (data or "").replace('\\n', ' ').split()
    if len(words) % 2:
        bb.warn('Invalid mirror data %s, should have paired members.' % data)
    return list(zip(words[::2], words[1::2]))


def uri_replace(ud, uri_find, uri_replace, replacements, d, mirrortarball=None):
    """The URL that one line makes of ud's, None when it does not fit or changes nothing."""
    if not ud.url or not uri_find or not uri_replace:
        bb.fetch2.logger.error("uri_replace: passed an undefined value, not replacing")
        return None
    localname = os.path.basename(ud.localpath) if ud.localpath and ud.method.supports_checksum(ud) else ""
    words = tuple(replacements[word] for word in ("TYPE", "HOST", "PATH", "BASENAME", "MIRRORNAME"))
    try:
        return _bb_fetch.mirror_replace(ud.url, uri_find, uri_replace, words, os.path.basename(mirrortarball or ""),
                                        localname)
    except _bb_fetch.Error as exc:
        raise MalformedUrl(ud.url, "%s (mirror line '%s %s')" % (exc, uri_find, uri_replace))


def trusted_network(d, url):
    """Whether BB_ALLOWED_NETWORKS (of the recipe, or for all) lets us use the URL's host."""
    if bb.utils.to_boolean(d.getVar("BB_NO_NETWORK")):
        return True  # there will be no access to judge
    pn = d.expand(d.getVar("PN", False) or "")
    hosts = (pn and d.getVarFlag("BB_ALLOWED_NETWORKS", pn, False)) or d.getVar("BB_ALLOWED_NETWORKS")
    if not hosts:
        return True
    scheme, host = decodeurl(url)[:2]
    return scheme == "apt" or _bb_fetch.host_allowed(hosts, host)


def build_mirroruris(origud, mirrors, ld):
    """All URLs that the lines make of the recipe's, and of each other's results, in order: (uris, their FetchData)."""
    replacements = {
        "TYPE": origud.type,
        "HOST": origud.host,
        "PATH": origud.path,
        "BASENAME": origud.path.split("/")[-1],
        "MIRRORNAME": origud.host.replace(':', '.') + origud.path.replace('/', '.').replace('*', '.'),
    }
    uris, uds = [], []
    tarballs = origud.mirrortarballs or [None]

    def add(ud, lines):
        for line in lines:
            others = [other for other in lines if other is not line]  # no line twice: no endless loops
            for tarball in tarballs:
                uri = uri_replace(ud, line[0], line[1], replacements, ld, tarball)
                if not uri or uri in uris or uri == origud.url:
                    continue
                if not trusted_network(ld, uri):
                    bb.fetch2.logger.debug("Mirror %s not in the list of trusted networks, skipping" % uri)
                    continue
                add_one(uri, others)

    def add_one(uri, others):
        try:
            ud = FetchData(uri, ld)
            ud.ignore_checksums = True
            ud.setup_localpath(ld)
        except BBFetchException as exc:
            bb.fetch2.logger.debug("Mirror fetch failure for url %s (original url: %s)\n%s" % (uri, origud.url, exc))
            return
        uris.append(uri)
        uds.append(ud)
        add(ud, others)

    add(origud, list(mirrors))
    return uris, uds


def ensure_symlink(target, link_name):
    if os.path.exists(link_name):
        return
    bb.utils.mkdirhier(os.path.dirname(link_name))
    if os.path.islink(link_name):
        os.unlink(link_name)
    try:
        os.symlink(target, link_name)
    except FileExistsError:
        pass  # another task was faster


def _download(ud, d):
    ud.method.download(ud, d)
    if hasattr(ud.method, "build_mirror_data"):
        ud.method.build_mirror_data(ud, d)


def _take(fetch, origud, ud, ld):
    """Downloads from a mirror and makes the result the recipe's download. A path, or False."""
    if not verify_donestamp(ud, ld, origud) or ud.method.need_update(ud, ld):
        _download(ud, ld)
    if not ud.localpath or not os.path.exists(ud.localpath):
        return False
    if ud.localpath == origud.localpath:
        return ud.localpath
    name = os.path.basename(ud.localpath)
    if name in origud.mirrortarballs and name != os.path.basename(origud.localpath):
        # a mirror tarball, from which the recipe's own method goes on
        if ud.donestamp:
            bb.utils.mkdirhier(os.path.dirname(ud.donestamp))
            open(ud.donestamp, "w").close()
        ensure_symlink(ud.localpath, os.path.join(ld.getVar("DL_DIR"), name))
        if not verify_donestamp(origud, ld) or origud.method.need_update(origud, ld):
            _download(origud, ld)
        return origud.localpath
    ensure_symlink(ud.localpath, origud.localpath)
    update_stamp(origud, ld)
    return ud.localpath


def try_mirror_url(fetch, origud, ud, ld, check=False):
    """True or a path when the mirror has it, False when another should be tried."""
    lock = None
    if ud.lockfile and ud.lockfile != origud.lockfile:
        lock = bb.utils.lockfile(ud.lockfile)
    try:
        if check:
            return ud.method.checkstatus(fetch, ud, ld) or False
        return _take(fetch, origud, ud, ld)
    except (NetworkAccess, NoChecksumError):
        raise
    except OSError as exc:
        if exc.errno != errno.ESTALE:
            raise
        bb.fetch2.logger.warning("Stale Error Observed %s." % ud.url)
        return False
    except BBFetchException as exc:
        if isinstance(exc, ChecksumError):
            bb.fetch2.logger.warning("Mirror checksum failure for url %s (original url: %s)\n"
                                     "Cleaning and trying again.\n%s" % (ud.url, origud.url, exc))
            if os.path.exists(ud.localpath):
                rename_bad_checksum(ud, exc.checksum)
        else:
            bb.fetch2.logger.debug("Mirror fetch failure for url %s (original url: %s)\n%s" % (ud.url, origud.url, exc))
        if ud.method.cleanup_upon_failure():
            ud.method.clean(ud, ld)
        return False
    finally:
        if lock:
            bb.utils.unlockfile(lock)


def try_mirrors(fetch, d, origud, mirrors, check=False):
    """The first mirror that has the download, None when none has."""
    ld = d.createCopy()
    for ud in build_mirroruris(origud, mirrors, ld)[1]:
        found = try_mirror_url(fetch, origud, ud, ld, check)
        if found:
            return found
    return None
