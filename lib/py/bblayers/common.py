# SPDX-License-Identifier: MIT
"""The base class of bitbake-layers plugins."""

import argparse
import os


class LayerPlugin:
    """A plugin overrides register_commands(subparsers) and calls add_command there."""

    def __init__(self):
        self.tinfoil = None
        self.bblayers = []
        self.bbfile_collections = {}

    def tinfoil_init(self, tinfoil):
        d = tinfoil.config_data
        declared = d.varhistory.get_variable_items_files("BBFILE_COLLECTIONS")
        self.tinfoil = tinfoil
        self.bblayers = (d.getVar("BBLAYERS") or "").split()
        self.bbfile_collections = {name: os.path.dirname(os.path.dirname(conf)) for name, conf in declared.items()}

    @staticmethod
    def add_command(subparsers, cmdname, function, parserecipes=True, *args, **kwargs):
        """A subcommand; its help is the function's documentation, the first line of it in lists."""
        short, _, rest = (function.__doc__ or cmdname).partition("\n")
        parser = subparsers.add_parser(cmdname, *args, help=short, description=rest or short,
                                       formatter_class=argparse.RawTextHelpFormatter, **kwargs)
        parser.set_defaults(func=function, parserecipes=parserecipes)
        return parser

    def get_layer_name(self, layerdir):
        return os.path.basename(layerdir.rstrip(os.sep))
