# SPDX-License-Identifier: MIT
"""The old name of bb.fetch2: the same module."""

import sys

import bb.fetch2

sys.modules[__name__] = bb.fetch2
