# SPDX-License-Identifier: MIT

require vm-image-driver.bb

SUMMARY = "Driver VM with a screen"

export IMAGE_BASENAME = "vm-image-driver-gui"

IMAGE_FEATURES += "x11 gui-benchmark"
IMAGE_INSTALL += "x-session-rxvt"

# Its guest has a screen too, and stands where the one without stood.
VM_GUEST_IMAGES = "vm-image-user-gui"
VM_GUEST_IMAGE_vm-image-user-gui = "user-vm.qcow2"
