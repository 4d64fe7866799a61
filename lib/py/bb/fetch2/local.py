# SPDX-License-Identifier: MIT
"""file:// entries: files and folders of the layers, found along FILESPATH. They are used where they are."""

import logging
import os

import _bb_fetch
import _bbc
import bb

from .data import FetchMethod
from .errors import FetchError, ParameterError


logger = logging.getLogger("BitBake.Fetcher")


class Local(FetchMethod):
    def supports(self, urldata, d):
        return urldata.type == "file"

    def urldata_init(self, ud, d):
        ud.decodedurl = _bb_fetch.unquote(ud.url.split("://")[1].split(";")[0])
        ud.basename = os.path.basename(ud.decodedurl)
        ud.basepath = ud.decodedurl
        ud.needdonestamp = False
        if "*" in ud.decodedurl and not _bbc.has_rule("FILE_GLOBS"):
            raise ParameterError("file:// urls using globbing are no longer supported. Please place the files in a "
                                 "directory and reference that instead.", ud.url)

    def localfile_searchpaths(self, urldata, d):
        """The places looked at, the last being the file when it exists anywhere."""
        path, filespath = urldata.decodedurl, d.getVar("FILESPATH") or ""
        places = _bb_fetch.search(filespath, path)
        if path.startswith("/"):
            logger.debug2("Using absolute %s", path)
        elif filespath:
            logger.debug2("Searching for %s in paths:\n    %s", path, "\n    ".join(filespath.split(":")))
            found = places[-1] if places and os.path.exists(places[-1]) else ""
            logger.debug2("Using %s for %s", found, path)
        if not _bbc.has_rule("FILES_IN_DL_DIR") or path.startswith("/") or (places and os.path.exists(places[-1])):
            return places
        if "*" in path:
            return places + _bb_fetch.search(filespath, ".")
        download = os.path.join(d.getVar("DL_DIR"), path)
        bb.utils.mkdirhier(os.path.dirname(download))
        return places + [download]

    localpaths = localfile_searchpaths  # its name before 2.8

    def localpath(self, urldata, d):
        places = self.localfile_searchpaths(urldata, d)
        return places[-1] if places else urldata.decodedurl

    def download(self, urldata, d):
        if not os.path.exists(urldata.localpath):
            places = (d.getVar("FILESPATH") or "").split(":")
            raise FetchError("Unable to find file %s anywhere to download to %s. The paths that were searched were:\n"
                             "    %s" % (urldata.url, urldata.localpath, "\n    ".join(places)))
        return True

    def checkstatus(self, fetch, urldata, d):
        return os.path.exists(urldata.localpath) or "*" in urldata.localpath

    def clean(self, urldata, d):
        pass
