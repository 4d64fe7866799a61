# SPDX-License-Identifier: MIT
"""
gomod:// and gomodgit:// entries: modules of Go. gomod://MODULE;version=VERSION comes from a module proxy, gomodgit://
from the module's git repository. Both are unpacked to the module cache of the go command, which then needs no network.

Parameters of both: version (needed); of gomod: mod (1: only the file go.mod), sha256sum; of gomodgit: repo (where the
repository is when it is not named as the module), protocol, srcrev, subdir (the module's folder in the repository).
Variables: GO_MOD_PROXY, GO_MOD_CACHE_DIR.
"""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import zipfile

import _bbc
import bb
import bb.utils

from . import places
from .command import runfetchcmd
from .errors import MissingParameterError, UnpackError
from .git import Git
from .uri import encodeurl
from .wget import Wget


def escape(path):
    """A name as the go command writes it in its cache, where capital letters are not told from small ones."""
    return re.sub("[A-Z]", lambda capital: "!" + capital.group().lower(), path)


def _module_of(ud):
    """Name and version of the module, which are noted in the URL's parameters."""
    if "version" not in ud.parm:
        raise MissingParameterError("version", ud.url)
    ud.parm["module"] = ud.host if ud.path == "/" else ud.host + ud.path
    return ud.parm["module"], ud.parm["version"]


def _cache(d):
    return d.getVar("GO_MOD_CACHE_DIR") or "pkg/mod"


def _downloads(d, module):
    """The folder of a module's versions, below the folder that is unpacked to."""
    return os.path.join(_cache(d), "cache/download", escape(module), "@v")


def _write_mod(path, content, module):
    """A module without a go.mod gets one that says its name."""
    bb.note("Unpacking %s to %s/" % (os.path.basename(path), os.path.dirname(path)))
    with open(path, "wb") as f:
        f.write(("module %s\n" % module).encode() if content is None else content)


class GoMod(Wget):
    """From a module proxy, over https."""

    def supports(self, ud, d):
        return ud.type == "gomod" and _bbc.has_rule("GO_MODULES")

    def urldata_init(self, ud, d):
        """From here on the URL is the https one: mirrors are looked up by that, as in BitBake."""
        module, version = _module_of(ud)
        kind = ".mod" if ud.parm.get("mod", "0") == "1" else ".zip"
        place = escape("%s/@v/%s%s" % (module, version, kind))
        ud.url = encodeurl(("https", d.getVar("GO_MOD_PROXY") or "proxy.golang.org", "/" + place, None, None, None))
        ud.parm["downloadfilename"] = "%s@%s%s" % (module.replace("/", "."), version, kind)
        ud.parm["name"] = "%s@%s" % (module, version)
        ud.parm["unpackpath"] = os.path.join(_cache(d), "cache/download", place)
        super().urldata_init(ud, d)

    def unpack(self, ud, rootdir, d):
        target = places.unpacked(d, rootdir, ud.parm["unpackpath"], "module", ud.url)
        folder, name = os.path.split(target)
        tracer = getattr(ud, "unpack_tracer", None)
        if tracer:
            tracer.unpack("file-copy", folder)
        bb.note("Unpacking %s to %s/" % (name, folder))
        try:
            bb.utils.mkdirhier(folder)
            shutil.copyfile(ud.localpath, target)
            if name.endswith(".zip"):
                _write_mod(target[:-len(".zip")] + ".mod", self._mod_in(ud), ud.parm["module"])
        except (OSError, zipfile.BadZipFile) as exc:
            raise UnpackError(str(exc), ud.url)

    def _mod_in(self, ud):
        with zipfile.ZipFile(ud.localpath) as archive:
            try:
                return archive.read("%s@%s/go.mod" % (ud.parm["module"], ud.parm["version"]))
            except KeyError:
                return None


class GoModGit(Git):
    """From the module's repository, of which the files of the module proxy are made."""

    def supports(self, ud, d):
        return ud.type == "gomodgit" and _bbc.has_rule("GO_MODULES")

    def urldata_init(self, ud, d):
        module, version = _module_of(ud)
        if "repo" in ud.parm:
            ud.host, slash, path = ud.parm["repo"].partition("/")
            ud.path = slash + path
        ud.parm.setdefault("protocol", "https")
        self._set_revision(ud, d, "%s@%s" % (module, version))
        if "branch" not in ud.parm:
            ud.parm["nobranch"] = "1"
        if "subdir" in ud.parm:
            ud.parm["subpath"] = ud.parm["subdir"]
        ud.parm["key"] = ("git3:%s://%s%s" % (ud.parm["protocol"], ud.host, ud.path)).encode()
        ud.parm["subdir"] = os.path.join(_cache(d), "cache/vcs", hashlib.sha256(ud.parm["key"]).hexdigest())
        ud.parm["bareclone"] = "1"
        super().urldata_init(ud, d)

    def _set_revision(self, ud, d, name):
        """SRCREV_<module>@<version> and the parameter srcrev stand for each other."""
        ud.name, ud.names = name, [name]
        srcrev = d.getVar("SRCREV_" + name)
        if srcrev:
            ud.parm.setdefault("srcrev", srcrev)
        elif "srcrev" in ud.parm:
            d.setVar("SRCREV_" + name, ud.parm["srcrev"])

    def unpack(self, ud, rootdir, d):
        super().unpack(ud, rootdir, d)
        repo = os.path.join(rootdir, ud.parm["subdir"])
        with open(repo + ".info", "wb") as f:
            f.write(ud.parm["key"])
        module, version = ud.parm["module"], ud.parm["version"]
        folder = places.unpacked(d, rootdir, _downloads(d, module), "module", ud.url)
        bb.utils.mkdirhier(folder)
        base = os.path.join(folder, escape(version))
        files = self._files(ud, d, repo)
        _write_mod(base + ".mod", self._blob(ud, repo, files["go.mod"]) if "go.mod" in files else None, module)
        bb.note("Unpacking %s.zip to %s/" % (escape(version), folder))
        with zipfile.ZipFile(base + ".zip", "w") as archive:
            for name, path in files.items():
                archive.writestr("%s@%s/%s" % (module, version, name), self._blob(ud, repo, path))

    def _files(self, ud, d, repo):
        """{name in the module: path in the repository}"""
        top = ud.parm.get("subpath", "").strip("/")
        command = "git ls-tree -r -z --name-only %s -- %s" % (shlex.quote(ud.parm["srcrev"]),
                                                            shlex.quote(top + "/") if top else "")
        paths = runfetchcmd(command, d, workdir=repo).split("\0")
        return {os.path.relpath(path, top or "."): path for path in paths if path}

    def _blob(self, ud, repo, path):
        return subprocess.check_output(["git", "cat-file", "blob", "%s:%s" % (ud.parm["srcrev"], path)],
                                       cwd=repo)
