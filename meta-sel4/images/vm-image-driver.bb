# SPDX-License-Identifier: MIT

require recipes-core/images/core-image-minimal.bb
inherit image-hostname vm-image-features vm-guest-images-install

SUMMARY = "Driver VM: has the devices, and serves them to the user VM inside it"

IMAGE_FEATURES += " \
    qemu-virtualization \
    benchmark \
"

export IMAGE_BASENAME = "vm-image-driver"
export VM_IMAGE_HOSTNAME = "driver-vm"

VM_GUEST_IMAGES ?= " \
    vm-image-user \
"
VM_GUEST_IMAGE_vm-image-user = "user-vm.qcow2"

IMAGE_INSTALL += " \
    kernel-module-guest-beacon \
    ${@bb.utils.contains('MACHINE_FEATURES', 'pci', 'pciutils', '', d)} \
    ${@bb.utils.contains('MACHINE_FEATURES', 'usbhost', 'usbutils', '', d)} \
"

# The network device belongs to a bridge that the VMs share, which sets it up itself.
remove_eth0_autoconfig() {
	if [ -e ${IMAGE_ROOTFS}${sysconfdir}/network/interfaces ]; then
		sed -i '/eth0/d' ${IMAGE_ROOTFS}${sysconfdir}/network/interfaces
	fi
}
ROOTFS_POSTPROCESS_COMMAND:append = " remove_eth0_autoconfig; "

# A board can be started from a card with these.
DEPENDS:append:raspberrypi4 = " bootscripts"
IMAGE_FSTYPES:append:raspberrypi4 = " rpi-sdimg"
