# SPDX-License-Identifier: MIT

SUMMARY = "Machine emulator for 64-bit ARM guests, from Debian"
LICENSE = "GPL-2.0-only & LGPL-2.1-only"
LIC_FILES_CHKSUM = "file://qemu-system-arm/usr/share/doc/qemu-system-arm/copyright;md5=5726060b5d5914c788eed41522fc2e3c"
SECTION = "devel"
HOMEPAGE = "https://www.qemu.org/"

inherit debian_package

DEBIAN_PACKAGES = "qemu-system-arm"
DEPENDS = "glibc debian-libs"

# The emulator of 32-bit machines is as large again, and no guest here needs it. Guests are started without option roms
# and screens, so the data folder is only there for -L to point to.
do_install:append() {
	rm -f ${D}/usr/bin/qemu-system-arm
	install -d ${D}/usr/share/qemu
}
