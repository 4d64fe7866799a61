# SPDX-License-Identifier: MIT
LICENSE = "GPL-2.0-only"
COMPATIBLE_MACHINE = "(tegra)"
PROVIDES += "virtual/kernel"
inherit deploy nopackages
do_deploy() {
	:
}
addtask deploy after do_compile before do_build
