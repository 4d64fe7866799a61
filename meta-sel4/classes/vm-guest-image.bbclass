# SPDX-License-Identifier: MIT
# An image that a VM started by QEMU uses as its disk.

IMAGE_FSTYPES += "ext4.qcow2"
