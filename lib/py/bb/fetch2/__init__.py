# SPDX-License-Identifier: MIT
"""
Fetching what SRC_URI names. Fetch(urls, d) is what classes use: download(), unpack(), checkstatus(), localpaths(),
clean(). Each URL is a FetchData, which has the one of `methods` that supports it.
"""

import logging

import bb
import bb.event
import bb.utils
import _bb_fetch
import _bbc

from .errors import (BBFetchException, UntrustedUrl, MalformedUrl, FetchError, ChecksumError, NoChecksumError,
                     UnpackError, NoMethodError, MissingParameterError, ParameterError, NetworkAccess, NonLocalMethod,
                     LocalModificationsError, RebaseError)

for _cls in (BBFetchException, UntrustedUrl, MalformedUrl, FetchError, ChecksumError, NoChecksumError, UnpackError,
             NoMethodError, MissingParameterError, ParameterError, NetworkAccess, NonLocalMethod,
             LocalModificationsError, RebaseError):
    _cls.__module__ = __name__  # as tracebacks have always named them

__version__ = "2"

logger = logging.getLogger("BitBake.Fetcher")


class MissingChecksumEvent(bb.event.Event):
    """A download has no checksum in its recipe; `checksums` are those it has."""

    def __init__(self, url, **checksums):
        self.url = url
        self.checksums = checksums
        super().__init__()


from .uri import URI, decodemirrorurl, decodeurl, encodeurl
from .data import CHECKSUM_LIST, FetchData, FetchMethod
from .stamps import rename_bad_checksum, update_stamp, verify_checksum, verify_donestamp
from .command import (FETCH_EXPORT_VARS, check_network_access, fetcher_environment, get_fetcher_environment,
                      runfetchcmd, subprocess_setup)
from .srcrev import (get_autorev, get_hashvalue, get_pkgv_string, get_srcrev, mark_recipe_nocache,
                     srcrev_internal_helper)
from .mirrors import (build_mirroruris, ensure_symlink, mirror_from_string, trusted_network, try_mirror_url,
                      try_mirrors, uri_replace)

SHOWN_CHECKSUM_LIST = ["sha256"]

methods = []
_checksum_cache = None
urldata_cache = {}


def fetcher_init(d, servercontext=True):
    """Called when the configuration is known."""
    from . import headrevs
    headrevs.start(d)
    for method in methods:
        if hasattr(method, "init"):
            method.init(d)


def fetcher_compare_revisions(d):
    """Whether floating revisions were resolved differently than when the build started."""
    from . import headrevs
    return headrevs.changed(d)


def fetcher_parse_save():
    """Nothing to keep: checksums of local files are cached by the signature code."""


def fetcher_parse_done():
    """As fetcher_parse_save()."""


def get_file_checksums(filelist, pn, localdirsexclude):
    """[(path, checksum)] of "path:True path:False ...", as FileChecksumCache.get_checksums()."""
    global _checksum_cache
    if _checksum_cache is None:
        import bb.checksum
        _checksum_cache = bb.checksum.FileChecksumCache()
    return _checksum_cache.get_checksums(filelist, pn, localdirsexclude)


def localpath(url, d):
    """Where the download of one URL is."""
    return Fetch([url], d).localpath(url)


def get_checksum_file_list(d):
    """The local files of SRC_URI and the places they were looked for, as do_fetch[file-checksums] wants them."""
    if _bbc.has_rule("FILES_IN_DL_DIR"):
        return _old_checksum_file_list(d)
    text, name, places = _bb_fetch.checksum_file_list(d.getVar("SRC_URI") or "", d.getVar("FILESPATH") or "")
    if text is None and places is None:
        decodeurl(name)  # raises what is wrong with it
    if text is None:
        bb.fatal("Unable to get checksum for %s SRC_URI entry %s: file could not be found\n"
                 "The following paths were searched:\n%s" % (d.getVar('PN'), name, '\n'.join(places)))
    return text


def _old_checksum_file_list(d):
    """The same, where a file that is found nowhere is taken to be among the downloads."""
    words = []
    dl_dir = d.getVar("DL_DIR")
    fetch = Fetch([], d, cache=False, localonly=True)
    for ud in (fetch.ud[url] for url in fetch.urls):
        if not (ud and isinstance(ud.method, local.Local)):
            continue
        for place in ud.method.localfile_searchpaths(ud, d):
            if "*" in ud.decodedurl:
                place = os.path.join(os.path.abspath(place), ud.decodedurl)
            there = os.path.exists(place)
            if place.startswith(dl_dir):
                name = (d.getVar("PN"), os.path.basename(place))
                bb.warn("Getting checksum for %s SRC_URI entry %s: file not found except in DL_DIR" % name if there else
                        "Unable to get checksum for %s SRC_URI entry %s: file could not be found" % name)
            words.append("%s:%s" % (place, there))
    return " ".join(words)


class DummyUnpackTracer:
    """What BB_UNPACK_TRACER_CLASS may replace: told which URL is unpacked where."""

    def start(self, unpackdir, urldata_dict, d):
        pass

    def start_url(self, url):
        pass

    def unpack(self, unpack_type, destdir):
        pass

    def finish_url(self, url):
        pass

    def complete(self):
        pass


_unpack_tracer = None


def _tracer(d):
    global _unpack_tracer
    if _unpack_tracer is None:
        module, _, name = (d.getVar("BB_UNPACK_TRACER_CLASS") or "").rpartition(".")
        if name:
            import importlib
            _unpack_tracer = getattr(importlib.import_module(module), name)()
        else:
            _unpack_tracer = DummyUnpackTracer()
    return _unpack_tracer


class _Locked:
    """Holds a URL's lock file; nothing for URLs without one."""

    def __init__(self, ud):
        self.path = ud.lockfile

    def __enter__(self):
        self.lock = bb.utils.lockfile(self.path) if self.path else None

    def __exit__(self, *exc):
        if self.lock:
            bb.utils.unlockfile(self.lock)


class Fetch:
    """The URLs of a recipe (SRC_URI when `urls` is empty); `ud` has the FetchData of each."""

    def __init__(self, urls, d, cache=True, localonly=False, connection_cache=None):
        if localonly and cache:
            raise Exception("bb.fetch2.Fetch.__init__: cannot set cache and localonly at same time")
        self.urls = urls or (d.getVar("SRC_URI") or "").split()
        self.d = d
        self.connection_cache = connection_cache
        fn = d.getVar('FILE')
        key = (d.getVar('__BBMULTICONFIG'), fn, d.getVar('PN'), id(d)) if cache and fn else None
        self.ud = urldata_cache.get(key, {})
        for url in self.urls:
            if url in self.ud:
                continue
            try:
                self.ud[url] = FetchData(url, d, localonly)
                self.ud[url].unpack_tracer = _tracer(d)
            except NonLocalMethod:
                self.ud[url] = None
        if key:
            urldata_cache[key] = self.ud

    def localpath(self, url):
        if url not in self.urls:
            self.ud[url] = FetchData(url, self.d)
        self.ud[url].setup_localpath(self.d)
        return self.d.expand(self.ud[url].localpath)

    def localpaths(self):
        """Where all URLs are, or will be once downloaded."""
        return [self._ready(u).localpath for u in self.urls]

    def _ready(self, url):
        ud = self.ud[url]
        ud.setup_localpath(self.d)
        return ud

    def _mirrors(self, name, ud, check=False):
        return ud.method.try_mirrors(self, ud, self.d, mirror_from_string(self.d.getVar(name)), check)

    def _premirrors(self, ud):
        """Whether a premirror had it. One with wrong content counts as if it had not."""
        logger.debug("Trying PREMIRRORS")
        if not self._mirrors('PREMIRRORS', ud):
            return False
        try:
            ud.method.update_donestamp(ud, self.d)
            return True
        except ChecksumError as exc:
            logger.warning("Checksum failure encountered with premirror download of %s - will attempt other sources."
                           % ud.url)
            logger.debug(str(exc))
            return False

    def _upstream(self, ud):
        if not trusted_network(self.d, ud.url):
            raise UntrustedUrl(ud.url)
        logger.debug("Trying Upstream")
        ud.method.download(ud, self.d)
        if hasattr(ud.method, "build_mirror_data"):
            ud.method.build_mirror_data(ud, self.d)
        ud.method.update_donestamp(ud, self.d)

    def _upstream_or_mirrors(self, ud):
        """None when upstream had it, else (whether a mirror had it, upstream's failure)."""
        try:
            self._upstream(ud)
            return None
        except (NetworkAccess, NoChecksumError):
            raise
        except ChecksumError as exc:
            logger.warning("Checksum failure encountered with download of %s - will attempt other sources if available"
                           % ud.url)
            failure = exc
        except BBFetchException as exc:
            logger.warning('Failed to fetch URL %s, attempting MIRRORS if available' % ud.url)
            failure = exc
        logger.debug(str(failure))
        if ud.method.cleanup_upon_failure():
            ud.method.clean(ud, self.d)
        logger.debug("Trying MIRRORS")
        return self._mirrors('MIRRORS', ud), failure

    def _download(self, ud):
        method, d = ud.method, self.d
        done = method.verify_donestamp(ud, d) and not method.need_update(ud, d)
        if not done and method.try_premirror(ud, d):
            done = self._premirrors(ud)
        if bb.utils.to_boolean(d.getVar("BB_FETCH_PREMIRRORONLY")):
            d.setVar("BB_NO_NETWORK", "1")
        failure = None
        if not done:
            done, failure = self._upstream_or_mirrors(ud) or (True, None)
        if not done or not method.done(ud, d):
            if failure:
                logger.error(str(failure))
            raise FetchError("Unable to fetch URL from any source.", ud.url)
        method.update_donestamp(ud, d)

    def download(self, urls=None):
        """Fetches all URLs into DL_DIR. What is there and right is not fetched again."""
        network = self.d.getVar("BB_NO_NETWORK")
        missing = []
        for u in urls or self.urls:
            ud = self._ready(u)
            try:
                with _Locked(ud):
                    self._download(ud)
            except NoChecksumError as exc:
                missing.append(exc.args[0])
            except ChecksumError:
                logger.error("Checksum failure fetching %s" % u)
                raise
            finally:
                self.d.setVar("BB_NO_NETWORK", network)
        if missing:
            logger.error("Missing SRC_URI checksum, please add those to the recipe: \n%s", "\n".join(missing))
            raise BBFetchException("There was some missing checksums in the recipe")

    def checkstatus(self, urls=None):
        """FetchError unless every URL exists on a premirror, upstream or on a mirror."""
        for u in urls or self.urls:
            ud = self._ready(u)
            logger.debug("Testing URL %s", u)
            if not (self._mirrors('PREMIRRORS', ud, True) or ud.method.checkstatus(self, ud, self.d) or
                    self._mirrors('MIRRORS', ud, True)):
                raise FetchError("URL doesn't work", u)

    def unpack(self, root, urls=None):
        """Unpacks the downloads to `root`."""
        tracer = _tracer(self.d)
        tracer.start(root, self.ud, self.d)
        for u in urls or self.urls:
            ud = self._ready(u)
            with _Locked(ud):
                tracer.start_url(u)
                ud.method.unpack(ud, root, self.d)
                tracer.finish_url(u)
        tracer.complete()

    def clean(self, urls=None):
        """Removes the downloads and their stamps."""
        for u in urls or self.urls:
            if u not in self.ud:
                self.ud[u] = FetchData(u, self.d)
            ud = self._ready(u)
            if not ud.localfile and ud.localpath is None:
                continue
            with _Locked(ud):
                ud.method.clean(ud, self.d)
                if ud.donestamp:
                    bb.utils.remove(ud.donestamp)

    def expanded_urldata(self, urls=None):
        """The FetchData of the URLs and of those they imply."""
        found = []
        for u in urls or self.urls:
            ud = self.ud[u]
            found.append(ud)
            found += ud.method.implicit_urldata(ud, self.d)
        return found


class FetchConnectionCache:
    """Open connections by host and port, for callers that check many URLs."""

    def __init__(self):
        self.cache = {}

    def get_connection_name(self, host, port):
        return "%s:%s" % (host, port)

    def add_connection(self, host, port, connection):
        self.cache.setdefault(self.get_connection_name(host, port), connection)

    def get_connection(self, host, port):
        return self.cache.get(self.get_connection_name(host, port))

    def remove_connection(self, host, port):
        connection = self.cache.pop(self.get_connection_name(host, port), None)
        if connection:
            connection.close()

    def close_connections(self):
        while self.cache:
            self.cache.popitem()[1].close()


from . import apt, crate, git, gitsm, gomod, local, npm, npmsw, ssh, svn, wget

methods += [local.Local(), wget.Wget(), git.Git(), gitsm.GitSM(), crate.Crate(), svn.Svn(), ssh.SSH(), npm.Npm(),
            npmsw.NpmShrinkWrap(), gomod.GoMod(), gomod.GoModGit(), apt.Apt()]
