# SPDX-License-Identifier: MIT

SUMMARY = "A session of X that is one program"
LICENSE = "MIT"
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
