# SPDX-License-Identifier: MIT
# The board's kernel has drivers for the board; a guest needs those of virtual devices too.
FILESEXTRAPATHS:prepend := "${THISDIR}/${PN}:"
include recipes-kernel/linux/linux-virtio.inc
