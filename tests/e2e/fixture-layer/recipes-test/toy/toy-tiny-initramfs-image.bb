# SPDX-License-Identifier: MIT
# Stands for the small initramfs of a container guest, and of a VM.
require recipes-test/images/tiny-image.inc
inherit core-image
IMAGE_FSTYPES = "cpio.gz"
IMAGE_NAME_SUFFIX = ""
