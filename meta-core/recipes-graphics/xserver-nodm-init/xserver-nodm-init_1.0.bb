# SPDX-License-Identifier: MIT

SUMMARY = "Starts X when the system starts"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"
SECTION = "x11"

inherit allarch features_check update-rc.d

REQUIRED_DISTRO_FEATURES = "x11"

SRC_URI = "file://xserver-nodm"
S = "${WORKDIR}"

do_install() {
	install -D -m 0755 ${WORKDIR}/xserver-nodm ${D}${sysconfdir}/init.d/xserver-nodm
}

INITSCRIPT_NAME = "xserver-nodm"
INITSCRIPT_PARAMS = "start 90 5 . stop 20 0 6 ."

PACKAGES = "${PN}"
FILES:${PN} = "${sysconfdir}"
RDEPENDS:${PN} = "xserver-xorg xinit mini-x-session"
