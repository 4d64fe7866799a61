# SPDX-License-Identifier: MIT
"""
crate:// entries: packages of Rust, from crates.io or another registry that answers as it does.
crate://HOST/NAME/VERSION is downloaded as NAME-VERSION.crate. What the recipe itself is made of is unpacked as any
tarball, everything else to cargo_home/bitbake, where cargo takes it for vendored sources.
"""

import json
import logging
import os

import bb
import bb.utils
import _bb_fetch

from .errors import ParameterError, UnpackError
from .wget import Wget

logger = logging.getLogger("BitBake.Fetcher")

_CRATES_IO = "crates.io/api/v1/crates"


class Crate(Wget):
    def supports(self, ud, d):
        return ud.type == "crate"

    def urldata_init(self, ud, d):
        """From here on the URL is the https one: mirrors are looked up by that, as in BitBake."""
        parts = ud.url.split(";")[0].split("/")
        if len(parts) < 5:
            raise ParameterError("Invalid URL: Must be crate://HOST/NAME/VERSION", ud.url)
        host, name, version = "/".join(parts[2:-2]), parts[-2], parts[-1]
        if host == "crates.io":
            host = _CRATES_IO
        ud.url = "https://%s/%s/%s/download" % (host, name, version)
        ud.parm["downloadfilename"] = "%s-%s.crate" % (name, version)
        ud.parm.setdefault("name", "%s-%s" % (name, version))
        super().urldata_init(ud, d)

    def unpack(self, ud, rootdir, d):
        own = d.getVar("BP") == ud.parm["name"]
        folder = rootdir if own else os.path.join(rootdir, "cargo_home", "bitbake")
        tracer = getattr(ud, "unpack_tracer", None)
        if tracer:
            tracer.unpack("crate-extract" if own else "cargo-extract", folder)
        bb.utils.mkdirhier(folder)
        bb.note("Unpacking %s to %s/" % (ud.localpath, folder))
        try:
            _bb_fetch.unpack(ud.localpath, folder, 0, None)
            if not own:
                self._describe(ud, folder)
        except (_bb_fetch.Error, OSError) as exc:
            raise UnpackError(str(exc), ud.url)

    def _describe(self, ud, folder):
        """cargo refuses vendored sources without the checksums of the package and (here none) of its files."""
        package = _bb_fetch.digests(ud.localpath, ["sha256"])["sha256"]
        name = os.path.splitext(os.path.basename(ud.localpath))[0]
        with open(os.path.join(folder, name, ".cargo-checksum.json"), "w") as f:
            json.dump({"files": {}, "package": package}, f)
