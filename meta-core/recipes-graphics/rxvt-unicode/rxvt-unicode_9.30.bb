# SPDX-License-Identifier: MIT

SUMMARY = "A terminal for X, from Debian"
LICENSE = "GPL-3.0-only"
LIC_FILES_CHKSUM = "file://rxvt-unicode/usr/share/doc/rxvt-unicode/copyright;md5=893a502db0a12977ee263f0d0186f207 \
                    file://ncurses-base/usr/share/doc/ncurses-base/copyright;md5=6ff7d32947f8538e046380c0b1c959a5 \
                    file://fonts-dejavu-core/usr/share/doc/fonts-dejavu-core/copyright;md5=425865e1c534c5788b1341d401f131d9 \
                    file://fontconfig-config/usr/share/doc/fontconfig-config/copyright;md5=4648df9e8d6215ae7dd16ce863b16967"
SECTION = "x11/utils"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEBIAN_PACKAGES = "rxvt-unicode ncurses-base fonts-dejavu-core fontconfig-config"
DEPENDS = "glibc debian-libs debian-libs-x11"
# Its extensions want Perl's modules.
DEBIAN_REMOVE += "/usr/lib/${TARGET_SYS}/urxvt /usr/bin/urxvtc /usr/bin/urxvtd /usr/share/fontconfig"
