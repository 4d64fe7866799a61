# SPDX-License-Identifier: MIT
"""Recipes and classes."""

import os

import _bbc
from .. import ast, logger, ParseError, resolve_file
from .ConfHandler import include, init

cached_statements = {}


def supports(fn, d):
    return os.path.splitext(fn)[1] in (".bb", ".bbclass", ".inc")


def inherit(files, fn, lineno, d, deferred=False):
    """Inherits classes; file and line are where they are named."""
    _bbc.inherit(files, fn, int(lineno), d)


def get_statements(filename, absolute_filename, base_name):
    """The statements of a file, which can be evaluated into any store."""
    if absolute_filename not in cached_statements:
        with open(absolute_filename) as f:
            node = ast.TextNode(filename, 1, f.read())
        node.check()
        statements = ast.StatementGroup([node])
        if not filename.endswith((".bbclass", ".inc")):
            return statements
        cached_statements[absolute_filename] = statements
    return cached_statements[absolute_filename]


def handle(fn, d, include, baseconfig=False):
    """Reads a file into a store; for a recipe that is not included, {variant: store} with everything finalised."""
    return _bbc.parse_handle(fn, d, bool(include), bool(baseconfig))


def feeder(lineno, s, fn, root, statements, eof=False):
    """Adds a line to statements; `eof` says that there is no other one."""
    if not eof:
        ast.feed(statements, fn, lineno, s)
