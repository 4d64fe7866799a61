# SPDX-License-Identifier: MIT

SUMMARY = "A terminal for X, from Debian"
LICENSE = "GPL-3.0-only"
SECTION = "x11/utils"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEBIAN_PACKAGES = "rxvt-unicode ncurses-base fonts-dejavu-core fontconfig-config"
DEPENDS = "glibc debian-libs debian-libs-x11"
# Its extensions want Perl's modules.
DEBIAN_REMOVE += "/usr/lib/${TARGET_SYS}/urxvt /usr/bin/urxvtc /usr/bin/urxvtd /usr/share/fontconfig"
