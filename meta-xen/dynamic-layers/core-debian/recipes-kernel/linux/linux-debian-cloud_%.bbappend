# SPDX-License-Identifier: MIT
# What guests of vxn need of their kernel.
FILESEXTRAPATHS:prepend := "${THISDIR}/files:"
SRC_URI += "${@bb.utils.contains('DISTRO_FEATURES', 'vxn', 'file://vxn.cfg', '', d)}"
