# SPDX-License-Identifier: MIT
LAYER = "tegra"
