# SPDX-License-Identifier: MIT

SUMMARY = "Programs that come with X, from Debian"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://x11-apps/usr/share/doc/x11-apps/copyright;md5=7ac5cd1b2462932da86eae751f3297c9"
SECTION = "x11/apps"

inherit debian_package features_check

REQUIRED_DISTRO_FEATURES = "x11"
DEPENDS = "glibc debian-libs debian-libs-x11"

# One package for each that is wanted.
X11_APPS = "x11perf xclock"
PACKAGES = "${X11_APPS}"
FILES:x11perf = "/usr/bin/x11perf"
FILES:xclock = "/usr/bin/xclock"
SUMMARY:x11perf = "Measures the X server"
SUMMARY:xclock = "A clock"

do_install:append() {
	for file in ${D}/usr/bin/*; do
		case " ${X11_APPS} " in
		*" ${file##*/} "*) ;;
		*) rm $file ;;
		esac
	done
	find ${D} -mindepth 1 -maxdepth 2 ! -path ${D}/usr ! -path ${D}/usr/bin -exec rm -rf {} +
}
