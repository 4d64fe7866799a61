# SPDX-License-Identifier: MIT

SUMMARY = "The accounts and groups that every system has"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit allarch

SRC_URI = "file://passwd file://group"
S = "${WORKDIR}"

# root has no password here. Unless a feature of the image keeps it so, the image's root account is locked.
do_install() {
	install -d ${D}${sysconfdir}
	sed 's%@ROOT_HOME@%${ROOT_HOME}%' ${WORKDIR}/passwd > ${D}${sysconfdir}/passwd
	install -m 0644 ${WORKDIR}/group ${D}${sysconfdir}/group
	while IFS=: read -r name rest; do
		case $name in
		root) echo "root::19676:0:99999:7:::" ;;
		*) echo "$name:*:19676:0:99999:7:::" ;;
		esac
	done < ${WORKDIR}/passwd > ${D}${sysconfdir}/shadow
	chmod 0644 ${D}${sysconfdir}/passwd
	chmod 0400 ${D}${sysconfdir}/shadow
}

PACKAGES = "${PN}"
FILES:${PN} = "${sysconfdir}"
