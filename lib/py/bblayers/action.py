# SPDX-License-Identifier: MIT
"""The changes of bblayers.conf that plugins ask for."""

import os
import subprocess

from bblayers.common import LayerPlugin


def _bbc_layers(*args):
    """Another process of this program: it reads the configuration anew when it has changed it."""
    return subprocess.run(["bbc-layers", *args], executable=os.path.realpath("/proc/self/exe"), check=False).returncode


class ActionPlugin(LayerPlugin):
    def do_add_layer(self, args):
        options = ["-F"] if getattr(args, "force", False) else []
        return _bbc_layers(*options, "add-layer", "--", *args.layerdir)

    def do_remove_layer(self, args):
        return _bbc_layers("remove-layer", "--", *args.layerdir)
