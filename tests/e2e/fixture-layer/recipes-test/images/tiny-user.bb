# SPDX-License-Identifier: MIT
require tiny-image.inc
inherit image-hostname vm-image-features vm-guest-image
export IMAGE_BASENAME = "tiny-user"
export VM_IMAGE_HOSTNAME = "tiny-vm"
add_qemu_share() {
	mkdir -p ${IMAGE_ROOTFS}/mnt/shared
	cat >> ${IMAGE_ROOTFS}${sysconfdir}/fstab <<EOF
shared /mnt/shared 9p trans=virtio,version=9p2000.L 0 0
EOF
}
ROOTFS_POSTPROCESS_COMMAND:append = " add_qemu_share; "
