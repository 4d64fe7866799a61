# SPDX-License-Identifier: MIT
# Packages that bring nothing but what they depend on.

# What is in a group may depend on the machine.
PACKAGE_ARCH ?= "${MACHINE_ARCH}"
SECTION ?= "packagegroups"
LICENSE ?= "MIT"
INHIBIT_DEFAULT_DEPS = "1"
PACKAGES = "${PN}"
ALLOW_EMPTY = "1"
FILES:${PN} = ""

do_fetch[noexec] = "1"
do_unpack[noexec] = "1"
do_patch[noexec] = "1"
do_configure[noexec] = "1"
do_compile[noexec] = "1"
deltask do_populate_sysroot
deltask do_populate_sysroot_setscene
