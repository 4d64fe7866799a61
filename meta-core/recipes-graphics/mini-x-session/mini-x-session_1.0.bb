# SPDX-License-Identifier: MIT

SUMMARY = "A session of X that is one program"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"
SECTION = "x11"

inherit allarch features_check

REQUIRED_DISTRO_FEATURES = "x11"

SRC_URI = "file://mini-x-session"
S = "${WORKDIR}"

do_install() {
	install -D -m 0755 ${WORKDIR}/mini-x-session ${D}${bindir}/mini-x-session
	install -d ${D}${sysconfdir}/mini_x
}

PACKAGES = "${PN}"
FILES:${PN} = "${bindir} ${sysconfdir}/mini_x"
RDEPENDS:${PN} = "rxvt-unicode"
