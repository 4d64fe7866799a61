# SPDX-License-Identifier: MIT

SUMMARY = "Measures processor, memory, disk and network of a VM with what every image has"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit allarch

SRC_URI = "file://tii-benchmark file://benchmark-disk.sh file://benchmark-net.sh"
S = "${UNPACKDIR}"

do_install() {
	install -D -m 0755 ${UNPACKDIR}/tii-benchmark ${D}${bindir}/tii-benchmark
	install -d ${D}${ROOT_HOME}
	install -m 0755 ${UNPACKDIR}/benchmark-disk.sh ${UNPACKDIR}/benchmark-net.sh ${D}${ROOT_HOME}/
}

FILES:${PN} = "${bindir} ${ROOT_HOME}"
