# SPDX-License-Identifier: MIT
"""
gitsm:// entries: git:// with submodules. Each submodule is a repository with a mirror of its own in DL_DIR/git2, and
is fetched by a gitsm:// URL that is made here, so submodules may have submodules. Unpacking puts a bare clone of each
where git looks for it (.git/modules/<name>) and lets git do the rest without the network.
"""

import contextlib
import copy
import logging
import os
import re
import shlex

import bb

from . import places
from .command import runfetchcmd
from .errors import FetchError
from .git import Git

logger = logging.getLogger("BitBake.Fetcher")

_SCHEME = re.compile(r'([^:]+)://')
_SPECIAL = re.compile(r'[;\0-\x1f\x7f]')


class _Submodule:
    """`url` fetches it, with the revision that `store` has; `path` is where the parent wants it."""

    def __init__(self, name, path, url, store):
        self.name, self.path, self.url, self.store = name, path, url, store

    def fetcher(self):
        return bb.fetch2.Fetch([self.url], self.store, cache=False)

    @contextlib.contextmanager
    def failing(self, what):
        """Says of what is done to a submodule which step it is that fails."""
        try:
            yield
        except Exception as exc:
            bb.fetch2.logger.error("gitsm: submodule %s failed: %s %s" % (what, type(exc).__name__, exc))
            raise


class GitSM(Git):
    def supports(self, ud, d):
        return ud.type == "gitsm"

    def _git(self, ud, d, workdir, *args):
        command = " ".join([ud.basecmd] + [shlex.quote(arg) for arg in args])
        return runfetchcmd(command, d, quiet=True, workdir=workdir)

    def _declared(self, ud, d, revision, workdir):
        """{name: {"path": ..., "url": ..., ...}} of .gitmodules."""
        modules = {}
        if not self._git(ud, d, workdir, "ls-tree", "-z", "--full-tree", revision, ".gitmodules"):
            return modules
        listing = self._git(ud, d, workdir, "config", "-z", "--blob", revision + ":.gitmodules", "--list")
        for entry in listing.split("\0"):
            key, _, value = entry.partition("\n")
            if key.startswith("submodule."):
                name, _, attribute = key[len("submodule."):].rpartition(".")
                modules.setdefault(name, {})[attribute] = value
        modules = {name: module for name, module in modules.items() if "path" in module and "url" in module}
        for name, module in modules.items():
            self._check(ud, name, module)
        return modules

    def _check(self, ud, name, module):
        """Whoever can write to the repository wrote this: it may say no code, no parameters and no other place."""
        for what, text in (("name", name), ("url", module["url"])):
            places.plain(text, "the %s of a submodule" % what, ud.url)
            if _SPECIAL.search(text):
                raise FetchError("the %s of a submodule, %r, is none that a URL can have" % (what, text), ud.url)
        for what, text in (("name", name), ("path", module["path"])):
            if not text or text.startswith(("/", "-")) or ".." in text.split("/"):
                raise FetchError("the %s of a submodule, %r, leads to another place" % (what, text), ud.url)

    def _revision_at(self, ud, d, revision, path, workdir):
        """What the tree has at `path`: a commit of the submodule, or None."""
        entry = self._git(ud, d, workdir, "ls-tree", "-z", "--full-tree", revision, path).split("\t")[0].split()
        return entry[2] if len(entry) == 3 and entry[1] == "commit" else None

    def _submodule_url(self, ud, name, url):
        """The SRC_URI entry for a submodule's url, which may be relative, a URL, ssh's host:path or a path."""
        if url.startswith(("..", "./")):
            parent = copy.copy(ud)
            parent.path = os.path.normpath(os.path.join(ud.path, url))
            url = self._get_repo_url(parent)
        scheme = _SCHEME.match(url)
        if scheme:
            proto, place = scheme.group(1), url[scheme.end():]
        elif ":" in url:
            proto, place = "ssh", url.replace(":/", "/", 1) if ":/" in url else url.replace(":", "/", 1)
            if ":/" not in url:
                bb.fetch2.logger.warning("Submodule included by %s refers to relative ssh reference %s.  References "
                                         "may fail if not absolute." % (ud.url, url))
        else:
            proto, place = "file", url
        if ("gitsm://" + place).endswith(ud.host + ud.path):
            raise FetchError("Submodule refers to the parent repository. This will cause deadlock situation in current "
                             "version of Bitbake. Consider using git fetcher instead.", ud.url)
        # BitBake: subpath and bareclone make the unpacked name that of the submodule, whatever its URL
        return "gitsm://%s;protocol=%s;name=%s;subpath=%s;nobranch=1;bareclone=1" % (place, proto, name, name)

    def _store(self, d, name, revision):
        store = d.createCopy()
        store.setVar("SRCREV_" + name, revision)
        # SRCPV speaks of the recipe's own repositories; a command's environment may ask for it through PV
        store.setVar("SRCPV", d.getVar("SRCPV") or "")
        store.setVar("SRCREV_FORMAT", name)
        return store

    def _submodules(self, ud, d, workdir):
        found = {}
        for revision in (ud.revisions[name] for name in ud.names):
            for name, module in self._declared(ud, d, revision, workdir).items():
                commit = self._revision_at(ud, d, revision, module["path"], workdir)
                if not commit:
                    bb.fetch2.logger.debug("submodule %s is defined, but is not initialized in the repository. "
                                           "Skipping", name)
                    continue
                url = self._submodule_url(ud, name, module["url"])
                found[name] = _Submodule(name, module["path"], url, self._store(d, name, commit))
        return found.values()

    def need_update(self, ud, d):
        if super().need_update(ud, d):
            return True
        for submodule in self._submodules(ud, d, ud.clonedir):
            sub = submodule.fetcher().ud[submodule.url]
            if sub.method.need_update(sub, submodule.store):
                bb.fetch2.logger.debug("gitsm: Submodules requiring update: %s" % submodule.path)
                return True
        return False

    def download(self, ud, d):
        super().download(ud, d)
        for submodule in self._submodules(ud, d, ud.clonedir):
            with submodule.failing("download"):
                submodule.fetcher().download()

    def _unpack_submodule(self, ud, d, submodule, modules):
        fetcher = submodule.fetcher()
        fetcher.ud[submodule.url].modpath = submodule.path  # for an unpack tracer
        gitdir = os.path.join(modules, submodule.name)
        fetcher.unpack(os.path.dirname(gitdir))
        self._git(ud, d, ud.destdir, "config", "submodule.%s.url" % submodule.name, fetcher.localpath(submodule.url))
        self._git(ud, d, gitdir, "config", "core.bare", "false")

    def unpack(self, ud, destdir, d):
        super().unpack(ud, destdir, d)
        modules = os.path.join(ud.destdir, "modules") if ud.bareclone else os.path.join(ud.destdir, ".git", "modules")
        submodules = self._submodules(ud, d, ud.destdir)
        for submodule in submodules:
            with submodule.failing("unpack"):
                self._unpack_submodule(ud, d, submodule, modules)
        if submodules and not ud.bareclone:
            # whoever reaches this has the files of LFS already, or does not want them
            runfetchcmd("GIT_LFS_SKIP_SMUDGE=1 %s submodule update --recursive --no-fetch" % ud.basecmd, d, quiet=True,
                        workdir=ud.destdir)
        return True

    def implicit_urldata(self, ud, d):
        found = []
        if os.path.exists(ud.clonedir):
            for submodule in self._submodules(ud, d, ud.clonedir):
                found += submodule.fetcher().expanded_urldata()
        return found
