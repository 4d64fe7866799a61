# SPDX-License-Identifier: MIT

SUMMARY = "Shows what each program has in the X server, from Debian"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://xrestop/usr/share/doc/xrestop/copyright;md5=05b4976558bee0875f273706ae15f781"
SECTION = "x11/apps"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs debian-libs-x11"
