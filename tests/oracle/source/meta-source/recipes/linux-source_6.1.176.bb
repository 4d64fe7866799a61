SUMMARY = "Linux, as small as a virtual machine with a serial line allows"
LICENSE = "GPL-2.0-only"
LIC_FILES_CHKSUM = "file://COPYING;md5=6bc538ed5bd9a7fc9398086aedcd7e46"
SRC_URI = "https://source.invalid/linux-${PV}.tar.xz file://machine.config"
S = "${WORKDIR}/linux-${PV}"
LINUX_VERSION = "${PV}"
KERNEL_VERSION_SANITY_SKIP = "1"
COMPATIBLE_MACHINE = "qemux86-64"
inherit kernel

do_configure:prepend() {
    oe_runmake_call -C ${S} O=${B} tinyconfig
    cat ${WORKDIR}/machine.config >> ${B}/.config
}
