# SPDX-License-Identifier: MIT

require recipes-core/images/core-image-minimal.bb
inherit image-hostname vm-image-features vm-guest-image

SUMMARY = "User VM: works with the devices that the driver VM serves"

IMAGE_FEATURES += " \
    benchmark \
"

export IMAGE_BASENAME = "vm-image-user"
export VM_IMAGE_HOSTNAME = "user-vm"

IMAGE_ROOTFS_EXTRA_SPACE = "131072"

# A folder that the VM's QEMU shares under the tag "shared".
add_qemu_share() {
	mkdir -p ${IMAGE_ROOTFS}/mnt/shared
	cat >> ${IMAGE_ROOTFS}${sysconfdir}/fstab <<EOF
shared               /mnt/shared          9p         trans=virtio,version=9p2000.L        0     0
EOF
}
ROOTFS_POSTPROCESS_COMMAND:append = " add_qemu_share; "
