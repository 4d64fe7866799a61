# SPDX-License-Identifier: MIT

SUMMARY = "A small SSH server and client, from Debian"
LICENSE = "MIT & BSD-2-Clause"
LIC_FILES_CHKSUM = "file://dropbear-bin/usr/share/doc/dropbear-bin/copyright;md5=857934197771f0efe5ad56772a1ab671"
SECTION = "console/network"

inherit debian_package update-rc.d

DEBIAN_PACKAGES = "dropbear-bin"
SRC_URI += "file://dropbear.init file://dropbear.default"
DEPENDS = "glibc debian-libs"

do_install:append() {
	install -D -m 0755 ${WORKDIR}/dropbear.init ${D}${sysconfdir}/init.d/dropbear
	install -D -m 0644 ${WORKDIR}/dropbear.default ${D}${sysconfdir}/default/dropbear
	install -d -m 0700 ${D}${sysconfdir}/dropbear
}

INITSCRIPT_NAME = "dropbear"
INITSCRIPT_PARAMS = "start 20 5 . stop 20 0 6 ."
CONFFILES:${PN} = "${sysconfdir}/default/dropbear"
