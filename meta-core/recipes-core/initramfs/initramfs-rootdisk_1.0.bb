# SPDX-License-Identifier: MIT

SUMMARY = "core-image-minimal-initramfs as a file in /boot, for starting guests with"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
INITRAMFS_FILE = "core-image-minimal-initramfs-${MACHINE}.cpio.gz"
do_install[depends] += "core-image-minimal-initramfs:do_image_complete"

do_install() {
	install -D -m 0644 ${DEPLOY_DIR_IMAGE}/${INITRAMFS_FILE} ${D}/boot/initramfs-rootdisk.cpio.gz
}

PACKAGES = "${PN}"
FILES:${PN} = "/boot"
