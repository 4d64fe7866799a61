# SPDX-License-Identifier: MIT

SUMMARY = "U-Boot script that starts Xen with xen-image-minimal as its first domain"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit features_check kernel-arch deploy nopackages xen-boot-script
REQUIRED_DISTRO_FEATURES = "xen"

PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"
DEPENDS = "u-boot-tools-native"
S = "${UNPACKDIR}"
B = "${WORKDIR}/build"

# QEMU's machine has its memory here, and gives U-Boot its device tree.
XEN_BOOT_MEMORY_START:qemuarm64 ?= "0x40000000"
XEN_BOOT_MEMORY_END:qemuarm64 ?= "0x80000000"
XEN_BOOT_XEN_ARGS:qemuarm64 ?= "console=dtuart dom0_mem=1G bootscrub=0"
XEN_BOOT_DTB:qemuarm64 ?= ""

do_compile[depends] += "xen:do_deploy virtual/kernel:do_deploy \
                        ${@'xen-image-minimal:do_image_complete' if d.getVar('XEN_BOOT_RAMDISK') else ''}"
