# SPDX-License-Identifier: MIT

SUMMARY = "The only program that a minimal VM starts by itself"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit allarch

SRC_URI = "file://init"
S = "${UNPACKDIR}"

do_install() {
	install -m 0755 ${UNPACKDIR}/init ${D}/init
	install -d ${D}/dev ${D}/proc ${D}/sys ${D}/run ${D}/tmp
}

PACKAGES = "${PN}"
FILES:${PN} = "/init /dev /proc /sys /run /tmp"
RDEPENDS:${PN} = "busybox"
