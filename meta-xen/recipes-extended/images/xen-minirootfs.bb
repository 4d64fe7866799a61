# SPDX-License-Identifier: MIT

SUMMARY = "A root file system as small as Alpine's minirootfs, as an archive"
LICENSE = "MIT"

inherit features_check
REQUIRED_DISTRO_FEATURES = "xen"

IMAGE_INSTALL = "packagegroup-core-boot"
# The host's kernel has nothing that it could load as a module later.
BAD_RECOMMENDATIONS += "${MACHINE_EXTRA_RRECOMMENDS}"
IMAGE_FEATURES = "${@bb.utils.filter('EXTRA_IMAGE_FEATURES', 'debug-tweaks', d)}"
IMAGE_LINGUAS = " "

inherit core-image

IMAGE_FSTYPES = "tar.gz"
KERNEL_DEPLOY_DEPEND = ""
INITRAMFS_IMAGE = ""
