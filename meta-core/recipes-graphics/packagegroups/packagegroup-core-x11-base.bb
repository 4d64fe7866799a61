# SPDX-License-Identifier: MIT

SUMMARY = "A small session of X: window manager and terminal"

inherit packagegroup features_check
REQUIRED_DISTRO_FEATURES = "x11"

RDEPENDS:${PN} = "packagegroup-core-x11 mini-x-session matchbox-wm rxvt-unicode"
