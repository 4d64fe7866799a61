SUMMARY = "update-alternatives for an image that is being made: Debian has neither opkg-utils nor chkconfig"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"
SRC_URI = "file://update-alternatives"
PROVIDES += "virtual/update-alternatives"
PROVIDES:class-native += "virtual/update-alternatives-native"
INHIBIT_DEFAULT_DEPS = "1"
S = "${WORKDIR}"
inherit allarch

do_install() {
    install -D -m 0755 ${WORKDIR}/update-alternatives ${D}${bindir}/update-alternatives
}
BBCLASSEXTEND = "native"
