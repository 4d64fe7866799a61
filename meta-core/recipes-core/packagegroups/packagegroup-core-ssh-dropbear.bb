# SPDX-License-Identifier: MIT

SUMMARY = "A small SSH server"

inherit packagegroup

RDEPENDS:${PN} = "dropbear"
