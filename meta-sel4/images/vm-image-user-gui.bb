# SPDX-License-Identifier: MIT

require vm-image-user.bb

SUMMARY = "User VM with a screen"

export IMAGE_BASENAME = "vm-image-user-gui"

IMAGE_FEATURES += "x11 x11-base gui-benchmark"
IMAGE_INSTALL += "x-session-matchbox-wm"
