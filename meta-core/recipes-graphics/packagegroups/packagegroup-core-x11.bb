# SPDX-License-Identifier: MIT

SUMMARY = "The X server, and a session in it when the system starts"

inherit packagegroup features_check
REQUIRED_DISTRO_FEATURES = "x11"

RDEPENDS:${PN} = "xserver-xorg xserver-nodm-init"
