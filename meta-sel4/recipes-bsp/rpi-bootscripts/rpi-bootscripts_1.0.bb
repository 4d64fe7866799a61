# SPDX-License-Identifier: MIT

SUMMARY = "U-Boot scripts that start a Raspberry Pi from its card or over the network"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit kernel-arch deploy nopackages

COMPATIBLE_MACHINE = "^rpi$"
PROVIDES += "bootscripts"
INHIBIT_DEFAULT_DEPS = "1"
DEPENDS = "u-boot-mkimage-native"

SRC_URI = "file://linux.cmd.in file://tftpboot-linux.cmd.in file://tftpboot-go.cmd.in"
S = "${UNPACKDIR}"
B = "${WORKDIR}/build"

BOOT_COMMAND ?= "booti"
BOOT_IMAGE ?= "${KERNEL_IMAGETYPE}"

do_compile() {
	for script in linux tftpboot-linux tftpboot-go; do
		sed -e 's/@@BOOT_COMMAND@@/${BOOT_COMMAND}/' -e 's/@@BOOT_IMAGE@@/${BOOT_IMAGE}/' \
			${UNPACKDIR}/$script.cmd.in > ${B}/$script.cmd
		mkimage -A ${UBOOT_ARCH} -T script -C none -n "$script" -d ${B}/$script.cmd ${B}/$script.scr
	done
}

addtask deploy after do_compile before do_build
do_deploy() {
	install -d ${DEPLOYDIR}/bootscripts
	install -m 0644 ${B}/*.scr ${DEPLOYDIR}/bootscripts/
}
