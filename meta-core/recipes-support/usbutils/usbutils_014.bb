# SPDX-License-Identifier: MIT

SUMMARY = "Lists USB devices, from Debian"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://usbutils/usr/share/doc/usbutils/copyright;md5=e8620ab2194c3588b1fb66c188fcfaf0"
SECTION = "base"

inherit debian_package

DEBIAN_PACKAGES = "usbutils"
DEPENDS = "glibc debian-libs"
