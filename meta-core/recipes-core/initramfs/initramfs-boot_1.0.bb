# SPDX-License-Identifier: MIT

SUMMARY = "Finds the root file system and starts what is in it"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit allarch

SRC_URI = "file://init"
S = "${WORKDIR}"

do_install() {
	install -m 0755 ${WORKDIR}/init ${D}/init
	install -d ${D}/dev ${D}/proc ${D}/sys ${D}/newroot
	mknod -m 0600 ${D}/dev/console c 5 1
}

PACKAGES = "${PN}"
FILES:${PN} = "/init /dev /proc /sys /newroot"
RDEPENDS:${PN} = "busybox"
