SUMMARY = "Links in /etc/rcN.d: Debian's program of this name knows no other root"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"
SRC_URI = "file://update-rc.d"
S = "${WORKDIR}"
inherit allarch

do_install() {
    install -D -m 0755 ${WORKDIR}/update-rc.d ${D}${sbindir}/update-rc.d
}
BBCLASSEXTEND = "native"
