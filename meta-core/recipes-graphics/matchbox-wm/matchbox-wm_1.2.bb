# SPDX-License-Identifier: MIT

SUMMARY = "A window manager that shows one window at a time, from Debian"
LICENSE = "GPL-2.0-or-later"
LIC_FILES_CHKSUM = "file://matchbox-window-manager/usr/share/doc/matchbox-window-manager/copyright;md5=b4b2f1c481fc15dd02fce6f909c5a979"
SECTION = "x11/wm"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEBIAN_PACKAGES = "matchbox-window-manager"
DEPENDS = "glibc debian-libs debian-libs-x11"
# One theme is enough.
DEBIAN_REMOVE += "/usr/share/themes/MBOpus /usr/share/themes/blondie /usr/share/themes/borillo /usr/share/themes/Default"

do_install:append() {
	ln -s bluebox ${D}${datadir}/themes/Default
}
