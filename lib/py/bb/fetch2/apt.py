# SPDX-License-Identifier: MIT
"""
Debian packages as sources, from the machine's package sources.

    apt://PKG[=VERSION][;arch=arm64|amd64|all|...][;type=bin|src][;deps=1][;only=GLOB,...][;exclude=GLOB,...]

arch     Debian's name of the architecture; by default APT_ARCH, else TARGET_ARCH in Debian's words
type     src: the source package, unpacked with its patches by dpkg-source
deps     1: the package and everything it depends on (not what it recommends)
only     of these packages take only those whose names fit. Kernel packages have their ABI in the name:
         apt://linux-image-cloud-arm64;deps=1;only=linux-image-[0-9]*  is the real package behind the meta package
exclude  leave these out, and with them what only they need
subdir, striplevel, unpack=0    as for other archives: where below the unpack folder; unpack=0 copies the .deb files
destsuffix   type=src: the folder's name (else dpkg-source's, <package>-<upstream version>)
name, sha256sum    SRC_URI[name.sha256sum] pins the package itself (the .dsc of a source package)

Files are kept in DL_DIR/apt/pool, shared by all architectures. What a URL stood for, with versions and sums, is
recorded in DL_DIR/apt/<arch>-<id>/used/, and that record is what later builds use: the same DL_DIR gives the same
packages, with or without network. `-c cleanall` forgets it. The sha256 of every file is checked at each use.

APT_RELEASE       the Debian release that packages are of ("bookworm"): the machine's sources for it, else its mirrors with the
                  suites of that release; by default the machine's own release
APT_SOURCES       deb822 stanzas instead of the machine's sources (a "\\n" in it is a newline)
APT_INDEX_AGE     fetch the package index again when it is older than this many seconds; by default it stays as it is
                  until the mirror no longer has a version that it names
APT_STRICT        "1": fail when a URL stands for other files than recorded, instead of using the new ones
"""

import os
import subprocess

import bb
import bb.utils
import _bb_fetch

from . import places
from .data import FetchMethod
from .errors import ChecksumError, FetchError, ParameterError, UnpackError

_ARCHES = {"aarch64": "arm64", "x86_64": "amd64", "arm": "armhf", "i686": "i386", "i586": "i386", "riscv64": "riscv64",
           "powerpc64le": "ppc64el"}
_KEEP = -1


def record_name(text):
    """A file name for any text: as it is with odd characters quoted, and with a digest for its end where it is long."""
    name = _bb_fetch.quote(text).replace("/", "%2F")
    if len(name) > 120:
        name = name[:100] + "-" + _bb_fetch.sha256(text)[:16]
    return name


class Apt(FetchMethod):
    _sources = {}

    def supports(self, urldata, d):
        return urldata.type == "apt"

    def supports_checksum(self, urldata):
        return False  # localpath is the record; the files have sums of their own

    def try_premirror(self, urldata, d):
        return False

    def urldata_init(self, ud, d):
        kind = ud.parm.get("type", "bin")
        if kind not in ("bin", "src"):
            raise ParameterError("'type' must be bin or src, not '%s'" % kind, ud.url)
        if not ud.host or ud.path not in ("", "/"):
            raise ParameterError("a package name must follow apt://", ud.url)
        ud.apt_package = ud.host if not ud.user else "%s@%s" % (ud.user, ud.host)
        ud.apt_arch = None if kind == "src" else self._arch(ud, d)
        ud.apt_sources, key = self._find_sources(kind == "src", d)
        ud.apt_dir = os.path.join(d.getVar("DL_DIR"), "apt")
        ud.apt_root = os.path.join(ud.apt_dir, "%s-%s" % (ud.apt_arch or "src", key))
        ud.apt_state = (ud.apt_root, os.path.join(ud.apt_dir, "pool"), ud.apt_arch, ud.apt_sources)
        name = ud.apt_package + "".join("_%s=%s" % (param, ud.parm[param]) for param in ("deps", "only", "exclude")
                                        if param in ud.parm)
        ud.localfile = os.path.join(ud.apt_root, "used", record_name(name))

    def _arch(self, ud, d):
        arch = ud.parm.get("arch") or d.getVar("APT_ARCH")
        if not arch:
            target = d.getVar("TARGET_ARCH") or ""
            arch = _ARCHES.get(target, target)
        if arch == "all" or not arch:
            arch = self._host_arch()
        return arch

    def _host_arch(self):
        try:
            return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True,
                                  check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError) as exc:
            raise FetchError("apt:// needs dpkg, which cannot be run: %s" % exc)

    def _find_sources(self, source, d):
        """(deb822 stanzas, a short name for them)"""
        text, release = d.getVar("APT_SOURCES"), d.getVar("APT_RELEASE") or ""
        known = self._sources.get((text, release, source))
        if not known:
            stanzas = (text.replace("\\n", "\n").strip() + "\n" if text
                       else _bb_fetch.apt_host_sources("/etc", release, source))
            known = stanzas, _bb_fetch.sha256(stanzas)[:8]
            self._sources[(text, release, source)] = known
        return known

    def localpath(self, ud, d):
        return ud.localfile

    def _files(self, ud):
        """The record: a list of (name, version, arch, size, sha256, file)."""
        try:
            with open(ud.localpath) as f:
                return _bb_fetch.apt_read_record(f.read())
        except FileNotFoundError:
            return None
        except _bb_fetch.Error as exc:
            bb.warn("%s: %s; resolving %s again" % (ud.localpath, exc, ud.url))
            return None

    def need_update(self, ud, d):
        files = self._files(ud)
        return files is None or not all(_bb_fetch.apt_in_pool(ud.apt_state, files))

    def _check_network(self, ud, d, what):
        if bb.utils.to_boolean(d.getVar("BB_NO_NETWORK")):
            raise bb.fetch2.NetworkAccess(ud.url, what)
        for host in _bb_fetch.apt_hosts(ud.apt_sources).split():
            if not bb.fetch2.trusted_network(d, "https://%s/" % host):
                raise bb.fetch2.UntrustedUrl(ud.url, "The package source '%s' is not in BB_ALLOWED_NETWORKS" % host)

    def _update(self, ud, d):
        self._check_network(ud, d, "apt-get update")
        bb.note("Fetching the package index for %s" % (ud.apt_arch or "source packages"))
        _bb_fetch.apt_update(ud.apt_state)

    def _resolve(self, ud, d, refresh=False):
        """What the URL stands for by the index, which is fetched when there is none or it is too old."""
        if not ud.apt_sources.strip():
            raise FetchError("no package sources of a Debian release found in /etc/apt; set APT_SOURCES", ud.url)
        request = (ud.apt_package, bb.utils.to_boolean(ud.parm.get("deps"), False), ud.parm.get("only", ""),
                   ud.parm.get("exclude", ""))
        lock = bb.utils.lockfile(ud.apt_root + ".lock")
        try:
            _bb_fetch.apt_prepare(ud.apt_state)
            age = int(d.getVar("APT_INDEX_AGE") or _KEEP)
            if bb.utils.to_boolean(d.getVar("BB_NO_NETWORK")):
                age = _KEEP
            if refresh or not _bb_fetch.apt_has_index(ud.apt_state, age):
                self._update(ud, d)
                refresh = True
            try:
                return _bb_fetch.apt_resolve(ud.apt_state, request)
            except _bb_fetch.Error:
                # a version that is newer than our index, perhaps
                if refresh or bb.utils.to_boolean(d.getVar("BB_NO_NETWORK")):
                    raise
                self._update(ud, d)
                return _bb_fetch.apt_resolve(ud.apt_state, request)
        finally:
            bb.utils.unlockfile(lock)

    def _bring(self, ud, d, files):
        """All files into the pool."""
        if all(_bb_fetch.apt_in_pool(ud.apt_state, files)):
            try:
                _bb_fetch.apt_verify(ud.apt_state, files)
                return
            except _bb_fetch.Error as exc:
                bb.warn("%s\nFetching it again." % exc)
        self._check_network(ud, d, "apt-get %s %s" % ("download" if ud.apt_arch else "source", ud.apt_package))
        lock = bb.utils.lockfile(os.path.join(ud.apt_dir, "pool.lock"))
        try:
            _bb_fetch.apt_download(ud.apt_state, files, ud.apt_package)
        finally:
            bb.utils.unlockfile(lock)

    def _check_pin(self, ud, files):
        if not ud.sha256_expected:
            return
        name = ud.apt_package.partition("=")[0]
        mine = [f for f in files if (f[5].endswith(".dsc") if not ud.apt_arch else f[0] == name)]
        if not mine or mine[0][4] != ud.sha256_expected:
            found = mine[0][4] if mine else "none"
            raise ChecksumError("Checksum mismatch!\nFile: '%s' has sha256 checksum '%s' when '%s' was expected"
                                % (mine[0][5] if mine else name, found, ud.sha256_expected), ud.url, found)

    def _check_strict(self, ud, d, before, files):
        if before is None or sorted(before) == sorted(files):
            return
        changed = sorted(set(f[5] for f in before) ^ set(f[5] for f in files)) or [f[5] for f in files]
        text = "the packages of %s differ from those recorded in %s: %s" % (ud.url, ud.localpath, ", ".join(changed))
        if bb.utils.to_boolean(d.getVar("APT_STRICT")):
            raise FetchError(text, ud.url)
        bb.note(text)

    def download(self, ud, d):
        try:
            before = self._files(ud)
            files = before
            if files is None or (d.getVar("APT_INDEX_AGE") and not bb.utils.to_boolean(d.getVar("BB_NO_NETWORK"))):
                files = self._resolve(ud, d)
            try:
                self._bring(ud, d, files)
            except _bb_fetch.Error as exc:
                bb.note("%s\nThe mirror may have moved on: resolving again." % exc)
                files = self._resolve(ud, d, refresh=True)
                self._bring(ud, d, files)
            self._check_strict(ud, d, before, files)
            self._check_pin(ud, files)
            bb.utils.mkdirhier(os.path.dirname(ud.localpath))
            _bb_fetch.write(ud.localpath, "# %s\n%s" % (ud.url, _bb_fetch.apt_record(files)))
        except _bb_fetch.Error as exc:
            raise FetchError(str(exc), ud.url)

    def unpack(self, ud, rootdir, d):
        unpackdir = self.unpack_directory(ud, rootdir, d)
        files = self._files(ud)
        if files is None:
            raise UnpackError("%s has not been fetched" % ud.localpath, ud.url)
        bb.note("Unpacking %d files of %s to %s/" % (len(files), ud.apt_package, unpackdir))
        try:
            if self._flag(ud, "unpack", True):
                folder = ud.parm.get("destsuffix", "")
                places.unpacked(d, unpackdir, folder, "destsuffix", ud.url)
                _bb_fetch.apt_unpack(ud.apt_state, files, unpackdir, places.strip_level(ud), folder)
            else:
                _bb_fetch.apt_verify(ud.apt_state, files)
                for f in files:
                    _bb_fetch.copy(os.path.join(ud.apt_state[1], f[5]), unpackdir)
        except _bb_fetch.Error as exc:
            raise UnpackError(str(exc), ud.url)

    def clean(self, ud, d):
        """Forgets the record; the pool is shared, so its files stay."""
        bb.utils.remove(ud.localpath)

    def checkstatus(self, fetch, ud, d):
        try:
            self._resolve(ud, d)
            return True
        except _bb_fetch.Error:
            return False
