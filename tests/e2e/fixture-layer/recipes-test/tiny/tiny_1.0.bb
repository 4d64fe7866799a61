# SPDX-License-Identifier: MIT
SUMMARY = "Some files"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"
inherit allarch
SRC_URI = "file://note.txt"
S = "${WORKDIR}"

do_compile() {
	oe_runmake --version > made-by.txt
}

do_install() {
	install -d ${D}${sysconfdir}/network ${D}${bindir} ${D}${ROOT_HOME}
	install -m 0644 ${WORKDIR}/note.txt ${D}${sysconfdir}/note.txt
	echo 'root::19676:0:99999:7:::' > ${D}${sysconfdir}/shadow
	echo 'root:x:0:0:root:/:/bin/sh' > ${D}${sysconfdir}/passwd
	printf 'auto lo\niface lo inet loopback\nauto eth0\niface eth0 inet dhcp\n' > ${D}${sysconfdir}/network/interfaces
	touch ${D}${sysconfdir}/fstab
	touch ${D}${bindir}/tiny
	chown 5:6 ${D}${bindir}/tiny
	chmod 4755 ${D}${bindir}/tiny
}

PACKAGES = "${PN}-extra ${PN}"
FILES:${PN} = "/*"
FILES:${PN}-extra = "${sysconfdir}/note.txt"
RDEPENDS:${PN} = "${PN}-extra"
CONFFILES:${PN} = "${sysconfdir}/fstab"
pkg_postinst:${PN} () {
	echo "installed into $D" | sed 's%.*/%%' > $D/etc/postinst-ran
}
pkg_postinst_ontarget:${PN} () {
	echo on the target
}
