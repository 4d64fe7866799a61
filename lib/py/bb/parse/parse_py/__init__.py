# SPDX-License-Identifier: MIT
"""The names under which BitBake keeps its two file formats."""

__version__ = "1.0"
