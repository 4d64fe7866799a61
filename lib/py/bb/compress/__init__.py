# SPDX-License-Identifier: MIT
"""Compressed files, read and written through the tools of the host."""


def __getattr__(name):
    if name in ("lz4", "zstd"):
        import importlib
        return importlib.import_module("bb.compress." + name)
    raise AttributeError("module 'bb.compress' has no attribute '%s'" % name)
