# SPDX-License-Identifier: MIT
"""
Names that come from elsewhere: parameters of URLs, files of a repository (.gitmodules), lock files, answers of a
registry. download() and unpacked() are how such a name becomes a path: none leaves DL_DIR, or the recipe's folders.
"""

import os

import _bb_fetch

from .errors import FetchError, ParameterError, UnpackError


def _is_in(path, folder):
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def download(name, url):
    """`name`, if it is one of a file below DL_DIR. DL_DIR itself may have links to other places, which a user made."""
    normal = os.path.normpath(name)
    if os.path.isabs(normal) or normal == "." or normal.split(os.sep)[0] == "..":
        raise ParameterError("'%s' is no name of a file in DL_DIR" % name, url)
    return name


def unpacked(d, rootdir, name, what, url):
    """
    The folder `name` of `rootdir`. It may be absolute and have "..", as in BitBake, but it has to be in `rootdir`, WORKDIR,
    TMPDIR, S or B, and the links on its way count: those may be of an archive that was unpacked before.
    """
    path = os.path.join(rootdir, name)
    folders = [rootdir] + [d.getVar(v) for v in ("WORKDIR", "TMPDIR", "S", "B")]
    folders = {os.path.realpath(folder) for folder in folders if folder and os.path.isabs(folder)} - {os.sep}
    for place in (os.path.normpath(path), path):
        place = os.path.realpath(place)
        if not any(_is_in(place, folder) for folder in folders):
            raise UnpackError("%s argument isn't a subdirectory of unpack root %s" % (what, rootdir), url)
    return path


def plain(text, what, url):
    """`text`, which is to become a part of a URL, hence is expanded: one from elsewhere must not have code in it."""
    if "${" in text or "${" in _bb_fetch.unquote(text):
        raise FetchError("%s '%s' has '${' in it, which is not expanded" % (what, text), url)
    return text


def strip_level(ud):
    """The parameter striplevel: how many parts of the names in an archive are dropped."""
    text = ud.parm.get("striplevel", "0")
    if not (text.isascii() and text.isdigit()):
        raise ParameterError("Invalid value '%s' for the parameter 'striplevel', which is a number" % text, ud.url)
    return int(text)
