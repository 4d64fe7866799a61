# SPDX-License-Identifier: MIT
"""Recipes and classes."""

import _bbc


def supports(fn, d):
    return fn.endswith((".bb", ".bbclass", ".inc"))


def inherit(files, fn, lineno, d, deferred=False):
    """Inherits classes; file and line are where they are named."""
    _bbc.inherit(files, fn, int(lineno), d)
