# SPDX-License-Identifier: MIT

SUMMARY = "A guest of Xen, started with the host's kernel"
LICENSE = "MIT"

inherit features_check
REQUIRED_DISTRO_FEATURES += "xen"

IMAGE_INSTALL = "packagegroup-core-boot ${CORE_IMAGE_EXTRA_INSTALL} \
                 ${@bb.utils.contains('IMAGE_FEATURES', 'x11', 'packagegroup-core-x11', '', d)}"
IMAGE_LINGUAS = " "

inherit core-image xen-image-hostname

IMAGE_FSTYPES = "tar.bz2 ext4 ext4.qcow2"
IMAGE_ROOTFS_SIZE ?= "8192"
