# SPDX-License-Identifier: MIT

SUMMARY = "An initramfs that finds a root file system on a disk"
LICENSE = "MIT"

INITRAMFS_MODULES ?= "kernel-module-virtio-blk kernel-module-virtio-pci kernel-module-virtio-mmio \
                      kernel-module-virtio-console kernel-module-xen-blkfront kernel-module-ext4"
PACKAGE_INSTALL = "busybox initramfs-boot ${INITRAMFS_MODULES}"
IMAGE_FEATURES = ""
IMAGE_LINGUAS = ""
IMAGE_FSTYPES = "${INITRAMFS_FSTYPES}"
IMAGE_NAME_SUFFIX ?= ""
IMAGE_ROOTFS_SIZE = "8192"
IMAGE_ROOTFS_EXTRA_SPACE = "0"
KERNEL_DEPLOY_DEPEND = ""

inherit core-image
