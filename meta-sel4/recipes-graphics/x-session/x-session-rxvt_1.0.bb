# SPDX-License-Identifier: MIT

SUMMARY = "A session that is one terminal"
require x-session.inc

XSESSIONFILE = "x-session-rxvt"
ALTERNATIVE_PRIORITY = "10"
RDEPENDS:${PN} += "rxvt-unicode"
