# SPDX-License-Identifier: MIT
"""
npmsw:// entries: everything that an npm-shrinkwrap.json names. npmsw:///path/to/npm-shrinkwrap.json stands for the
URLs of the packages in it, which are unpacked to node_modules folders below S.

Parameters: dev (1: also what only developers need), destsuffix.
"""

import json
import os
import re
import shlex

import bb
import bb.data
import bb.parse
import bb.utils
import _bbc

from . import places
from .command import runfetchcmd
from .data import FetchMethod
from .errors import ParameterError
from .npm import npm_localfile, npm_unpack, registry_url, write_resolved
from .uri import URI

_FORGES = (("github:", "git+https://github.com/"), ("gist:", "git+https://gist.github.com/"),
           ("bitbucket:", "git+https://bitbucket.org/"), ("gitlab:", "git+https://gitlab.com/"))
_GIT = re.compile(r'git\+([a-z]+)://([^#]+)#([0-9a-f]+)$')


def _walk(dependencies, folder, callback, dev):
    """The tree of old files: the packages that a package brings stand in its own node_modules."""
    for name, params in dependencies.items():
        place = os.path.join(folder, "node_modules", name)
        _walk(params.get("dependencies", {}), place, callback, dev)
        if not params.get("bundled", False) and (dev or not params.get("dev", False)):
            callback(name, params, place)


def foreach_dependencies(shrinkwrap, callback=None, dev=False):
    """Calls callback(name, what the file says of the package, its folder) for each package."""
    if callback is None:
        return
    packages = shrinkwrap.get("packages")
    if packages is None:
        _walk(shrinkwrap.get("dependencies", {}), "", callback, dev)
        return
    for place, params in packages.items():
        if place and (dev or not params.get("dev", False)):
            callback(place.split("node_modules/")[-1], params, place)


def _is_git(version):
    if version.startswith(("git", "bitbucket", "gist")):
        return True
    return "/" in version and not version.endswith((".tgz", ".tar", ".tar.gz")) and \
        not version.startswith((".", "@", "/"))


def _git_url(version, destsuffix, url):
    """The SRC_URI entry for npm's ways to name a revision of a repository."""
    for prefix, forge in _FORGES:
        if version.startswith(prefix):
            version = forge + version[len(prefix):]
            break
    else:
        if not version.startswith(("git+", "git:")):
            version = "git+https://github.com/" + version
    match = _GIT.match(places.plain(version, "the repository", url))
    if not match:
        raise ParameterError("Invalid git url: %s" % version, url)
    uri = URI("git://" + match.group(2))
    uri.params.update(protocol=match.group(1), rev=match.group(3), destsuffix=destsuffix)
    return str(uri)


class NpmShrinkWrap(FetchMethod):
    def supports(self, ud, d):
        if ud.type == "npmsw" and _bbc.has_rule("NPM_OFF"):
            raise bb.parse.SkipRecipe("The npmsw fetcher has been disabled due to security issues and there is no maintainer "
                                      "to address them")
        return ud.type == "npmsw"

    def urldata_init(self, ud, d):
        ud.shrinkwrap_file = re.sub(r"^npmsw://", "", ud.url.split(";")[0])
        ud.dev = bb.utils.to_boolean(ud.parm.get("dev"), False)
        ud.deps = []
        ud.needdonestamp = False  # the packages have theirs
        try:
            with open(ud.shrinkwrap_file) as f:
                shrinkwrap = json.load(f)
        except (OSError, ValueError) as exc:
            raise ParameterError("Invalid shrinkwrap file: %s" % exc, ud.url)

        def add(name, params, destsuffix):
            dep = self._dependency(ud, d, name, params, destsuffix)
            if dep:
                ud.deps.append(dep)

        foreach_dependencies(shrinkwrap, add, ud.dev)
        data = bb.data.createCopy(d)
        data.delVar("SRCREV")  # the recipe's revision and checksums are of other URLs
        data.delVarFlags("SRC_URI")
        urls = [dep["url"] for dep in ud.deps if dep["url"]]
        ud.proxy = bb.fetch2.Fetch(urls, data, cache=False) if urls else None

    def _dependency(self, ud, d, name, params, destsuffix):
        """Where a package comes from; None for one that another entry brings."""
        integrity, resolved, version = (params.get(key) for key in ("integrity", "resolved", "version"))
        dep = {"name": name, "url": None, "localpath": None, "extrapaths": [], "destsuffix": destsuffix,
               "unpack": True}
        if not version:
            raise ParameterError("Unsupported dependency: %s" % name, ud.url)
        if bb.utils.is_semver(version) and integrity:
            if not resolved:
                return None
            localfile = npm_localfile(name, version)
            dep["url"] = registry_url(resolved, localfile, integrity)
            dep["localpath"] = os.path.join(d.getVar("DL_DIR"), localfile)
            dep["extrapaths"].append(dep["localpath"] + ".resolved")
        elif version.startswith("http") and integrity:
            localfile = npm_localfile(os.path.basename(version))
            dep["url"] = registry_url(version, localfile, integrity)
            dep["localpath"] = os.path.join(d.getVar("DL_DIR"), localfile)
        elif version.startswith("file"):
            dep["localpath"] = version[len("file:"):]
            dep["unpack"] = version.endswith(".tgz")
        elif _is_git(version):
            dep["url"] = _git_url(version, destsuffix, ud.url)
        else:
            raise ParameterError("Unsupported dependency: %s" % name, ud.url)
        return dep

    def _each(self, ud, handle):
        """handle(method, FetchData, store) for every URL, with its lock."""
        results = []
        for url in ud.proxy.urls if ud.proxy else []:
            proxy = ud.proxy.ud[url]
            proxy.setup_localpath(ud.proxy.d)
            lock = bb.utils.lockfile(proxy.lockfile)
            try:
                results.append(handle(proxy.method, proxy, ud.proxy.d))
            finally:
                bb.utils.unlockfile(lock)
        return results

    def verify_donestamp(self, ud, d):
        return all(self._each(ud, lambda method, proxy, data: method.verify_donestamp(proxy, data)))

    def update_donestamp(self, ud, d):
        self._each(ud, lambda method, proxy, data: method.update_donestamp(proxy, data))

    def need_update(self, ud, d):
        return any(self._each(ud, lambda method, proxy, data: method.need_update(proxy, data)))

    def try_mirrors(self, fetch, ud, d, mirrors, check=False):
        return all(self._each(ud, lambda method, proxy, data: method.try_mirrors(fetch, proxy, data, mirrors, check)))

    def download(self, ud, d):
        if ud.proxy:
            ud.proxy.download()
        for dep in ud.deps:
            for path in dep["extrapaths"]:
                write_resolved(path, dep["url"])  # npm:// takes the download for its own

    def unpack(self, ud, rootdir, d):
        destsuffix = ud.parm.get("destsuffix")
        destdir = places.unpacked(d, rootdir, destsuffix or d.getVar("S"), "destsuffix", ud.url)
        tracer = getattr(ud, "unpack_tracer", None)
        if tracer:
            tracer.unpack("npm-shrinkwrap", destdir)
        bb.utils.mkdirhier(destdir)
        bb.utils.copyfile(ud.shrinkwrap_file, os.path.join(destdir, "npm-shrinkwrap.json"))
        repositories = [dep["url"] for dep in ud.deps if not dep["localpath"]]
        if repositories:
            ud.proxy.unpack(destdir, repositories)
        for dep in ud.deps:
            if dep["localpath"]:
                self._unpack_package(dep, destdir, d, ud.url)

    def _unpack_package(self, dep, destdir, d, url):
        """A path without a URL is one below the sources."""
        source = os.path.join(destdir, dep["localpath"])
        folder = places.unpacked(d, destdir, dep["destsuffix"], "package", url)
        if dep["unpack"]:
            npm_unpack(source, folder, d)
        else:
            bb.utils.mkdirhier(folder)
            runfetchcmd("cp -fpPRH %s/. ." % shlex.quote(source), d, workdir=folder)

    def clean(self, ud, d):
        if ud.proxy:
            ud.proxy.clean()
        for dep in ud.deps:
            for path in dep["extrapaths"]:
                bb.utils.remove(path)

    def done(self, ud, d):
        return all(self._each(ud, lambda method, proxy, data: method.done(proxy, data)))
