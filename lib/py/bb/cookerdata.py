# SPDX-License-Identifier: MIT
"""Finding and reading configuration files, as far as metadata's tools ask for it."""

import os

import bb
import bb.parse
import bb.utils


def findConfigFile(configfile, data):
    """A file of a conf folder: along BBPATH, then in the present folder and those above it."""
    folders = (data.getVar("BBPATH") or "").split(":")
    here = os.getcwd()
    while True:
        folders.append(here)
        parent = os.path.dirname(here)
        if parent == here:
            break
        here = parent
    for folder in folders:
        path = os.path.join(folder, "conf", configfile)
        if folder and os.path.exists(path):
            return path
    return None


def findTopdir():
    """The build directory, by its bblayers.conf."""
    import bb.data
    d = bb.data.init()
    d.setVar("BBPATH", os.environ.get("BBPATH", ""))
    path = findConfigFile("bblayers.conf", d)
    return os.path.dirname(os.path.dirname(path)) if path else None


def parse_config_file(fn, data, include=True):
    return bb.parse.handle(fn, data, include, baseconfig=True)
