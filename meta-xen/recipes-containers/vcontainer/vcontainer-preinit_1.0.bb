# SPDX-License-Identifier: MIT

SUMMARY = "First program of a container guest: finds the root file system and goes on there"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

SRC_URI = "file://preinit.sh"
S = "${UNPACKDIR}"

# The modules are the machine's kernel's.
PACKAGE_ARCH = "${MACHINE_ARCH}"
INHIBIT_DEFAULT_DEPS = "1"

do_install() {
	install -m 0755 ${UNPACKDIR}/preinit.sh ${D}/init
}

PACKAGES = "${PN}"
FILES:${PN} = "/init"
RDEPENDS:${PN} = "busybox"
# Where the kernel does not have them built in.
RRECOMMENDS:${PN} = "kernel-module-xen-blkfront kernel-module-virtio-blk kernel-module-virtio-pci \
                     kernel-module-virtio-mmio kernel-module-squashfs kernel-module-overlay"
INSANE_SKIP:${PN} += "file-rdeps"
