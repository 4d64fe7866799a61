# SPDX-License-Identifier: MIT
"""Configuration files."""

import os

import _bbc


def supports(fn, d):
    return fn.endswith(".conf")


def init(data):
    if not data.getVar("TOPDIR"):
        data.setVar("TOPDIR", os.getcwd())
    if not data.getVar("BBPATH"):
        data.setVar("BBPATH", os.path.join(data.getVar("TOPDIR"), "conf"))


def include(parentfn, fns, lineno, data, error_out):
    """Reads files into a store; missing ones are an error when `error_out` has a text."""
    _bbc.include(parentfn, fns, int(lineno), data, bool(error_out))
