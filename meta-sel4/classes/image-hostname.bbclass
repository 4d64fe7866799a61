# SPDX-License-Identifier: MIT
# The image gets the host name VM_IMAGE_HOSTNAME.

inherit image

ROOTFS_POSTPROCESS_COMMAND += "set_image_hostname; "

set_image_hostname() {
	install -d ${IMAGE_ROOTFS}${sysconfdir}
	echo "${VM_IMAGE_HOSTNAME}" > ${IMAGE_ROOTFS}${sysconfdir}/hostname
}

python () {
    if d.getVar('VM_IMAGE_HOSTNAME', False) is None:
        bb.fatal("%s does not define VM_IMAGE_HOSTNAME" % d.getVar('FILE'))
}
