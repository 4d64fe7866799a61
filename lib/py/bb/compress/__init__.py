# SPDX-License-Identifier: MIT
"""Compressed files, read and written through the tools of the host."""
