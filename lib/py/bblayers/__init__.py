# SPDX-License-Identifier: MIT
"""What bitbake-layers plugins of layers import. Their own modules are found in lib/bblayers along BBPATH."""

import pkgutil

__path__ = pkgutil.extend_path(__path__, __name__)
