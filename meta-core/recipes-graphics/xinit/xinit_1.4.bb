# SPDX-License-Identifier: MIT

SUMMARY = "Starts an X server and a first program, from Debian"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://xinit/usr/share/doc/xinit/copyright;md5=6051ff9e85ce9d6dd2c7c968becc8e01"
SECTION = "x11/base"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs-x11"
# startx wants Debian's session files.
DEBIAN_REMOVE += "/etc/X11 /usr/bin/startx"
