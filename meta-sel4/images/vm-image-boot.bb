# SPDX-License-Identifier: MIT

require recipes-core/images/core-image-minimal.bb
inherit image-hostname

SUMMARY = "Boot VM: the smallest system that starts, also as an initramfs"

export IMAGE_BASENAME = "vm-image-boot"
export VM_IMAGE_HOSTNAME = "boot-vm"

# U-Boot takes the one with its header.
IMAGE_FSTYPES += "cpio.gz cpio.gz.u-boot"
