# SPDX-License-Identifier: MIT
"""
Standard library functions that cost a parse the most time, faster and with the same results: a parse worker calls
start(). Layers call them for every recipe with what is the same in each.
"""

import json
import os.path

import _bbc

_LONG = 4096
_MOST = 4

_realpath = os.path.realpath


def _fast_realpath(filename, *, strict=False):
    path = None if strict else _bbc.realpath(filename)
    return _realpath(filename, strict=strict) if path is None else path


class _Decoder(json.JSONDecoder):
    """Remembers what long texts hold. Whoever asks gets a copy of its own."""

    def __init__(self):
        super().__init__()
        self._known = {}

    def decode(self, s, *args):
        if args or len(s) < _LONG or type(s) is not str:
            return super().decode(s, *args)
        if s in self._known:
            return _bbc.copy_plain(self._known[s])
        value = super().decode(s)
        copy = _bbc.copy_plain(value)
        if copy is not None:
            while len(self._known) >= _MOST:
                del self._known[next(iter(self._known))]
            self._known[s] = copy
        return value


def start():
    os.path.realpath = _fast_realpath
    json._default_decoder = _Decoder()
