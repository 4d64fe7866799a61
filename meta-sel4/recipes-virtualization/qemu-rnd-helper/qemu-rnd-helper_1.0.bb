# SPDX-License-Identifier: MIT

SUMMARY = "Starts the user VM inside the driver VM"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

SRC_URI = "file://user-vm"
S = "${UNPACKDIR}"

inherit allarch

do_install() {
	install -D -m 0755 ${UNPACKDIR}/user-vm ${D}${bindir}/user-vm
}

RDEPENDS:${PN} = "qemu"
# What it starts the VM with.
RRECOMMENDS:${PN} = "kernel-image"
