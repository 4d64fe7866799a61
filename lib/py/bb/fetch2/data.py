# SPDX-License-Identifier: MIT
"""FetchData, what is known of one URL, and FetchMethod, the base of everything that can fetch one."""

import os

import bb
import bb.utils
import _bb_fetch
import _bbc

from .errors import (BBFetchException, FetchError, MissingParameterError, NoMethodError, NonLocalMethod,
                     ParameterError, UnpackError)
from .uri import decodeurl
from . import places, stamps

CHECKSUM_LIST = ["md5", "sha256", "sha1", "sha384", "sha512"]
_SINGLE = 2  # enum bb_unpack_kind: one compressed file
_CHECKSUM_TYPES = frozenset(["http", "https", "ftp", "ftps", "sftp", "s3", "az", "crate", "gs", "gomod",
                             "apt"])


class FetchData:
    """
    One URL of one recipe. `localpath` is where the download is or will be, `donestamp` and `lockfile` stand in DL_DIR.
    Methods add attributes of their own in urldata_init(). `names` are those of the parameter name, `name` the first.
    """

    def __init__(self, url, d, localonly=False):
        self.donestamp = None
        self.needdonestamp = True
        self.localfile = ""
        self.localpath = None
        self.lockfile = None
        self.mirrortarballs = []
        self.basename = None
        self.basepath = None
        self.type, self.host, self.path, self.user, self.pswd, self.parm = decodeurl(d.expand(url))
        self.date = self.getSRCDate(d)
        self.url = url
        self.user = self.user or self.parm.get("user", "")
        self.pswd = self.pswd or self.parm.get("pswd", "")
        self.setup = False
        self.names = self.parm.get("name", "default").split(",")
        self.name = self.names[0]
        if len(self.names) > 1 and _bbc.has_rule("SINGLE_NAME"):
            raise ParameterError("The fetcher no longer supports multiple name parameters in a single url", self.url)
        self.method = self._find_method(d)
        if localonly and self.type != "file":
            raise NonLocalMethod()
        if self.parm.get("proto") and "protocol" not in self.parm:
            bb.fetch2.logger.warning('Consider updating %s recipe to use "protocol" not "proto" in SRC_URI.',
                                     d.getVar('PN'))
            self.parm["protocol"] = self.parm["proto"]
        if hasattr(self.method, "urldata_init"):
            self.method.urldata_init(self, d)
        self._find_checksums(d)
        self.ignore_checksums = False
        if "localpath" in self.parm:
            self.localpath = self.parm["localpath"]
            self.basename = os.path.basename(self.localpath)
        elif self.localfile:
            self.localpath = self.method.localpath(self, d)
        if self.needdonestamp:
            self._place_stamps(d)

    def _find_method(self, d):
        for method in bb.fetch2.methods:
            if method.supports(self, d):
                return method
        raise NoMethodError(self.url)

    def _find_checksums(self, d):
        """Sets <id>_name and <id>_expected for every kind of checksum."""
        prefix = self.parm["name"] + "." if "name" in self.parm else ""
        kinds = ["goh1", *CHECKSUM_LIST] if _bbc.has_rule("GO_MODULES") else CHECKSUM_LIST
        for kind in kinds:
            name, plain = "%s%ssum" % (prefix, kind), kind + "sum"
            if name not in self.parm and plain in self.parm and _bbc.has_rule("PLAIN_CHECKSUMS"):
                name = plain
            expected = self.parm.get(name)
            if expected is None and self.type in _CHECKSUM_TYPES:
                expected = d.getVarFlag("SRC_URI", name)
            setattr(self, kind + "_name", name)
            setattr(self, kind + "_expected", expected)

    def _place_stamps(self, d):
        """Stamp and lock are always in DL_DIR, though the download itself may be elsewhere."""
        dldir = d.getVar("DL_DIR")
        if self.localpath and self.localpath.startswith(dldir):
            base = self.localpath
        elif self.localpath:
            base = os.path.join(dldir, os.path.basename(self.localpath))
        elif self.basepath or self.basename:
            base = dldir + os.sep + (self.basepath or self.basename)
        else:
            bb.fatal("Can't determine lock path for url %s" % self.url)
        self.donestamp = base + ".done"
        self.lockfile = base + ".lock"

    def setup_revisions(self, d):
        """Sets `revisions`, name -> revision, and `revision` when there is one name only."""
        self.revisions = {name: bb.fetch2.srcrev_internal_helper(self, d, name) for name in self.names}
        if len(self.names) == 1:
            self.revision = self.revisions[self.names[0]]

    def setup_localpath(self, d):
        if not self.localpath:
            self.localpath = self.method.localpath(self, d)

    def getSRCDate(self, d):
        if "srcdate" in self.parm:
            return self.parm["srcdate"]
        pn = d.getVar("PN")
        return (pn and d.getVar("SRCDATE_%s" % pn)) or d.getVar("SRCDATE") or d.getVar("DATE")


class FetchMethod:
    """
    A way to fetch. A subclass says which URLs it supports(), fills FetchData in urldata_init() and does the work in
    download() and unpack(); append an instance to bb.fetch2.methods.
    """

    def __init__(self, urls=None):
        self.urls = []

    def getUrls(self):
        return self._urls

    def setUrls(self, urls):
        self._urls = urls

    urls = property(getUrls, setUrls)

    def supports(self, urldata, d):
        """Whether this method is the one for the URL."""
        return 0

    def localpath(self, urldata, d):
        """Where a download of the URL stands."""
        return os.path.join(d.getVar("DL_DIR"), urldata.localfile)

    def supports_checksum(self, urldata):
        """Whether localpath is one file."""
        return urldata.localpath is not None and not os.path.isdir(urldata.localpath)

    def recommends_checksum(self, urldata):
        """Whether a URL without a checksum deserves a warning."""
        return False

    def cleanup_upon_failure(self):
        """Whether clean() is called after a failed download."""
        return True

    def verify_donestamp(self, ud, d):
        return stamps.verify_donestamp(ud, d)

    def update_donestamp(self, ud, d):
        stamps.update_stamp(ud, d)

    def _strip_leading_slashes(self, relpath):
        return relpath.lstrip("/")

    def need_update(self, ud, d):
        """Whether to download although the stamp is good."""
        return not os.path.exists(ud.localpath)

    def supports_srcrev(self):
        return False

    def download(self, urldata, d):
        raise NoMethodError(urldata.url)

    def unpack_directory(self, urldata, rootdir, d):
        """The folder to unpack to, which is made: `rootdir`, or the folder that the parameter `subdir` names."""
        subdir = urldata.parm.get("subdir", "")
        unpackdir = places.unpacked(d, rootdir, subdir, "subdir", urldata.url) if subdir else rootdir
        bb.utils.mkdirhier(unpackdir)
        return unpackdir

    def _flag(self, urldata, name, default):
        value = urldata.parm.get(name)
        try:
            return bb.utils.to_boolean(value, default)
        except ValueError:
            bb.fatal("Invalid value for '%s' parameter for %s: %s" % (name, urldata.localpath, value))

    def unpack(self, urldata, rootdir, data):
        file = urldata.localpath
        unpackdir = self.unpack_directory(urldata, rootdir, data)
        archive = self._flag(urldata, "unpack", True) and _bb_fetch.archive_kind(file)
        if archive == _SINGLE:
            unpackdir = rootdir  # BitBake: whatever subdir says
        tracer = getattr(urldata, "unpack_tracer", None)
        if tracer:
            tracer.unpack("archive-extract" if archive else "file-copy", unpackdir)
        try:
            if archive:
                bb.note("Unpacking %s to %s/" % (file, unpackdir))
                self._extract(urldata, file, unpackdir, data)
            else:
                self._copy(urldata, file, unpackdir, data)
        except _bb_fetch.Error as exc:
            raise UnpackError(str(exc), urldata.url)

    def _extract(self, urldata, file, unpackdir, d):
        if self._flag(urldata, "dos", False):
            raise UnpackError("the parameter dos=1 is not supported", urldata.url)
        member = urldata.parm.get("extract")
        inner = member and places.unpacked(d, unpackdir, member, "extract", urldata.url)
        _bb_fetch.unpack(file, unpackdir, places.strip_level(urldata), member)
        if member:
            if _bb_fetch.archive_kind(inner):
                _bb_fetch.unpack(inner, unpackdir, 0, None)

    def _copy(self, urldata, file, unpackdir, d):
        """Files of file:// URLs keep the folders of their URL."""
        dest = os.path.join(unpackdir, os.path.basename(file))
        if file == dest or (os.path.exists(dest) and os.path.samefile(file, dest)):
            return
        destdir = unpackdir
        if urldata.type == "file":
            folder = os.path.dirname(urldata.path.strip("/"))
            destdir = places.unpacked(d, unpackdir, folder, "path", urldata.url) if folder else unpackdir
            bb.utils.mkdirhier(destdir)
        bb.note("Unpacking %s to %s/" % (file, unpackdir))
        _bb_fetch.copy(file, destdir)

    def clean(self, urldata, d):
        """Removes the download and what there may be of it."""
        bb.utils.remove(urldata.localpath)

    def ensure_symlink(self, target, link_name):
        """A link that leads to `target`, unless there is something of that name."""
        bb.fetch2.ensure_symlink(target, link_name)

    def update_mirror_links(self, ud, origud):
        """What a mirror had gets the name that the recipe's own URL has."""
        self.ensure_symlink(ud.localpath, origud.localpath)

    def try_premirror(self, urldata, d):
        return True

    def try_mirrors(self, fetch, urldata, d, mirrors, check=False):
        return bool(bb.fetch2.try_mirrors(fetch, d, urldata, mirrors, check))

    def checkstatus(self, fetch, urldata, d):
        """Whether the URL exists upstream."""
        bb.fetch2.logger.info("URL %s could not be checked for status since no method exists.", urldata.url)
        return True

    def latest_revision(self, ud, d, name):
        """The newest revision upstream, asked for once a build (BB_SRCREV_POLICY)."""
        if not hasattr(self, "_latest_revision"):
            raise ParameterError("The fetcher for this URL does not support _latest_revision", ud.url)
        from . import headrevs
        key = self.generate_revision_key(ud, d, name)
        return headrevs.get(d, key, lambda: self._latest_revision(ud, d, name))

    def sortable_revision(self, ud, d, name):
        return True, str(self._build_revision(ud, d, name))

    def generate_revision_key(self, ud, d, name):
        return self._revision_key(ud, d, name)

    def latest_versionstring(self, ud, d):
        return ('', '')

    def done(self, ud, d):
        return os.path.exists(ud.localpath)

    def implicit_urldata(self, ud, d):
        """FetchData of further URLs that come with this one."""
        return []
