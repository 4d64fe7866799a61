# SPDX-License-Identifier: MIT

SUMMARY = "Network interfaces, set up when the system starts"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit allarch update-rc.d

SRC_URI = "file://interfaces file://networking"
S = "${WORKDIR}"

do_install() {
	install -D -m 0644 ${WORKDIR}/interfaces ${D}${sysconfdir}/network/interfaces
	for folder in if-pre-up.d if-up.d if-down.d if-post-down.d; do
		install -d ${D}${sysconfdir}/network/$folder
	done
	install -D -m 0755 ${WORKDIR}/networking ${D}${sysconfdir}/init.d/networking
}

INITSCRIPT_NAME = "networking"
INITSCRIPT_PARAMS = "start 10 5 . stop 90 0 6 ."

PACKAGES = "${PN}"
FILES:${PN} = "${sysconfdir}"
CONFFILES:${PN} = "${sysconfdir}/network/interfaces"
