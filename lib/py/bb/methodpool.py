# SPDX-License-Identifier: MIT
"""Compiled code by its text, and definitions in the shared namespace."""

import warnings

import bb.utils

compilecache = {}


def insert_method(modulename, code, fn, lineno):
    """Defines what `code` defines; its first line is the one after line `lineno` of `fn`."""
    compiled = bb.utils.better_compile(code, modulename, fn, lineno=lineno)
    bb.utils.better_exec(compiled, None, code, fn)


def compile_quietly(source, name, mode):
    """A code object; None when compiling raises or warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return compile(source, name, mode, dont_inherit=True)
        except Exception:
            return None


def compile_cache(code):
    return compilecache.get(code)


def compile_cache_add(code, compileobj):
    compilecache[code] = compileobj
