# SPDX-License-Identifier: MIT

SUMMARY = "Several sessions in one terminal, from Debian"
LICENSE = "GPL-3.0-or-later"
SECTION = "console/utils"

inherit debian_package

# With the descriptions of terminals.
DEBIAN_PACKAGES = "screen ncurses-base"
DEPENDS = "glibc debian-libs"
