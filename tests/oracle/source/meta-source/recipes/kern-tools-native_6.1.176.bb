SUMMARY = "The kernel's script that merges configurations, which busybox uses"
LICENSE = "GPL-2.0-only"
LIC_FILES_CHKSUM = "file://COPYING;md5=6bc538ed5bd9a7fc9398086aedcd7e46"
SRC_URI = "https://source.invalid/linux-${PV}.tar.xz"
S = "${WORKDIR}/linux-${PV}"
inherit native

do_configure[noexec] = "1"
do_compile[noexec] = "1"
do_install() {
    install -D -m 0755 ${S}/scripts/kconfig/merge_config.sh ${D}${bindir}/merge_config.sh
}
