# SPDX-License-Identifier: MIT

SUMMARY = "Several sessions in one terminal, from Debian"
LICENSE = "GPL-3.0-or-later"
LIC_FILES_CHKSUM = "file://screen/usr/share/doc/screen/copyright;md5=7f7ab05e569e1c382b986fce74af217c \
                    file://ncurses-base/usr/share/doc/ncurses-base/copyright;md5=6ff7d32947f8538e046380c0b1c959a5"
SECTION = "console/utils"

inherit debian_package

# With the descriptions of terminals.
DEBIAN_PACKAGES = "screen ncurses-base"
DEPENDS = "glibc debian-libs"
