# SPDX-License-Identifier: MIT

SUMMARY = "Lists USB devices, from Debian"
LICENSE = "GPL-2.0-or-later"
SECTION = "base"

inherit debian_package

DEBIAN_PACKAGES = "usbutils"
DEPENDS = "glibc debian-libs"
