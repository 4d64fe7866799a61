# SPDX-License-Identifier: MIT
# Stands for the root file system of a container guest.
require recipes-test/images/tiny-image.inc
inherit core-image
IMAGE_FSTYPES = "squashfs"
