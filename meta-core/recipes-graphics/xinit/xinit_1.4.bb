# SPDX-License-Identifier: MIT

SUMMARY = "Starts an X server and a first program, from Debian"
LICENSE = "MIT"
SECTION = "x11/base"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs-x11"
# startx wants Debian's session files.
DEBIAN_REMOVE += "/etc/X11 /usr/bin/startx"
