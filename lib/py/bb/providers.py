# SPDX-License-Identifier: MIT
"""Errors of choosing providers; the choice is native."""


class NoProvider(Exception):
    """Nothing provides what was asked for."""


class NoRProvider(Exception):
    """Nothing provides what was asked for at run time."""


class MultipleRProvider(Exception):
    """Several recipes provide what was asked for at run time."""
