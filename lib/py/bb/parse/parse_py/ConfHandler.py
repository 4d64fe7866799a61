# SPDX-License-Identifier: MIT
"""Configuration files."""

import os

import _bbc
from .. import ast, logger, ParseError, resolve_file

confFilters = []


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


def include_single_file(parentfn, fn, lineno, data, error_out):
    """The same for one file."""
    _bbc.include(parentfn, fn, int(lineno), data, bool(error_out))


def handle(fn, data, include, baseconfig=False):
    """Reads a file into a store. The filters get its path and the store afterwards."""
    _bbc.parse_handle(fn, data, True, bool(baseconfig))
    for conf_filter in confFilters:
        conf_filter(fn, data)
    return data


def feeder(lineno, s, fn, statements, baseconfig=False, conffile=True):
    """Adds a line to statements."""
    ast.feed(statements, fn, lineno, s)
