# SPDX-License-Identifier: MIT
"""
Names of BitBake's interface for programs that steer a cooker. Modules of layers that recipes use (oe.recipeutils, and with it
the class externalsrc) import them, and work as long as they do not start one: bbc has no server to steer.
"""


class TinfoilUIException(Exception):
    """A user interface was asked for that there is not."""


class TinfoilCommandFailed(Exception):
    """A command that the cooker could not carry out."""


class Tinfoil:
    def __init__(self, *args, **kwargs):
        raise TinfoilCommandFailed("bb.tinfoil.Tinfoil needs BitBake's server, which bbc does not have; "
                                   "bbc-getvar and bbc-dump answer questions about recipes")
