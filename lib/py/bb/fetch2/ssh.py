# SPDX-License-Identifier: MIT
"""
ssh:// entries: files and folders of other machines, fetched by scp to DL_DIR. The path is absolute, or below a home
when it begins with "~": ssh://host/~/file.
"""

import os
import shlex

from . import places
from .command import check_network_access, runfetchcmd
from .data import FetchMethod
from .errors import FetchError, ParameterError


class SSH(FetchMethod):
    def supports(self, urldata, d):
        return urldata.type == "ssh"

    def supports_checksum(self, urldata):
        return False

    def urldata_init(self, urldata, d):
        if urldata.parm.get("protocol") == "git":
            raise ParameterError("Invalid protocol - if you wish to fetch from a git repository using ssh, you need to "
                                 "use git:// prefix with protocol=ssh", urldata.url)
        if not urldata.host or not urldata.path.strip("/"):
            raise ParameterError("Invalid URL: Must be ssh://HOST/PATH", urldata.url)
        name = places.download(os.path.basename(os.path.normpath(urldata.path)), urldata.url)
        urldata.localpath = os.path.join(d.getVar("DL_DIR"), name)

    def _remote(self, ud):
        """(user and host, port or "", path): a home is what the other side makes of "~"."""
        host, _, port = ud.host.partition(":")
        user = "%s:%s@" % (ud.user, ud.pswd) if ud.user and ud.pswd else ud.user + "@" if ud.user else ""
        path = ud.path[1:] if ud.path.startswith("/~") else ud.path
        return user + host, port, path

    def download(self, urldata, d):
        host, port, path = self._remote(urldata)
        command = "scp -B -r %s%s %s/" % ("-P %s " % shlex.quote(port) if port else "",
                                          shlex.quote("%s:%s" % (host, path)), shlex.quote(d.getVar("DL_DIR")))
        check_network_access(d, command, urldata.url)
        runfetchcmd(command, d)

    def checkstatus(self, fetch, urldata, d):
        host, port, path = self._remote(urldata)
        home = "~/" if path.startswith("~/") else ""
        test = "[ -e %s%s ]" % (home, shlex.quote(path[len(home):]))
        command = "ssh -o BatchMode=true %s%s %s" % ("-p %s " % shlex.quote(port) if port else "", shlex.quote(host),
                                                     shlex.quote(test))
        check_network_access(d, command, urldata.url)
        try:
            runfetchcmd(command, d)
            return True
        except FetchError:
            return False
