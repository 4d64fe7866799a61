# SPDX-License-Identifier: MIT

SUMMARY = "Xen's host: the first domain, with the tools that start guests"
LICENSE = "MIT"

inherit features_check
REQUIRED_DISTRO_FEATURES ?= "xen systemd"

IMAGE_INSTALL = "packagegroup-core-boot packagegroup-xen-dom0 ${CORE_IMAGE_EXTRA_INSTALL}"
IMAGE_LINGUAS = " "

inherit core-image xen-image-hostname xen-guest-cross-install

# The hypervisor is started before it.
do_build[depends] += "xen:do_deploy"

# Also as one file that a boot loader can hand over. It holds guests, so the limit for an initramfs is none for it.
IMAGE_FSTYPES += "cpio.gz"
INITRAMFS_MAXSIZE = ""
IMAGE_ROOTFS_SIZE ?= "8192"
