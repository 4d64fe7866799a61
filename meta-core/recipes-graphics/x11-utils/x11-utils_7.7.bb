# SPDX-License-Identifier: MIT

SUMMARY = "Programs that show what the X server has, from Debian"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://x11-utils/usr/share/doc/x11-utils/copyright;md5=ffca66dc1814f1a6d64a9cfa9750f3cb"
SECTION = "x11/apps"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs debian-libs-x11"

# One package for each that is wanted.
X11_UTILS = "xwininfo xprop"
PACKAGES = "${X11_UTILS}"
FILES:xwininfo = "/usr/bin/xwininfo"
FILES:xprop = "/usr/bin/xprop"
SUMMARY:xwininfo = "Shows a window's place and size"
SUMMARY:xprop = "Shows a window's properties"

do_install:append() {
	for file in ${D}/usr/bin/*; do
		case " ${X11_UTILS} " in
		*" ${file##*/} "*) ;;
		*) rm $file ;;
		esac
	done
	find ${D} -mindepth 1 -maxdepth 2 ! -path ${D}/usr ! -path ${D}/usr/bin -exec rm -rf {} +
}
