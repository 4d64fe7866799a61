# SPDX-License-Identifier: MIT
"""Finds and runs the subcommands of bitbake-layers that layers bring along."""

import argparse
import logging
import os
import sys

import bb.msg
import bb.utils

logger = bb.msg.logger_create("bitbake-layers", sys.stdout)


class Tinfoil:
    """As much of bb.tinfoil.Tinfoil as can be had while nothing but the configuration has been read."""

    def __init__(self, d):
        self.config_data = d
        self.logger = logging.getLogger("BitBake")
        self.recipes_parsed = False

    def modified_files(self):
        """There is no server that would have to read them again."""


def _load(d):
    plugins = []
    for path in (d.getVar("BBPATH") or "").split(":"):
        bb.utils.load_plugins(logger, plugins, os.path.join(path, "lib", "bblayers"))
    return plugins


def _parser(plugins, tinfoil, own):
    """`own`: names of bbc's own subcommands, which have their own parser and are only named here."""
    parser = argparse.ArgumentParser(prog="bitbake-layers", add_help=False,
                                     usage="bitbake-layers [options] <subcommand> ...")
    subparsers = parser.add_subparsers(title="subcommands of layers", metavar="<subcommand>", required=True,
                                       prog="bitbake-layers")
    for name in own:
        subparsers.add_parser(name)
    for plugin in plugins:
        if hasattr(plugin, "tinfoil_init"):
            plugin.tinfoil_init(tinfoil)
        if hasattr(plugin, "register_commands"):
            plugin.register_commands(subparsers)
    return parser


def run(args, d, verbosity, own):
    """The exit status of a subcommand (args[0]); 2 for a bad command line, with the list of those there are."""
    logger.setLevel(logging.DEBUG if verbosity > 0 else logging.ERROR if verbosity < 0 else logging.INFO)
    tinfoil = Tinfoil(d)
    parser = _parser(_load(d), tinfoil, own)
    try:
        if not args:
            parser.print_help()
            return 2
        parsed = parser.parse_args(args)
        if parsed.parserecipes:
            logger.error("'%s' needs parsed recipes, which bbc gives to no subcommand of a layer" % args[0])
            return 1
        return parsed.func(parsed) or 0
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else 1
    finally:
        sys.stdout.flush()
