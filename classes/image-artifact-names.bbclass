# SPDX-License-Identifier: MIT
# What the files of an image are called. Scarthgap's scheme; IMAGE_NAMES_LEGACY = "1" gives the one of langdale and older,
# whose links have no suffix.

IMAGE_NAMES_LEGACY ??= "0"
IMAGE_BASENAME ?= "${PN}"
IMAGE_VERSION_SUFFIX ??= "-${DATETIME}"
IMAGE_VERSION_SUFFIX[vardepsexclude] += "DATETIME"
IMAGE_NAME_SUFFIX ??= ".rootfs"
IMAGE_MACHINE_SUFFIX ??= "-${MACHINE}"
IMAGE_LINK_NAME ?= "${IMAGE_BASENAME}${IMAGE_MACHINE_SUFFIX}${@'' if d.getVar('IMAGE_NAMES_LEGACY') == '1' else d.getVar('IMAGE_NAME_SUFFIX')}"
IMAGE_NAME ?= "${@image_name(d)}"
IMAGE_NAME[vardepsexclude] += "IMAGE_VERSION_SUFFIX"
image_name[vardepsexclude] = "IMAGE_VERSION_SUFFIX"

def image_name(d):
    base = d.expand('${IMAGE_BASENAME}${IMAGE_MACHINE_SUFFIX}')
    version, suffix = d.getVar('IMAGE_VERSION_SUFFIX'), d.getVar('IMAGE_NAME_SUFFIX')
    return base + version + suffix if d.getVar('IMAGE_NAMES_LEGACY') == '1' else base + suffix + version
