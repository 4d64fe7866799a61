# SPDX-License-Identifier: MIT

SUMMARY = "A session with a window manager and a terminal"
require x-session.inc

XSESSIONFILE = "x-session-matchbox-wm"
ALTERNATIVE_PRIORITY = "15"
RDEPENDS:${PN} += "matchbox-wm rxvt-unicode"
