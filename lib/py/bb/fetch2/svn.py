# SPDX-License-Identifier: MIT
"""
svn:// entries. A checkout of each module is kept in DL_DIR/svn (or SVNDIR); the download is a tarball of it at one
revision.

Parameters: module (needed), protocol, path_spec, rev, nopegrevision, externals, ssh, transportuser, scmdata.
"""

import logging
import os
import re
import shlex

import bb
import bb.utils

from . import places
from .command import check_network_access, runfetchcmd
from .data import FetchMethod
from .errors import FetchError, MissingParameterError

logger = logging.getLogger("BitBake.Fetcher")

_COMMAND = "/usr/bin/env svn --non-interactive --trust-server-cert"


class Svn(FetchMethod):
    def supports(self, ud, d):
        return ud.type == "svn"

    def supports_srcrev(self):
        return True

    def urldata_init(self, ud, d):
        if "module" not in ud.parm:
            raise MissingParameterError("module", ud.url)
        ud.basecmd = d.getVar("FETCHCMD_svn") or _COMMAND
        ud.module = ud.parm["module"]
        ud.path_spec = ud.parm.get("path_spec", ud.module)
        ud.pegrevision = "nopegrevision" not in ud.parm
        svndir = d.getVar("SVNDIR") or os.path.join(d.getVar("DL_DIR"), "svn")
        place = os.path.join(ud.host, self._strip_leading_slashes(ud.path))
        ud.pkgdir = os.path.join(svndir, places.download(place, ud.url))
        ud.moddir = os.path.join(ud.pkgdir, ud.path_spec)
        ud.svnlock = os.path.join(ud.pkgdir, "svn.lock")
        ud.setup_revisions(d)
        if "rev" in ud.parm:
            ud.revision = ud.parm["rev"]
        ud.localfile = d.expand("%s_%s_%s_%s_%d.tar.gz" % (ud.module.replace("/", "."), ud.host,
                                                           ud.path.replace("/", "."), ud.revision, ud.pegrevision))

    def _command(self, ud, verb, options, *args):
        """The shell command for "svn verb", with the login and, for ssh, the program that connects."""
        words = ["--no-auth-cache"]
        if ud.user:
            words += ["--username", ud.user]
        if ud.pswd:
            words += ["--password", ud.pswd]
        command = " ".join([ud.basecmd, verb] + [shlex.quote(word) for word in words + options + list(args)])
        if ud.parm.get("protocol") == "svn+ssh" and "ssh" in ud.parm:
            command = "SVN_SSH=%s %s" % (shlex.quote(ud.parm["ssh"]), command)
        return command

    def _upstream(self, ud, user=""):
        return "%s://%s%s%s/%s" % (ud.parm.get("protocol", "svn"), user, ud.host, ud.path, ud.module)

    def _checkout_command(self, ud, update):
        options = [] if ud.parm.get("externals") == "allowed" else ["--ignore-externals"]
        if ud.revision:
            options += ["-r", ud.revision]
        if update:
            return self._command(ud, "update", options)
        url = self._upstream(ud, ud.parm.get("transportuser", ""))
        if ud.revision and ud.pegrevision:
            url += "@" + ud.revision
        return self._command(ud, "co", options, url, ud.path_spec)

    def _check_out(self, ud, d):
        update = os.access(os.path.join(ud.moddir, ".svn"), os.R_OK)
        command = self._checkout_command(ud, update)
        check_network_access(d, command, ud.url)
        if update:
            try:
                runfetchcmd(ud.basecmd + " upgrade", d, workdir=ud.moddir)
            except FetchError:
                pass  # it is of this svn's format already
        bb.utils.mkdirhier(ud.pkgdir)
        runfetchcmd(command, d, workdir=ud.moddir if update else ud.pkgdir)

    def _report_externals(self, ud, d):
        try:
            externals = runfetchcmd(ud.basecmd + " propget svn:externals", d, quiet=True, workdir=ud.moddir)
        except FetchError:
            return  # there is no such property
        if externals.strip() and ud.parm.get("externals") != "allowed":
            bb.warn("%s contains svn:externals." % ud.url)
            bb.warn("These should be added to the recipe SRC_URI as necessary.")
            bb.warn("svn fetch has ignored externals:\n%s" % externals)
            bb.warn("To disable this warning add ';externals=nowarn' to the url.")

    def download(self, ud, d):
        lock = bb.utils.lockfile(ud.svnlock)
        try:
            self._check_out(ud, d)
            if ud.parm.get("externals") != "nowarn":
                self._report_externals(ud, d)
            exclude = "" if ud.parm.get("scmdata") == "keep" else "--exclude=.svn "
            beside = ud.localpath + ".tmp"
            runfetchcmd("tar %s-czf %s %s" % (exclude, shlex.quote(beside), shlex.quote(ud.path_spec)), d,
                        cleanup=[beside], workdir=ud.pkgdir)
            os.rename(beside, ud.localpath)
        finally:
            bb.utils.unlockfile(lock)

    def clean(self, ud, d):
        bb.utils.remove(ud.localpath)
        bb.utils.remove(ud.moddir, True)

    def _revision_key(self, ud, d, name):
        return "svn:" + ud.moddir

    def _latest_revision(self, ud, d, name):
        command = self._command(ud, "log --limit 1 --quiet", [], self._upstream(ud) + "/")
        check_network_access(d, command, ud.url)
        newest = re.search(r'^r([0-9]+)', runfetchcmd("LANG=C LC_ALL=C " + command, d, quiet=True), re.MULTILINE)
        if not newest:
            raise FetchError("svn log names no revision", ud.url)
        return newest.group(1)

    def sortable_revision(self, ud, d, name):
        """Revisions of svn grow."""
        return False, self._build_revision(ud, d, name)

    def _build_revision(self, ud, d, name):
        return ud.revision
