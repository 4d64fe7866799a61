# SPDX-License-Identifier: MIT

SUMMARY = "Lists PCI devices, from Debian"
LICENSE = "GPL-2.0-or-later"
SECTION = "console/utils"

inherit debian_package

# With the names of devices.
DEBIAN_PACKAGES = "pciutils pci.ids"
DEPENDS = "glibc debian-libs"
