# SPDX-License-Identifier: MIT
"""http, https and ftp downloads."""

import logging
import os
import re
import time

import bb
import bb.build
import bb.event
import bb.progress
import bb.utils
import _bb_fetch

from .data import FetchMethod
from .errors import ChecksumError, FetchError
from . import places, stamps


logger = logging.getLogger("BitBake.Fetcher")


class WgetProgressHandler(bb.progress.LineFilterProgressHandler):
    """Progress of a program that shows it as wget --progress=dot does."""

    def __init__(self, d):
        super().__init__(d)
        self._fire_progress(0)

    def writeline(self, line):
        found = re.findall(r"(\d+)%\s+([\d.]+[A-Z])", line)
        if found:
            self.update(int(found[-1][0]), found[-1][1] + "/s")
        return not found


class _Progress:
    """Fires bb.build.TaskProgress, at most twice a second."""

    def __init__(self, d):
        self.d = d
        self.next = 0.0
        self.start = time.monotonic()

    def __call__(self, done, total):
        now = time.monotonic()
        if now < self.next or not total:
            return
        self.next = now + 0.5
        rate = "%.1f MB/s" % (done / 1e6 / max(now - self.start, 0.001))
        bb.event.fire(bb.build.TaskProgress(int(done * 100 / total), rate), self.d)


class Wget(FetchMethod):
    def supports(self, ud, d):
        return ud.type in ("http", "https", "ftp", "ftps")

    def recommends_checksum(self, urldata):
        return True

    def urldata_init(self, ud, d):
        if "protocol" in ud.parm and ud.parm["protocol"] == "git":
            raise bb.fetch2.ParameterError("Invalid protocol - if you wish to fetch from a git repository using http, "
                                           "you need to instead use the git:// prefix with protocol=http", ud.url)
        ud.basename = ud.parm.get("downloadfilename") or os.path.basename(ud.path)
        ud.localfile = d.expand(_bb_fetch.unquote(ud.basename))
        if not ud.localfile:
            ud.localfile = d.expand(_bb_fetch.unquote(ud.host + ud.path).replace("/", "."))
        ud.localfile = places.download(ud.localfile, ud.url)

    def check_certs(self, d):
        return (d.getVar("BB_CHECK_SSL_CERTS") or "1") != "0"

    def _request(self, ud, d):
        """(url, "user:password" or None, whether to check certificates)"""
        login = "%s:%s" % (ud.user, ud.pswd) if ud.user and ud.pswd else None
        return ud.url.split(";")[0], login, self.check_certs(d)

    def _get(self, ud, d, unfinished):
        try:
            with bb.fetch2.fetcher_environment(d):
                return _bb_fetch.http_get(*self._request(ud, d), unfinished, _Progress(d))
        except _bb_fetch.Error as exc:
            raise FetchError(str(exc), ud.url)

    def _discard(self, unfinished, checksum):
        bad = "%s_bad-checksum_%s" % (unfinished[:-len(".tmp")], checksum)
        bb.warn("Renaming %s to %s" % (unfinished, bad))
        os.rename(unfinished, bad)

    def download(self, ud, d):
        uri = ud.url.split(";")[0]
        bb.fetch2.check_network_access(d, "http(s) get of %s" % uri, ud.url)
        final = os.path.join(os.path.realpath(d.getVar("DL_DIR")), ud.localfile)
        unfinished = final + ".tmp"
        continued = self._get(ud, d, unfinished)
        try:
            stamps.verify_checksum(ud, d, localpath=unfinished, fatal_nochecksum=False)
        except ChecksumError as exc:
            if not continued:
                self._discard(unfinished, exc.checksum)
                raise
            bb.note("The continued download of %s is not what was expected, starting over" % uri)
            bb.utils.remove(unfinished)
            self._get(ud, d, unfinished)
            try:
                stamps.verify_checksum(ud, d, localpath=unfinished, fatal_nochecksum=False)
            except ChecksumError as again:
                self._discard(unfinished, again.checksum)
                raise
        os.rename(unfinished, final)
        return True

    def checkstatus(self, fetch, ud, d, try_again=True):
        try:
            with bb.fetch2.fetcher_environment(d):
                return _bb_fetch.http_check(*self._request(ud, d))
        except _bb_fetch.Error as exc:
            bb.fetch2.logger.debug2("checkstatus() failed for %s: %s" % (ud.url, exc))
            return False
