# SPDX-License-Identifier: MIT
# Names a system after its image: host and guests are told apart by their prompts. XEN_IMAGE_HOSTNAME = "" leaves the name.

XEN_IMAGE_HOSTNAME ?= "${IMAGE_BASENAME}"

ROOTFS_POSTPROCESS_COMMAND += "xen_image_hostname; "
xen_image_hostname() {
	if [ -n "${XEN_IMAGE_HOSTNAME}" ]; then
		echo "${XEN_IMAGE_HOSTNAME}" > ${IMAGE_ROOTFS}${sysconfdir}/hostname
	fi
}
