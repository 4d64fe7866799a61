# SPDX-License-Identifier: MIT
require tiny-image.inc
inherit image-hostname vm-image-features vm-guest-images-install
export VM_IMAGE_HOSTNAME ?= "tiny-driver"
VM_GUEST_IMAGES ?= "tiny-user"
VM_GUEST_IMAGE_tiny-user ?= "user-vm.qcow2"
remove_eth0_autoconfig() {
	sed -i '/eth0/d' ${IMAGE_ROOTFS}${sysconfdir}/network/interfaces
}
ROOTFS_POSTPROCESS_COMMAND:append = " remove_eth0_autoconfig; "
