# SPDX-License-Identifier: MIT

SUMMARY = "Starting and stopping a system"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit allarch

SRC_URI = "file://rcS file://rcK file://rcS.default file://S05-filesystems file://S10-modules file://S20-hostname \
           file://S25-coldplug file://S90-postinsts"
S = "${WORKDIR}"

do_install() {
	install -D -m 0755 ${WORKDIR}/rcS ${D}${sysconfdir}/init.d/rcS
	install -D -m 0755 ${WORKDIR}/rcK ${D}${sysconfdir}/init.d/rcK
	install -D -m 0644 ${WORKDIR}/rcS.default ${D}${sysconfdir}/default/rcS
	install -d ${D}${sysconfdir}/rcS.d ${D}${sysconfdir}/rc5.d ${D}${sysconfdir}/rc6.d ${D}${sysconfdir}/modules-load.d
	for step in S05-filesystems S10-modules S20-hostname S25-coldplug; do
		name=${step#*-}
		install -m 0755 ${WORKDIR}/$step ${D}${sysconfdir}/init.d/$name
		ln -s ../init.d/$name ${D}${sysconfdir}/rcS.d/${step%%-*}$name
	done
	install -m 0755 ${WORKDIR}/S90-postinsts ${D}${sysconfdir}/init.d/run-postinsts
	ln -s ../init.d/run-postinsts ${D}${sysconfdir}/rcS.d/S90run-postinsts
}

# What packages could not do while the image was made is done when it first starts.
PACKAGES = "run-postinsts ${PN}"
FILES:run-postinsts = "${sysconfdir}/init.d/run-postinsts ${sysconfdir}/rcS.d/S90run-postinsts"
FILES:${PN} = "${sysconfdir}"
