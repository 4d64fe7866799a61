# SPDX-License-Identifier: MIT
"""
git:// entries. A bare mirror of each repository is kept in DL_DIR/git2 (or GITDIR) and updated when it lacks the
revision; unpacking makes a checkout that shares its objects.

Parameters: protocol, branch, name (several, comma-separated, in step with branch), rev, tag, nobranch, usehead,
nocheckout, bareclone, destsuffix, subpath, subdir, rebaseable.
"""

import logging
import os
import re
import shlex

import bb
import bb.progress
import bb.utils
import _bb_fetch
import _bbc

from . import places
from .data import FetchMethod
from .errors import FetchError, ParameterError, UnpackError

logger = logging.getLogger("BitBake.Fetcher")
sha1_re = re.compile(r'^[0-9a-f]{40}$')
slash_re = re.compile(r'/+')
_COMMAND = "git -c gc.autoDetach=false -c core.pager=cat -c safe.bareRepository=all"
_PROTOCOLS = ('git', 'file', 'ssh', 'http', 'https', 'rsync')


class GitProgressHandler(bb.progress.LineFilterProgressHandler):
    """Progress of a git program by its output: four stages, each with its share of the whole."""

    _stages = {"Counting objects": (0, 0.2), "Compressing objects": (20, 0.05), "Receiving objects": (25, 0.5),
               "Resolving deltas": (75, 0.25)}

    def __init__(self, d):
        self._seen = ""
        self._counted = 0
        super().__init__(d)
        self._fire_progress(-1)

    def write(self, string):
        self._seen += string
        name = next((stage for stage in reversed(self._stages) if stage in self._seen), None)
        if name:
            self._seen = ""
        start, share = self._stages[name or "Counting objects"]
        percents, counts = re.findall(r"(\d+)%", string), re.findall(r": (\d+)", string)
        if percents:
            rates = re.findall(r"[\d.]+ [a-zA-Z]*/s+", string)
            self.update(round(int(percents[-1]) * share + start), rates[-1] if rates else None)
        elif not start and counts and int(counts[-1]) > self._counted:
            self._counted = int(counts[-1])
            self._fire_progress(-self._counted)
        super().write(string)


class Git(FetchMethod):
    def init(self, d):
        pass

    def supports(self, ud, d):
        return ud.type == "git"

    def supports_checksum(self, urldata):
        return False

    def supports_srcrev(self):
        return True

    def cleanup_upon_failure(self):
        return False

    def _set_protocol(self, ud):
        ud.proto = ud.parm.get("protocol") or ("git" if ud.host else "file")
        if ud.host == "github.com" and ud.proto == "git":
            ud.proto = "https"
            bb.warn("URL: %s uses git protocol which is no longer supported by github. Please change to "
                    ";protocol=https in the url." % ud.url)
        if ud.proto not in _PROTOCOLS:
            raise ParameterError("Invalid protocol type", ud.url)

    def _set_branches(self, ud):
        branches = ud.parm.get("branch", "").split(",")
        if branches == [""] and not ud.nobranch:
            bb.warn("URL: %s does not set any branch parameter. The future default branch used by tools and "
                    "repositories is uncertain and we will therefore soon require this is set in all git urls."
                    % ud.url)
            branches = ["master"]
        if len(branches) != len(ud.names):
            raise ParameterError("The number of name and branch parameters is not balanced", ud.url)
        ud.branches = dict(zip(ud.names, branches))
        self._set_wanted(ud, {name: "HEAD" if ud.usehead else ud.branches[name] for name in ud.names})

    def _set_wanted(self, ud, wanted):
        """What revisions are asked upstream by, for each name; releases with one name a URL have texts for the one."""
        ud.unresolvedrev = wanted
        if _bbc.has_rule("SINGLE_NAME"):
            ud.branch = ud.branches[ud.name]
            ud.unresolvedrev = wanted[ud.name]

    def _wanted(self, ud, name):
        return ud.unresolvedrev if isinstance(ud.unresolvedrev, str) else ud.unresolvedrev[name]

    def urldata_init(self, ud, d):
        self._set_protocol(ud)
        for flag in ("nocheckout", "rebaseable", "nobranch", "usehead", "bareclone"):
            setattr(ud, flag, ud.parm.get(flag, "0") == "1")
        if ud.usehead and ud.proto != "file":
            raise ParameterError("The usehead option is only for use with local ('protocol=file') git repositories",
                                 ud.url)
        ud.nobranch = ud.nobranch or ud.usehead
        ud.nocheckout = ud.nocheckout or ud.bareclone
        self._set_branches(ud)
        ud.noshared = d.getVar("BB_GIT_NOSHARED") == "1"
        ud.shallow = False
        ud.basecmd = d.getVar("FETCHCMD_git") or _COMMAND
        ud.write_tarballs = (d.getVar("BB_GENERATE_MIRROR_TARBALLS") or "0") != "0" or ud.rebaseable
        ud.setup_revisions(d)
        for name in ud.names:
            if not sha1_re.match(ud.revisions[name] or ""):
                wanted = {other: self._wanted(ud, other) for other in ud.names}
                self._set_wanted(ud, dict(wanted, **{name: ud.revisions[name] or wanted[name]}))
                ud.revisions[name] = self.latest_revision(ud, d, name)
        self._set_places(ud, d)

    def _set_places(self, ud, d):
        path = re.sub(r'[ ()]', '_', ud.path.replace('/', '.').replace('*', '.'))
        name = ud.host.replace(':', '.') + path
        name = name[1:] if name.startswith('.') else name
        if ud.rebaseable:
            name = "_".join([name] + [ud.revisions[n] for n in ud.names])
        name = places.download(name, ud.url)
        dl_dir = d.getVar("DL_DIR")
        ud.clonedir = os.path.join(d.getVar("GITDIR") or os.path.join(dl_dir, "git2"), name)
        ud.localfile = ud.clonedir
        tarball = "git2_%s.tar.gz" % name
        ud.fullmirror = os.path.join(dl_dir, tarball)
        ud.mirrortarballs = [tarball]

    def localpath(self, ud, d):
        return ud.clonedir

    def _get_repo_url(self, ud):
        """Passwords are left to ssh keys and ~/.netrc: SRC_URI ends up in too many places."""
        return "%s://%s%s%s" % (ud.proto, ud.user + "@" if ud.user else "", ud.host, ud.path)

    def _repo(self, ud):
        url = self._get_repo_url(ud)
        return (ud.basecmd, url)

    def _call(self, ud, d, function, *args):
        try:
            with bb.fetch2.fetcher_environment(d):
                return function(self._repo(ud), *args)
        except _bb_fetch.Error as exc:
            raise FetchError(str(exc), ud.url)

    def _contains_ref(self, ud, d, name, wd):
        branch = "" if ud.nobranch else ud.branches[name]
        return self._call(ud, d, _bb_fetch.git_contains, wd, ud.revisions[name], branch)

    def clonedir_need_update(self, ud, d):
        return not os.path.exists(ud.clonedir) or \
            not all(self._contains_ref(ud, d, name, ud.clonedir) for name in ud.names)

    def tarball_need_update(self, ud):
        return ud.write_tarballs and not os.path.exists(ud.fullmirror)

    def need_update(self, ud, d):
        return self.clonedir_need_update(ud, d) or self.tarball_need_update(ud)

    def try_premirror(self, ud, d):
        """An existing mirror is updated from upstream where that is allowed: a premirror's tarball may be old."""
        if bb.utils.to_boolean(d.getVar("BB_FETCH_PREMIRRORONLY")) or not bb.fetch2.trusted_network(d, ud.url):
            return True
        return not os.path.exists(ud.clonedir)

    def _check_network(self, ud, d, what):
        if ud.proto.lower() != "file":
            bb.fetch2.check_network_access(d, "%s %s %s" % (ud.basecmd, what, self._get_repo_url(ud)), ud.url)

    def _use_tarball(self, ud, d):
        """A mirror tarball stands in for the clone, or brings what the clone lacks."""
        beside = ud.clonedir + ".tmp"
        bb.utils.remove(beside, True)
        bb.utils.mkdirhier(beside)
        try:
            _bb_fetch.unpack(ud.fullmirror, beside, 0, None)
            if os.path.exists(ud.clonedir):
                with bb.fetch2.fetcher_environment(d):
                    _bb_fetch.git_fetch((ud.basecmd, beside), ud.clonedir, True)
            else:
                os.rename(beside, ud.clonedir)
        except _bb_fetch.Error as exc:
            raise FetchError(str(exc), ud.url)
        finally:
            bb.utils.remove(beside, True)

    def download(self, ud, d):
        if os.path.exists(ud.fullmirror) and self.clonedir_need_update(ud, d):
            self._use_tarball(ud, d)
        if not self._call(ud, d, _bb_fetch.git_is_mirror, ud.clonedir):
            self._check_network(ud, d, "clone --bare --mirror")
            self._call(ud, d, _bb_fetch.git_clone, ud.clonedir)
        if self.clonedir_need_update(ud, d):
            self._check_network(ud, d, "fetch -f")
            self._call(ud, d, _bb_fetch.git_fetch, ud.clonedir, ud.nobranch)
            bb.utils.remove(ud.fullmirror)
        for name in ud.names:
            if not self._contains_ref(ud, d, name, ud.clonedir):
                raise FetchError("Unable to find revision %s in branch %s even from upstream"
                                 % (ud.revisions[name], ud.branches[name]))

    def build_mirror_data(self, ud, d):
        if not ud.write_tarballs or os.path.exists(ud.fullmirror):
            return
        if os.path.islink(ud.fullmirror):
            os.unlink(ud.fullmirror)
        bb.fetch2.logger.info("Creating tarball of git repository")
        try:
            _bb_fetch.git_pack(ud.clonedir, ud.fullmirror)
        except _bb_fetch.Error as exc:
            raise FetchError(str(exc), ud.url)
        open(ud.fullmirror + ".done", "w").close()

    def unpack(self, ud, destdir, d):
        subpath = ud.parm.get("subpath", "")
        suffix = os.path.basename(subpath.rstrip("/")) + "/" if subpath else "git/"
        if "subdir" in ud.parm:
            destdir = self.unpack_directory(ud, destdir, d)
            suffix = ""
        folder = ud.parm.get("destsuffix", suffix)
        ud.destdir = os.path.normpath(places.unpacked(d, destdir, folder, "destsuffix", ud.url))
        if getattr(ud, "unpack_tracer", None) and not ud.bareclone:
            ud.unpack_tracer.unpack("git", ud.destdir)
        if self.clonedir_need_update(ud, d):
            raise UnpackError("No up to date source found: clone directory not available or not up to date: %s"
                              % ud.clonedir, ud.url)
        name = ud.names[0]
        self._call(ud, d, _bb_fetch.git_checkout, ud.clonedir, ud.destdir, ud.revisions[name],
                   "" if ud.nobranch else ud.branches[name], subpath, ud.bareclone, ud.nocheckout, ud.noshared)
        return True

    def clean(self, ud, d):
        for path in (os.path.realpath(ud.localpath), ud.localpath, ud.fullmirror, ud.fullmirror + ".done"):
            if os.path.lexists(path):
                bb.note("Removing %s" % path)
                bb.utils.remove(path, True)

    def _revision_key(self, ud, d, name):
        return "git:" + ud.host + slash_re.sub('.', ud.path) + self._wanted(ud, name)

    def _lsremote(self, ud, d, search):
        # PATH may depend on SRCPV, and so come back here
        if d.getVar("_BB_GIT_IN_LSREMOTE", False):
            return ""
        d.setVar("_BB_GIT_IN_LSREMOTE", "1")
        try:
            self._check_network(ud, d, "ls-remote")
            return self._call(ud, d, _bb_fetch.git_lsremote, search)
        finally:
            d.delVar("_BB_GIT_IN_LSREMOTE")

    def _latest_revision(self, ud, d, name):
        wanted, where = self._wanted(ud, name), ud.host + ud.path
        if not d.getVar("__BBSRCREV_SEEN"):
            raise FetchError("Recipe uses a floating tag/branch '%s' for repo '%s' without a fixed SRCREV yet doesn't "
                             "call bb.fetch2.get_srcrev() (use SRCPV in PV for OE)." % (wanted, where))
        bb.fetch2.mark_recipe_nocache(d)
        revision = _bb_fetch.git_resolve(self._lsremote(ud, d, ""), wanted)
        if not revision:
            raise FetchError("Unable to resolve '%s' in upstream git repository in git ls-remote output for %s"
                             % (wanted, where))
        return revision

    def latest_versionstring(self, ud, d):
        """(version, revision) of the highest release tag upstream."""
        try:
            listing = self._lsremote(ud, d, "refs/tags/*")
        except bb.fetch2.BBFetchException as exc:
            bb.note("Could not list remote: %s" % exc)
            return ('', '')
        version = re.compile(d.getVar("UPSTREAM_CHECK_GITTAGREGEX") or r"(?P<pver>([0-9][\.|_]?)+)")
        best = ('', '')
        for line in listing.splitlines():
            revision, _, ref = line.partition("\t")
            tag = ref[len("refs/tags/"):]
            found = None if re.search(r"(alpha|beta|rc|final)+", tag) else version.search(tag)
            if found:
                pver = found.group("pver").replace("_", ".")
                if not best[0] or bb.utils.vercmp(("0", pver, ""), ("0", best[0], "")) >= 0:
                    best = (pver, revision)
        return best

    def _build_revision(self, ud, d, name):
        return ud.revisions[name]

    def gitpkgv_revision(self, ud, d, name):
        """A revision that sorts, of a downloaded repository: how many commits led to it, and its first digits."""
        revision = self._build_revision(ud, d, name)
        known = os.path.join(ud.localpath, "oe-gitpkgv_" + revision)
        if not os.path.exists(ud.localpath):
            return True, str(revision)
        if not os.path.exists(known) or not os.path.getsize(known):
            count = bb.fetch2.runfetchcmd("git rev-list --count %s --" % shlex.quote(revision), d, quiet=True,
                                          workdir=ud.localpath).strip()
            with open(known, "w") as f:
                f.write(count + "\n")
        with open(known) as f:
            return False, "%s+%s" % (f.readline().strip(), revision[:7])

    def checkstatus(self, fetch, ud, d):
        try:
            self._lsremote(ud, d, "")
            return True
        except FetchError:
            return False
