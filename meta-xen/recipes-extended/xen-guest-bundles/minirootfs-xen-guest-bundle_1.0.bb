# SPDX-License-Identifier: MIT

SUMMARY = "Example: a guest imported from an archive, with nothing from the network"
LICENSE = "MIT"
LIC_FILES_CHKSUM = "file://${COMMON_LICENSE_DIR}/MIT;md5=0835ade698e0bcf8506ecda2f7b4f302"

inherit features_check xen-guest-bundle
REQUIRED_DISTRO_FEATURES = "xen"

# The archive is made by this build, so it is unpacked once it is there instead of being a source.
MINIROOTFS_TARBALL ?= "${DEPLOY_DIR_IMAGE}/xen-minirootfs-${MACHINE}${@d.getVar('IMAGE_NAME_SUFFIX') or ''}.tar.gz"
do_compile[depends] += "xen-minirootfs:do_image_complete"
do_compile[prefuncs] =+ "unpack_minirootfs"
do_compile[vardeps] += "unpack_minirootfs"
unpack_minirootfs() {
	rm -rf ${UNPACKDIR}/minirootfs
	mkdir -p ${UNPACKDIR}/minirootfs
	tar -C ${UNPACKDIR}/minirootfs -xpf ${MINIROOTFS_TARBALL}
	echo minirootfs > ${UNPACKDIR}/minirootfs/etc/hostname
}

XEN_GUEST_BUNDLES = "minirootfs:autostart:external"
XEN_GUEST_SOURCE_TYPE[minirootfs] = "rootfs_dir"
XEN_GUEST_SOURCE_FILE[minirootfs] = "minirootfs"
XEN_GUEST_IMAGE_SIZE[minirootfs] = "32"
XEN_GUEST_MEMORY[minirootfs] = "256"
XEN_GUEST_VIF[minirootfs] = ""
XEN_GUEST_EXTRA[minirootfs] = "root=/dev/xvda ro console=hvc0"
