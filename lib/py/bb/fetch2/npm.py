# SPDX-License-Identifier: MIT
"""
npm:// entries: packages of a registry of npm. npm://REGISTRY;package=NAME;version=VERSION asks the registry where the
package is and what its checksum is, notes the answer beside the download (<download>.resolved) and leaves the rest to
the method of the URL in it.

Parameters: package and version (both needed), downloadfilename, destsuffix.
"""

import base64
import binascii
import json
import os
import re
import shlex
import tempfile

import bb
import bb.data
import bb.parse
import bb.utils
import _bb_fetch
import _bbc

from . import places
from .command import check_network_access, fetcher_environment, runfetchcmd
from .data import FetchMethod
from .errors import FetchError, MissingParameterError, ParameterError, UnpackError
from .uri import URI


def npm_package(package):
    """The package's name as "npm pack" writes it in file names."""
    return re.sub(r"[^\-a-z0-9]", "", package.replace("/", "-").lower()).strip("-")


def npm_filename(package, version):
    return "%s-%s.tgz" % (npm_package(package), version)


def npm_localfile(package, version=None):
    """The download below DL_DIR. Without a version, `package` is a file name."""
    return os.path.join("npm2", package if version is None else npm_filename(package, version))


def npm_integrity(integrity):
    """(URL parameter, hex digest) of "sha512-<base64>"."""
    kind, _, value = integrity.partition("-")
    return kind + "sum", base64.b64decode(value).hex()


def npm_unpack(tarball, destdir, d):
    """Without the topmost folder of the package, whose name is anything."""
    bb.utils.mkdirhier(destdir)
    try:
        _bb_fetch.unpack(tarball, destdir, 1, None)
    except _bb_fetch.Error as exc:
        raise UnpackError(str(exc), "file://" + tarball)
    # some packages have folders that nobody may enter
    runfetchcmd("chmod -R +X %s" % shlex.quote(destdir), d, quiet=True)


def registry_url(url, localfile, integrity=None, shasum=None):
    """The URL of a package in a registry with the parameters that fetch and check it."""
    uri = URI(places.plain(url, "the registry's URL", url))
    uri.params["downloadfilename"] = localfile
    if integrity:
        try:
            name, value = npm_integrity(integrity.split()[0])
        except binascii.Error as exc:
            raise FetchError("Invalid integrity '%s': %s" % (integrity, exc), url)
        uri.params[name] = value
    elif shasum:
        uri.params["sha1sum"] = shasum
    else:
        raise FetchError("Invalid 'dist.integrity' in view", url)
    return str(uri)


def write_resolved(path, url):
    """Beside and renamed: another recipe may be reading it."""
    bb.utils.mkdirhier(os.path.dirname(path))
    beside = "%s.%d" % (path, os.getpid())
    with open(beside, "w") as f:
        f.write(url)
    os.rename(beside, path)


class NpmEnvironment:
    """Runs npm with a configuration of our own, and without the user's: classes use it."""

    def __init__(self, d, configs=[], npmrc=None):
        self.d = d
        self.user_config = tempfile.NamedTemporaryFile(mode="w", buffering=1)
        for key, value in configs:
            self.user_config.write("%s=%s\n" % (key, value))
        self.global_config_name = npmrc or "/dev/null"

    def run(self, cmd, args=None, configs=None, workdir=None):
        """The output of `cmd` with `args`, pairs, as options. `configs` is the same under an old name."""
        if configs:
            bb.warn("Use of configs argument of NpmEnvironment.run() function is deprecated. Please use args argument "
                    "instead.")
        for key, value in (configs or []) + (args or []):
            cmd += " --%s=%s" % (key, shlex.quote(value))
        with tempfile.TemporaryDirectory() as home:
            d = bb.data.createCopy(self.d)
            d.setVar("PATH", d.getVar("PATH"))  # it may speak of the HOME that was
            d.setVar("HOME", home)
            cmd = "NPM_CONFIG_GLOBALCONFIG=%s NPM_CONFIG_USERCONFIG=%s %s" % (self.global_config_name,
                                                                             self.user_config.name, cmd)
            return runfetchcmd(cmd, d, workdir=workdir or home)


class Npm(FetchMethod):
    def supports(self, ud, d):
        if ud.type == "npm" and _bbc.has_rule("NPM_OFF"):
            raise bb.parse.SkipRecipe("The npm fetcher has been disabled due to security issues and there is no maintainer "
                                      "to address them")
        return ud.type == "npm"

    def urldata_init(self, ud, d):
        ud.package = ud.parm.get("package")
        ud.version = ud.parm.get("version")
        for name in ("package", "version"):
            if not ud.parm.get(name):
                raise MissingParameterError("Parameter '%s' required" % name, ud.url)
        if not bb.utils.is_semver(ud.version) and ud.version != "latest":
            raise ParameterError("Invalid 'version' parameter", ud.url)
        ud.registry = re.sub(r"^npm://", "https://", ud.url.split(";")[0])
        if "downloadfilename" in ud.parm:
            ud.localfile = npm_localfile(d.expand(ud.parm["downloadfilename"]))
        else:
            ud.localfile = npm_localfile(ud.package, ud.version)
        ud.localfile = places.download(ud.localfile, ud.url)
        ud.proxy = None
        ud.needdonestamp = False  # the proxy has one
        ud.resolvefile = self.localpath(ud, d) + ".resolved"

    def _view(self, ud, d):
        """What the registry says of this version."""
        url = "%s/%s/%s" % (ud.registry.rstrip("/"), ud.package.replace("/", "%2f"), ud.version)
        check_network_access(d, "http(s) get of %s" % url, ud.registry)
        with tempfile.TemporaryDirectory() as folder:
            answer = os.path.join(folder, "view")
            try:
                with fetcher_environment(d):
                    _bb_fetch.http_get(url, None, (d.getVar("BB_CHECK_SSL_CERTS") or "1") != "0", answer, None)
                with open(answer) as f:
                    return json.load(f)
            except (_bb_fetch.Error, ValueError) as exc:
                raise FetchError("Invalid view from npm: %s" % exc, ud.url)

    def _resolve(self, ud, d):
        view = self._view(ud, d)
        if ud.version == "latest":
            bb.warn("The npm package %s@latest is using the latest version available. This could lead to "
                    "non-reproducible builds." % ud.package)
        elif ud.version != view.get("version"):
            raise ParameterError("Invalid 'version' parameter", ud.url)
        dist = view.get("dist", {})
        if not dist.get("tarball"):
            raise FetchError("Invalid 'dist.tarball' in view", ud.url)
        write_resolved(ud.resolvefile, registry_url(dist["tarball"], ud.localfile, dist.get("integrity"),
                                                    dist.get("shasum")))

    def _proxy(self, ud, d):
        """(method, FetchData, store) of the URL that the package was resolved to."""
        if ud.proxy is None:
            if not os.path.exists(ud.resolvefile):
                self._resolve(ud, d)
            with open(ud.resolvefile) as f:
                url = f.read()
            data = bb.data.createCopy(d)
            data.delVarFlags("SRC_URI")  # the recipe's checksums are of other URLs
            ud.proxy = bb.fetch2.Fetch([url], data, cache=False)
        proxy = ud.proxy.ud[ud.proxy.urls[0]]
        proxy.setup_localpath(ud.proxy.d)
        return proxy.method, proxy, ud.proxy.d

    def verify_donestamp(self, ud, d):
        method, proxy, data = self._proxy(ud, d)
        return method.verify_donestamp(proxy, data)

    def update_donestamp(self, ud, d):
        method, proxy, data = self._proxy(ud, d)
        method.update_donestamp(proxy, data)

    def need_update(self, ud, d):
        if not os.path.exists(ud.resolvefile) or ud.version == "latest":
            return True
        method, proxy, data = self._proxy(ud, d)
        return method.need_update(proxy, data)

    def try_mirrors(self, fetch, ud, d, mirrors, check=False):
        method, proxy, data = self._proxy(ud, d)
        return method.try_mirrors(fetch, proxy, data, mirrors, check)

    def download(self, ud, d):
        self._proxy(ud, d)
        ud.proxy.download()

    def unpack(self, ud, rootdir, d):
        destdir = places.unpacked(d, rootdir, ud.parm.get("destsuffix", "npm"), "destsuffix", ud.url)
        npm_unpack(ud.localpath, destdir, d)
        tracer = getattr(ud, "unpack_tracer", None)
        if tracer:
            tracer.unpack("npm", destdir)

    def clean(self, ud, d):
        if os.path.exists(ud.resolvefile):
            self._proxy(ud, d)
            ud.proxy.clean()
            bb.utils.remove(ud.resolvefile)

    def done(self, ud, d):
        if not os.path.exists(ud.resolvefile):
            return False
        method, proxy, data = self._proxy(ud, d)
        return method.done(proxy, data)
