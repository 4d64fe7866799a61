# SPDX-License-Identifier: MIT

SUMMARY = "Minimal VM: an initramfs with a shell"
LICENSE = "MIT"

inherit image

export IMAGE_BASENAME = "vm-image-minimal"

IMAGE_INSTALL = "minimal-init"
IMAGE_FEATURES = ""
IMAGE_LINGUAS = ""
IMAGE_FSTYPES = "${INITRAMFS_FSTYPES}"
IMAGE_ROOTFS_SIZE = "8192"
IMAGE_ROOTFS_EXTRA_SPACE = "0"

# It is what starts, so it needs nothing to be started with, and nothing of it is done later.
INITRAMFS_IMAGE = ""
EXTRA_IMAGEDEPENDS = ""
ROOTFS_BOOTSTRAP_INSTALL = ""
KERNELDEPMODDEPEND = ""
LDCONFIGDEPEND = ""
FEED_DEPLOYDIR_BASE_URI = ""

# The kernel opens the console for /init before that can mount /dev. name:type:major:minor:mode
MINIMAL_DEVICES = "console:c:5:1:0600 null:c:1:3:0666 tty:c:5:0:0666 ttyAMA0:c:204:64:0666"
make_device_nodes() {
	install -d ${IMAGE_ROOTFS}/dev
	for device in ${MINIMAL_DEVICES}; do
		set -- $(echo $device | tr : ' ')
		rm -f ${IMAGE_ROOTFS}/dev/$1
		mknod -m $5 ${IMAGE_ROOTFS}/dev/$1 $2 $3 $4
	done
}
ROOTFS_POSTPROCESS_COMMAND:append = " make_device_nodes; "
